import GraphIR
import ProtobufSchemas
import Tensors

/// One graph on its way to a model file.
struct ModelEncoding {
    let graph: Graph
    let types: [String: TensorType]
    private(set) var proto = Onnx_GraphProto()
    private var valueNames: UniqueNames
    private var nodeNames: UniqueNames
    /// What stands for a value where it is read: its name unless something comes in between.
    private var readNames: [String: String] = [:]

    init(_ graph: Graph, types: [String: TensorType]) throws(ONNXExportError) {
        try ModelSize.check(graph)
        self.graph = graph
        self.types = types
        var names = Set(graph.constants.keys).union(graph.inputs.map(\.name))
        for node in graph.nodes { names.formUnion(node.outputs) }
        valueNames = UniqueNames(used: names)
        nodeNames = UniqueNames(used: Set(graph.nodes.map(\.name)))
    }

    /// The whole model.
    consuming func model() throws(ONNXExportError) -> Onnx_ModelProto {
        proto.name = graph.name.isEmpty ? "graph" : graph.name
        for input in graph.inputs where graph.constants[input.name] == nil {
            proto.input.append(Onnx_ValueInfoProto(input.name, types[input.name]))
        }
        proto.output = graph.outputs.map { Onnx_ValueInfoProto($0, types[$0]) }
        addConstants()
        for input in graph.inputs { quantize(input.name) }
        for node in graph.nodes {
            try add(node)
            for value in node.outputs { quantize(value) }
        }
        return wrapped()
    }

    /// The graph so far as a model.
    private func wrapped() -> Onnx_ModelProto {
        var model = Onnx_ModelProto()
        model.irVersion = ONNXExporter.formatVersion
        model.producerName = "windhover"
        model.opsetImport = [.with(version: Int64(ONNXExporter.operatorSet))]
        model.metadataProps = graph.metadata.sorted { $0.key < $1.key }.map { .with(key: $0.key, value: $0.value) }
        model.graph = proto
        return model
    }

    /// Adds a node under `name`, or one made from it.
    /// - Parameter isOwn: whether the name is the graph's own, which is kept for it.
    mutating func add(_ form: NodeForm, name: String, isOwn: Bool = false, outputs: [String]) {
        var node = Onnx_NodeProto()
        node.opType = form.type
        node.name = isOwn ? name : nodeNames.claim(name)
        node.input = form.inputs.map { readNames[$0] ?? $0 }
        while node.input.last?.isEmpty == true { node.input.removeLast() }
        node.output = outputs
        node.attribute = form.attributes
        proto.node.append(node)
    }

    /// An unused name for a value, made from `base`.
    mutating func value(_ base: String) -> String { valueNames.claim(base) }

    /// A new constant; returns its name.
    mutating func constant(_ tensor: Tensor, base: String) -> String {
        let name = valueNames.claim(base)
        proto.initializer.append(Onnx_TensorProto(tensor, name: name))
        return name
    }

    private mutating func addConstants() {
        var needed = Set(graph.outputs)
        for node in graph.nodes { needed.formUnion(node.inputs) }
        let outputs = Set(graph.outputs)
        for (name, tensor) in graph.constants.sorted(by: { $0.key < $1.key }) where needed.contains(name) {
            if let scales = graph.quantization.weightScales[name] {
                addWeights(tensor, scales, name)
            } else if outputs.contains(name) {
                // A result has to come from a node.
                add(NodeForm("Identity", [constant(tensor, base: name + "/constant")]), name: name, outputs: [name])
            } else {
                proto.initializer.append(Onnx_TensorProto(tensor, name: name))
            }
        }
    }

    /// Weights as int8, and a node that makes floats of them under their name.
    private mutating func addWeights(_ tensor: Tensor, _ scales: [Float], _ name: String) {
        let integers = QuantizedWeights.integers(tensor.floats ?? [], scales: scales)
        let stored = valueNames.claim(name + "/quantized")
        proto.initializer.append(Onnx_TensorProto(integers, shape: tensor.shape, name: stored))
        let scale = constant(Tensor(scales, shape: [scales.count]), base: name + "/scale")
        let zero = valueNames.claim(name + "/zero-point")
        proto.initializer.append(
            Onnx_TensorProto(Array(repeating: 0, count: scales.count), shape: [scales.count], name: zero))
        add(
            NodeForm("DequantizeLinear", [stored, scale, zero], .int("axis", 0)), name: name + "/dequantize",
            outputs: [name])
    }

    /// Puts a QuantizeLinear and a DequantizeLinear between `value` and what reads it, where the table says so.
    private mutating func quantize(_ value: String) {
        let table = graph.quantization
        guard let entries = table.channelValues[value] ?? table.values[value].map({ [$0] }) else { return }
        let shape: Shape = entries.count == 1 ? [] : [entries.count]
        let scale = constant(Tensor(entries.map(\.scale), shape: shape), base: value + "/scale")
        let zeroPoint = constant(
            Tensor(shape: shape, storage: .uint8(entries.map { UInt8(clamping: $0.zeroPoint) })),
            base: value + "/zero-point")
        let (quantized, dequantized) = (self.value(value + "/quantized"), self.value(value + "/dequantized"))
        let axis = Onnx_AttributeProto.int("axis", 1)
        add(
            NodeForm("QuantizeLinear", [value, scale, zeroPoint], axis), name: value + "/quantize",
            outputs: [quantized])
        add(
            NodeForm("DequantizeLinear", [quantized, scale, zeroPoint], axis), name: value + "/dequantize",
            outputs: [dequantized])
        readNames[value] = dequantized
    }
}

extension Onnx_ValueInfoProto {
    fileprivate init(_ name: String, _ type: TensorType?) {
        self.init()
        self.name = name
        guard let type else { return }
        self.type.tensorType.elemType = type.elementType.dataType
        self.type.tensorType.shape.dim = type.shape.dimensions.map { extent in
            var dimension = Onnx_TensorShapeProto.Dimension()
            dimension.dimValue = Int64(extent)
            return dimension
        }
    }
}

extension Onnx_OperatorSetIdProto {
    fileprivate static func with(version: Int64) -> Self {
        var set = Self()
        set.version = version
        return set
    }
}

extension Onnx_StringStringEntryProto {
    fileprivate static func with(key: String, value: String) -> Self {
        var entry = Self()
        entry.key = key
        entry.value = value
        return entry
    }
}
