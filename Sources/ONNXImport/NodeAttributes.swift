import Foundation
import ProtobufSchemas
import Tensors

/// A node's attributes by name. Integers are limited to 32 bits, so that arithmetic on them cannot overflow.
struct NodeAttributes {
    private let byName: [String: Onnx_AttributeProto]

    init(_ node: Onnx_NodeProto) {
        byName = Dictionary(node.attribute.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
    }

    func contains(_ name: String) -> Bool { byName[name] != nil }

    func int(_ name: String) throws(ModelFailure) -> Int? {
        guard let attribute = byName[name] else { return nil }
        guard attribute.hasI || attribute.type == .int else { throw mistyped(name, "an integer") }
        return try bounded(attribute.i, name)
    }

    func int(_ name: String, default value: Int) throws(ModelFailure) -> Int { try int(name) ?? value }

    func flag(_ name: String) throws(ModelFailure) -> Bool { try int(name, default: 0) != 0 }

    func ints(_ name: String) throws(ModelFailure) -> [Int]? {
        guard let attribute = byName[name] else { return nil }
        guard attribute.type == .ints || !attribute.ints.isEmpty || attribute.type == .undefined else {
            throw mistyped(name, "a list of integers")
        }
        var result: [Int] = []
        for value in attribute.ints { result.append(try bounded(value, name)) }
        return result
    }

    /// Integers of any size, for bounds that mean "to the end".
    func unboundedInts(_ name: String) -> [Int64]? { byName[name]?.ints }

    func float(_ name: String) throws(ModelFailure) -> Float? {
        guard let attribute = byName[name] else { return nil }
        guard attribute.hasF || attribute.type == .float else { throw mistyped(name, "a number") }
        return attribute.f
    }

    func float(_ name: String, default value: Float) throws(ModelFailure) -> Float { try float(name) ?? value }

    func floats(_ name: String) -> [Float]? { byName[name]?.floats }

    func string(_ name: String) throws(ModelFailure) -> String? {
        guard let attribute = byName[name] else { return nil }
        guard attribute.hasS || attribute.type == .string else { throw mistyped(name, "a string") }
        return String(decoding: attribute.s, as: UTF8.self)
    }

    func tensor(_ name: String) -> Onnx_TensorProto? { byName[name]?.t.first }

    private func bounded(_ value: Int64, _ name: String) throws(ModelFailure) -> Int {
        guard let value = Int32(exactly: value) else {
            throw ModelFailure(.invalidNode, "convert", "has the attribute \(name) = \(value), which is out of range")
        }
        return Int(value)
    }

    private func mistyped(_ name: String, _ expected: String) -> ModelFailure {
        ModelFailure(.invalidNode, "convert", "has an attribute '\(name)' that is not \(expected)")
    }
}
