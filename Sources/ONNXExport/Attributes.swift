import Foundation
import ProtobufSchemas
import Tensors

extension Onnx_AttributeProto {
    static func int(_ name: String, _ value: Int) -> Onnx_AttributeProto {
        var attribute = Self(name, .int)
        attribute.i = Int64(value)
        return attribute
    }

    static func flag(_ name: String, _ value: Bool) -> Onnx_AttributeProto { .int(name, value ? 1 : 0) }

    static func ints(_ name: String, _ values: [Int]) -> Onnx_AttributeProto {
        var attribute = Self(name, .ints)
        attribute.ints = values.map(Int64.init)
        return attribute
    }

    static func float(_ name: String, _ value: Float) -> Onnx_AttributeProto {
        var attribute = Self(name, .float)
        attribute.f = value
        return attribute
    }

    static func string(_ name: String, _ value: String) -> Onnx_AttributeProto {
        var attribute = Self(name, .string)
        attribute.s = Data(value.utf8)
        return attribute
    }

    static func tensor(_ name: String, _ value: Tensor) -> Onnx_AttributeProto {
        var attribute = Self(name, .tensor)
        attribute.t = [Onnx_TensorProto(value, name: name)]
        return attribute
    }

    private init(_ name: String, _ type: AttributeType) {
        self.init()
        self.name = name
        self.type = type
    }
}
