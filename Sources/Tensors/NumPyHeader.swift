/// The header of a `.npy` file: what the elements are and where they start.
struct NumPyHeader {
    /// Element types in files, by NumPy's letter and size.
    enum Descriptor: String, CaseIterable {
        case float32 = "f4"
        case float64 = "f8"
        case int32 = "i4"
        case int64 = "i8"
        case uint8 = "u1"
        case bool = "b1"

        var byteCount: Int {
            switch self {
            case .float32, .int32: 4
            case .float64, .int64: 8
            case .uint8, .bool: 1
            }
        }

        init(_ type: ElementType) {
            switch type {
            case .float32: self = .float32
            case .int64: self = .int64
            case .int32: self = .int32
            case .uint8: self = .uint8
            case .bool: self = .bool
            }
        }
    }

    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

    let descriptor: Descriptor
    let shape: Shape
    /// Index of the first data byte.
    let dataOffset: Int
}

extension NumPyHeader {
    init(parsing bytes: [UInt8], subject: String) throws(TensorFileError) {
        do throws(Fault) {
            let (text, end) = try Self.text(of: bytes)
            guard let fields = NumPyDictionary(text: text) else {
                throw Fault(.malformedHeader, "its header is not the dictionary that numpy.save writes")
            }
            guard !fields.isFortranOrder else {
                throw Fault(.unsupported, "it is in Fortran order; save numpy.ascontiguousarray(array) instead")
            }
            self.init(
                descriptor: try Self.descriptor(fields.descriptor), shape: Shape(fields.shape), dataOffset: end)
        } catch {
            throw TensorFileError(code: error.code, operation: "read tensor", subject: subject, reason: error.reason)
        }
    }

    /// What is wrong with a header, before the file's name is added.
    private struct Fault: Error {
        let code: TensorFileError.Code
        let reason: String

        init(_ code: TensorFileError.Code, _ reason: String) {
            (self.code, self.reason) = (code, reason)
        }
    }

    /// The dictionary as text, and where it ends.
    private static func text(of bytes: [UInt8]) throws(Fault) -> (text: String, end: Int) {
        guard bytes.starts(with: magic) else {
            throw Fault(.notNumPy, "it is not a .npy file; save the array with numpy.save")
        }
        let cut = Fault(.truncated, "the file ends inside its header; copy or save it again")
        guard bytes.count >= 10 else { throw cut }
        let version = bytes[6]
        guard (1...3).contains(version) else {
            throw Fault(.unsupported, ".npy format version \(version) is not supported (1, 2 and 3 are)")
        }
        let start = version == 1 ? 10 : 12
        guard bytes.count >= start else { throw cut }
        let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - start else { throw cut }
        return (String(decoding: bytes[start..<start + length], as: UTF8.self), start + length)
    }

    private static func descriptor(_ type: String) throws(Fault) -> Descriptor {
        guard let order = type.first, "<|=".contains(order), let known = Descriptor(rawValue: String(type.dropFirst()))
        else {
            let supported = Descriptor.allCases.map(\.rawValue).joined(separator: ", ")
            throw Fault(
                .unsupported,
                "element type '\(type)' is not supported; convert it to one of \(supported), little-endian")
        }
        return known
    }

    /// The header bytes of a new file, padded so that the data starts at a multiple of 64.
    static func bytes(elementType: ElementType, shape: Shape) -> [UInt8] {
        let descriptor = Descriptor(elementType)
        let order = descriptor.byteCount == 1 ? "|" : "<"
        let extents = shape.dimensions.map(String.init).joined(separator: ", ") + (shape.rank == 1 ? "," : "")
        let fields = "'descr': '\(order)\(descriptor.rawValue)', 'fortran_order': False, 'shape': (\(extents)), "
        var text = Array("{\(fields)}".utf8)
        let version: UInt8 = text.count + 74 <= 65535 ? 1 : 2
        let prefix = version == 1 ? 10 : 12
        let padding = 63 - (prefix + text.count) % 64
        text += Array(repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
        let length = (0..<(prefix - 8)).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        return magic + [version, 0] + length + text
    }
}
