import Foundation
import GraphIR
import ONNXImport
import ProtobufSchemas
import Tensors
import Testing

/// Writes small ONNX models.
struct ModelSketch {
    var model = Onnx_ModelProto()

    /// - Parameter opset: version of the standard operator set.
    init(opset: Int64 = 13) {
        model.irVersion = 8
        var version = Onnx_OperatorSetIdProto()
        version.version = opset
        model.opsetImport = [version]
        model.graph.name = "sketch"
    }

    /// An input; an extent of 0 is left open.
    mutating func input(_ name: String, _ dimensions: [Int64], type: Int32 = 1) -> String {
        var info = Onnx_ValueInfoProto()
        info.name = name
        info.type.tensorType.elemType = type
        info.type.tensorType.shape.dim = dimensions.map { extent in
            var dimension = Onnx_TensorShapeProto.Dimension()
            if extent > 0 { dimension.dimValue = extent } else { dimension.dimParam = "open" }
            return dimension
        }
        model.graph.input.append(info)
        return name
    }

    mutating func output(_ name: String) {
        var info = Onnx_ValueInfoProto()
        info.name = name
        model.graph.output.append(info)
    }

    mutating func initializer(_ tensor: Onnx_TensorProto, named name: String) -> String {
        var tensor = tensor
        tensor.name = name
        model.graph.initializer.append(tensor)
        return name
    }

    mutating func floats(_ values: [Float], _ dimensions: [Int64]) -> String {
        initializer(.floats(values, dimensions), named: "c\(model.graph.initializer.count)")
    }

    mutating func integers(_ values: Int64...) -> String {
        initializer(.integers(values), named: "c\(model.graph.initializer.count)")
    }

    @discardableResult
    mutating func node(
        _ type: String, _ inputs: [String], _ attributes: [Onnx_AttributeProto] = [], outputs: [String]? = nil,
        domain: String = "", name: String? = nil
    ) -> String {
        var node = Onnx_NodeProto()
        let number = model.graph.node.count
        node.opType = type
        node.domain = domain
        node.name = name ?? "n\(number)"
        node.input = inputs
        node.output = outputs ?? ["v\(number)"]
        node.attribute = attributes
        model.graph.node.append(node)
        return node.output.first ?? ""
    }

    func bytes() throws -> [UInt8] { try ONNXModelCoding.encode(model) }

    func graph(outputs: [String]? = nil) throws -> Graph {
        try ONNXImporter.decode(try bytes(), name: "sketch.onnx", outputs: outputs)
    }

    /// The error that importing gives, or nil.
    func failure(outputs: [String]? = nil) throws -> ONNXImportError? {
        let bytes = try bytes()
        do throws(ONNXImportError) {
            _ = try ONNXImporter.decode(bytes, name: "sketch.onnx", outputs: outputs)
            return nil
        } catch {
            return error
        }
    }

    /// The value of the last node for `x`, from the plain graph; the optimised graph must give the same.
    func evaluate(_ x: Tensor) throws -> Tensor {
        var sketch = self
        let result = try #require(model.graph.node.last?.output.first)
        sketch.output(result)
        var graph = try sketch.graph()
        let inputs = Dictionary(uniqueKeysWithValues: graph.inputs.map { ($0.name, x) })
        let plain = try #require(try ReferenceEvaluator.run(graph, inputs: inputs)[result])
        try PassPipeline.standard.run(&graph)
        let optimised = try #require(try ReferenceEvaluator.run(graph, inputs: inputs)[result])
        #expect(plain.isClose(to: optimised))
        return plain
    }
}

extension Onnx_TensorProto {
    static func floats(_ values: [Float], _ dimensions: [Int64]) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        tensor.dataType = 1
        tensor.dims = dimensions
        tensor.floatData = values
        return tensor
    }

    static func integers(_ values: [Int64]) -> Onnx_TensorProto {
        var tensor = Onnx_TensorProto()
        tensor.dataType = 7
        tensor.dims = [Int64(values.count)]
        tensor.int64Data = values
        return tensor
    }
}

extension Onnx_AttributeProto {
    private static func named(_ name: String, _ type: AttributeType) -> Onnx_AttributeProto {
        var attribute = Onnx_AttributeProto()
        attribute.name = name
        attribute.type = type
        return attribute
    }

    static func int(_ name: String, _ value: Int64) -> Onnx_AttributeProto {
        var attribute = named(name, .int)
        attribute.i = value
        return attribute
    }

    static func ints(_ name: String, _ values: Int64...) -> Onnx_AttributeProto {
        var attribute = named(name, .ints)
        attribute.ints = values
        return attribute
    }

    static func float(_ name: String, _ value: Float) -> Onnx_AttributeProto {
        var attribute = named(name, .float)
        attribute.f = value
        return attribute
    }

    static func floats(_ name: String, _ values: Float...) -> Onnx_AttributeProto {
        var attribute = named(name, .floats)
        attribute.floats = values
        return attribute
    }

    static func string(_ name: String, _ value: String) -> Onnx_AttributeProto {
        var attribute = named(name, .string)
        attribute.s = Data(value.utf8)
        return attribute
    }

    static func tensor(_ name: String, _ value: Onnx_TensorProto) -> Onnx_AttributeProto {
        var attribute = named(name, .tensor)
        attribute.t = [value]
        return attribute
    }
}

extension Tensor {
    /// A float tensor, for literals that could as well be integers.
    static func floats(_ values: [Float], _ shape: Shape) -> Tensor { Tensor(values, shape: shape) }

    func isClose(to other: Tensor, tolerance: Float = 1e-5) -> Bool {
        guard shape == other.shape, let a = floats, let b = other.floats else { return self == other }
        let scale = max(a.map(abs).max() ?? 0, 1e-6)
        return zip(a, b).allSatisfy { abs($0 - $1) <= tolerance * scale }
    }
}

/// An empty folder for one test.
func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("windhover-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
}
