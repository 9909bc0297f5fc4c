#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Files in the safetensors format: tensors by name, little-endian, described by a JSON header.
///
/// Read: element types F32, F16 and BF16, which become `float32`. Tensors of other types are named, not read. Nothing in the file is
/// trusted: the header, every shape and every range is checked against the bytes that are there.
package enum SafetensorsFile {
    /// The tensors of a file.
    package struct Contents: Sendable, Hashable {
        /// Tensors of floats by name.
        package var tensors: [String: Tensor] = [:]
        /// Names of tensors that hold something else (integers, for example), with the file's name of their type.
        package var others: [String: String] = [:]
    }

    /// Reads the file at `path`.
    package static func read(path: String) throws(TensorFileError) -> Contents {
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe))
        } catch {
            throw TensorFileError(
                code: .unreadable, operation: "read tensors", subject: path,
                reason: "the file does not exist or cannot be opened; check the path and its permissions")
        }
        return try decode(bytes, subject: path)
    }

    /// The tensors in `bytes`; `subject` names their origin in errors.
    package static func decode(_ bytes: [UInt8], subject: String) throws(TensorFileError) -> Contents {
        let header = try SafetensorsHeader(parsing: bytes, subject: subject)
        var contents = Contents()
        for entry in header.entries {
            guard let type = SafetensorsHeader.FloatType(rawValue: entry.type) else {
                contents.others[entry.name] = entry.type
                continue
            }
            let range = entry.range.lowerBound + header.dataOffset..<entry.range.upperBound + header.dataOffset
            contents.tensors[entry.name] = Tensor(type.values(bytes[range]), shape: entry.shape)
        }
        return contents
    }

    /// The bytes of a file that holds `tensors`, which are of floats, in the order of their names.
    package static func encode(_ tensors: [String: Tensor]) -> [UInt8] {
        var entries: [String: SafetensorsHeader.Written] = [:]
        var data: [UInt8] = []
        for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
            let start = data.count
            NumPyElements.append(.float32(tensor.floats ?? []), to: &data)
            entries[name] = .init(type: "F32", shape: tensor.shape.dimensions, offsets: [start, data.count])
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Names, numbers and lists of numbers always have a form in JSON.
        var text = (try? encoder.encode(entries)).map { [UInt8]($0) } ?? Array("{}".utf8)
        text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data
    }
}

extension SafetensorsHeader.FloatType {
    /// The elements in `bytes`, whose number fits, as 32-bit floats.
    fileprivate func values(_ bytes: ArraySlice<UInt8>) -> [Float] {
        var position = bytes.startIndex
        return (0..<bytes.count / byteCount).map { _ in
            var bits: UInt32 = 0
            for offset in 0..<byteCount { bits |= UInt32(bytes[position + offset]) << UInt32(8 * offset) }
            position += byteCount
            return value(of: bits)
        }
    }

    private func value(of bits: UInt32) -> Float {
        switch self {
        case .float32: Float(bitPattern: bits)
        case .bfloat16: Float(bitPattern: bits << 16)
        case .float16: Self.single(half: bits)
        }
    }

    /// A half-precision number, which every 32-bit float can hold.
    private static func single(half bits: UInt32) -> Float {
        let (sign, exponent, fraction) = ((bits & 0x8000) << 16, bits >> 10 & 0x1F, bits & 0x3FF)
        switch exponent {
        case 0:
            // Multiples of 2⁻²⁴, zero among them.
            let magnitude = Float(fraction) * 0x1p-24
            return sign == 0 ? magnitude : -magnitude
        case 0x1F: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
