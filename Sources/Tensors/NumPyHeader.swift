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
        func failure(_ code: TensorFileError.Code, _ reason: String) -> TensorFileError {
            TensorFileError(code: code, operation: "read tensor", subject: subject, reason: reason)
        }
        guard bytes.starts(with: Self.magic) else {
            throw failure(.notNumPy, "it is not a .npy file; save the array with numpy.save")
        }
        guard bytes.count >= 10 else { throw failure(.truncated, "the file ends inside its header") }
        let version = bytes[6]
        guard (1...3).contains(version) else {
            throw failure(.unsupported, ".npy format version \(version) is not supported (1, 2 and 3 are)")
        }
        let start = version == 1 ? 10 : 12
        guard bytes.count >= start else { throw failure(.truncated, "the file ends inside its header") }
        let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= bytes.count - start else { throw failure(.truncated, "the file ends inside its header") }
        guard let fields = NumPyDictionary(text: String(decoding: bytes[start..<start + length], as: UTF8.self)) else {
            throw failure(.malformedHeader, "its header is not the dictionary that numpy.save writes")
        }
        guard !fields.isFortranOrder else {
            throw failure(.unsupported, "it is in Fortran order; save numpy.ascontiguousarray(array) instead")
        }
        let type = fields.descriptor
        guard type.first.map({ "<|=".contains($0) }) == true, let known = Descriptor(rawValue: String(type.dropFirst()))
        else {
            let supported = Descriptor.allCases.map(\.rawValue).joined(separator: ", ")
            throw failure(.unsupported, "element type '\(type)' is not supported; convert it to one of \(supported)")
        }
        self.init(descriptor: known, shape: Shape(fields.shape), dataOffset: start + length)
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
