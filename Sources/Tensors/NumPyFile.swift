#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// NumPy's `.npy` files: one array, little-endian, C order.
///
/// Read: format versions 1, 2 and 3; element types `f4`, `f8` (rounded to `float32`), `i4`, `i8`, `u1` and `b1`.
/// Written: version 1 (2 where the header is too long for it), the element type of the tensor.
package enum NumPyFile {
    /// Reads the array in the file at `path`.
    package static func read(path: String) throws(TensorFileError) -> Tensor {
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw TensorFileError(
                code: .unreadable, operation: "read tensor", subject: path,
                reason: "the file does not exist or cannot be opened; check the path and its permissions")
        }
        return try decode(bytes, subject: path)
    }

    /// The array in `bytes`; `subject` names their origin in errors.
    package static func decode(_ bytes: [UInt8], subject: String) throws(TensorFileError) -> Tensor {
        let header = try NumPyHeader(parsing: bytes, subject: subject)
        return try NumPyElements.tensor(from: bytes[header.dataOffset...], header: header, subject: subject)
    }

    /// Writes `tensor` to `path`; the file appears whole or not at all.
    package static func write(_ tensor: Tensor, to path: String) throws(TensorFileError) {
        do {
            try Data(encode(tensor)).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw TensorFileError(
                code: .unwritable, operation: "write tensor", subject: path,
                reason: "the folder is missing, not writable or full; choose another place")
        }
    }

    /// The bytes of a `.npy` file that holds `tensor`.
    package static func encode(_ tensor: Tensor) -> [UInt8] {
        var bytes = NumPyHeader.bytes(elementType: tensor.elementType, shape: tensor.shape)
        NumPyElements.append(tensor.storage, to: &bytes)
        return bytes
    }
}
