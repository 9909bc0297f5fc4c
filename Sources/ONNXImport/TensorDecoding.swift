import Foundation
import GraphIR
import ProtobufSchemas
import Tensors

/// TensorProto → Tensor. Types the engine does not have become the next one that holds their values: float16, bfloat16 and
/// double become float32; the small integers int32; the unsigned ones int64.
struct TensorDecoding {
    private typealias DataType = Onnx_TensorProto.DataType
    let externalData: ExternalData

    func tensor(_ proto: Onnx_TensorProto) throws(ModelFailure) -> Tensor {
        let shape = try shape(proto)
        if proto.dataLocation == .external || !proto.externalData.isEmpty {
            let bytes = try externalData.bytes(of: proto, expected: try byteCount(proto, shape: shape))
            return Tensor(shape: shape, storage: try storage(proto, shape: shape, raw: bytes))
        }
        if !proto.rawData.isEmpty {
            return Tensor(shape: shape, storage: try storage(proto, shape: shape, raw: proto.rawData))
        }
        let storage = try typedStorage(proto)
        guard storage.count == shape.count else {
            throw invalid(proto, "has \(storage.count) elements for the shape \(shape)")
        }
        return Tensor(shape: shape, storage: storage)
    }

    /// The element type that stands for an ONNX data type, or nil where none does.
    static func elementType(_ dataType: Int32) -> ElementType? {
        switch DataType(rawValue: Int(dataType)) {
        case .float, .float16, .bfloat16, .double: .float32
        case .uint8: .uint8
        case .int8, .uint16, .int16, .int32: .int32
        case .int64, .uint32, .uint64: .int64
        case .bool: .bool
        default: nil
        }
    }

    /// Whether the tensor holds int8, which becomes int32.
    static func isInt8(_ proto: Onnx_TensorProto) -> Bool { proto.dataType == Int32(DataType.int8.rawValue) }

    private func shape(_ proto: Onnx_TensorProto) throws(ModelFailure) -> Shape {
        guard proto.dims.count <= ShapeInference.maximumRank else {
            throw invalid(proto, "has \(proto.dims.count) dimensions")
        }
        var count = 1
        for dimension in proto.dims {
            guard (0...Int64(Int32.max)).contains(dimension) else {
                throw invalid(proto, "has the dimensions \(proto.dims)")
            }
            let (product, overflow) = count.multipliedReportingOverflow(by: max(Int(dimension), 1))
            guard !overflow else { throw invalid(proto, "has the dimensions \(proto.dims), which is too large") }
            count = product
        }
        return Shape(proto.dims.map { Int($0) })
    }

    private func byteCount(_ proto: Onnx_TensorProto, shape: Shape) throws(ModelFailure) -> Int {
        let (bytes, overflow) = shape.count.multipliedReportingOverflow(by: try elementSize(proto))
        guard !overflow else { throw invalid(proto, "has the dimensions \(proto.dims), which is too large") }
        return bytes
    }

    private func elementSize(_ proto: Onnx_TensorProto) throws(ModelFailure) -> Int {
        switch DataType(rawValue: Int(proto.dataType)) {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .float, .int32, .uint32: 4
        case .double, .int64, .uint64: 8
        default: throw unsupported(proto)
        }
    }

    private func storage(_ proto: Onnx_TensorProto, shape: Shape, raw: Data) throws(ModelFailure) -> Tensor.Storage {
        guard raw.count == (try byteCount(proto, shape: shape)) else {
            throw invalid(proto, "has \(raw.count) bytes for the shape \(shape)")
        }
        let reader = LittleEndianReader(bytes: [UInt8](raw))
        switch DataType(rawValue: Int(proto.dataType)) {
        case .float: return .float32(reader.map32 { Float(bitPattern: $0) })
        case .double: return .float32(reader.map64 { Float(Double(bitPattern: $0)) })
        case .float16: return .float32(reader.map16 { Float(halfBits: $0) })
        case .bfloat16: return .float32(reader.map16 { Float(bitPattern: UInt32($0) << 16) })
        case .uint8: return .uint8(reader.bytes)
        case .bool: return .bool(reader.bytes.map { $0 != 0 })
        case .int8: return .int32(reader.bytes.map { Int32(Int8(bitPattern: $0)) })
        case .uint16: return .int32(reader.map16 { Int32($0) })
        case .int16: return .int32(reader.map16 { Int32(Int16(bitPattern: $0)) })
        case .int32: return .int32(reader.map32 { Int32(bitPattern: $0) })
        case .uint32: return .int64(reader.map32 { Int64($0) })
        case .int64, .uint64: return .int64(reader.map64 { Int64(bitPattern: $0) })
        default: throw unsupported(proto)
        }
    }

    private func typedStorage(_ proto: Onnx_TensorProto) throws(ModelFailure) -> Tensor.Storage {
        switch DataType(rawValue: Int(proto.dataType)) {
        case .float: return .float32(proto.floatData)
        case .double: return .float32(proto.doubleData.map { Float($0) })
        case .float16: return .float32(proto.int32Data.map { Float(halfBits: UInt16(truncatingIfNeeded: $0)) })
        case .bfloat16:
            return .float32(proto.int32Data.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0) << 16) })
        case .uint8: return .uint8(proto.int32Data.map { UInt8(truncatingIfNeeded: $0) })
        case .bool: return .bool(proto.int32Data.map { $0 != 0 })
        case .int8, .uint16, .int16, .int32: return .int32(proto.int32Data)
        case .int64: return .int64(proto.int64Data)
        case .uint32, .uint64: return .int64(proto.uint64Data.map { Int64(truncatingIfNeeded: $0) })
        default: throw unsupported(proto)
        }
    }

    private func invalid(_ proto: Onnx_TensorProto, _ what: String) -> ModelFailure {
        ModelFailure(.invalidTensor, "decode", "the tensor '\(proto.name)' \(what)")
    }

    private func unsupported(_ proto: Onnx_TensorProto) -> ModelFailure {
        let type = DataType(rawValue: Int(proto.dataType)).map { "\($0)" } ?? "number \(proto.dataType)"
        return invalid(proto, "has the element type \(type), which is not supported")
    }
}
