import Foundation
import ProtobufSchemas
import Tensors

extension Onnx_TensorProto {
    init(_ tensor: Tensor, name: String) {
        self.init()
        self.name = name
        dims = tensor.shape.dimensions.map(Int64.init)
        dataType = tensor.elementType.dataType
        rawData = tensor.storage.littleEndian
    }

    /// int8.
    init(_ values: [Int8], shape: Shape, name: String) {
        self.init()
        self.name = name
        dims = shape.dimensions.map(Int64.init)
        dataType = Int32(DataType.int8.rawValue)
        rawData = Data(values.map { UInt8(bitPattern: $0) })
    }
}

extension ElementType {
    /// The type's number in ONNX.
    var dataType: Int32 {
        let type: Onnx_TensorProto.DataType =
            switch self {
            case .float32: .float
            case .int64: .int64
            case .int32: .int32
            case .uint8: .uint8
            case .bool: .bool
            }
        return Int32(type.rawValue)
    }
}

extension Tensor.Storage {
    fileprivate var littleEndian: Data {
        switch self {
        case .float32(let values): Self.bytes(values, width: 4) { UInt64($0.bitPattern) }
        case .int32(let values): Self.bytes(values, width: 4) { UInt64(UInt32(bitPattern: $0)) }
        case .int64(let values): Self.bytes(values, width: 8) { UInt64(bitPattern: $0) }
        case .uint8(let values): Data(values)
        case .bool(let values): Data(values.map { $0 ? 1 : 0 })
        }
    }

    private static func bytes<Element>(_ values: [Element], width: Int, _ bits: (Element) -> UInt64) -> Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * width)
        for value in values {
            var rest = bits(value)
            for _ in 0..<width {
                bytes.append(UInt8(truncatingIfNeeded: rest))
                rest >>= 8
            }
        }
        return Data(bytes)
    }
}
