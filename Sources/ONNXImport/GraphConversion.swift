import GraphIR
import ProtobufSchemas
import Tensors

/// One decoded model on its way to a graph.
struct GraphConversion {
    /// Operator sets whose differences the converters know. Newer ones change nothing for these operators so far.
    private static let supportedOpsets = 7...27
    /// Many times what the largest detectors have.
    static let maximumNodes = 1 << 16

    let proto: Onnx_GraphProto
    let metadata: [String: String]
    let opset: Int
    let decoding: TensorDecoding

    init(_ model: Onnx_ModelProto, folder: String?) throws(ModelFailure) {
        proto = model.graph
        metadata = Dictionary(model.metadataProps.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
        decoding = TensorDecoding(externalData: ExternalData(folder: folder))
        let version = model.opsetImport.standardVersion ?? 1
        guard let opset = Int(exactly: version), Self.supportedOpsets.contains(opset) else {
            throw ModelFailure(
                .unsupportedOpset, "read",
                "uses the operator set \(version); \(Self.supportedOpsets.lowerBound) to "
                    + "\(Self.supportedOpsets.upperBound) are supported, so export it again with one of these")
        }
        self.opset = opset
    }

    /// - Parameter requested: names of the values to compute; nil for the model's own outputs.
    func graph(outputs requested: [String]?) throws(ModelFailure) -> Graph {
        guard proto.node.count <= Self.maximumNodes else {
            throw ModelFailure(
                .invalidGraph, "read", "has \(proto.node.count) nodes; at most \(Self.maximumNodes) are supported")
        }
        let wiring = try ModelWiring(proto)
        let outputs = try wiring.outputs(requested)
        let (needed, values) = wiring.needed(for: outputs)
        var builder = GraphBuilder(
            constants: try constants(values),
            int8Constants: Set(proto.initializer.filter(TensorDecoding.isInt8).map(\.name)), decoding: decoding,
            valueNames: wiring.valueNames)
        try convert(needed, into: &builder)
        var graph = Graph(
            name: proto.name, inputs: try inputs(values), outputs: outputs, nodes: builder.nodes,
            constants: builder.constants, metadata: metadata)
        do {
            try graph.sortTopologically()
            try graph.validate()
        } catch {
            throw ModelFailure(.invalidGraph, "connect", error.description)
        }
        return graph
    }

    private static func isStandard(_ domain: String) -> Bool { domain.isEmpty || domain == "ai.onnx" }

    private func constants(_ values: Set<String>) throws(ModelFailure) -> [String: Tensor] {
        var constants: [String: Tensor] = [:]
        for tensor in proto.initializer where values.contains(tensor.name) {
            constants[tensor.name] = try decoding.tensor(tensor)
        }
        return constants
    }

    /// Inputs that something needs and that are not initialisers under another name.
    private func inputs(_ values: Set<String>) throws(ModelFailure) -> [GraphInput] {
        let initialized = Set(proto.initializer.map(\.name))
        var inputs: [GraphInput] = []
        for info in proto.input where values.contains(info.name) && !initialized.contains(info.name) {
            inputs.append(try GraphInput(info))
        }
        return inputs
    }

    /// Converts all nodes; operators that are not supported are collected into one error.
    private func convert(_ needed: [Int], into builder: inout GraphBuilder) throws(ModelFailure) {
        var unsupported = UnsupportedOperators()
        for index in needed {
            let nodeProto = proto.node[index]
            let name = nodeProto.name.isEmpty ? "\(nodeProto.opType)_\(index)" : nodeProto.name
            guard Self.isStandard(nodeProto.domain), let converter = OperatorTable.converters[nodeProto.opType] else {
                let domain = Self.isStandard(nodeProto.domain) ? "" : "\(nodeProto.domain)."
                unsupported.add(domain + nodeProto.opType, node: name)
                continue
            }
            do {
                try converter(ImportedNode(nodeProto, name: name, opset: opset), &builder)
            } catch {
                guard error.code != .unsupportedOperator else {
                    unsupported.add("\(nodeProto.opType) with \(error.reason)", node: name)
                    continue
                }
                throw ModelFailure(error.code, error.operation, "\(nodeProto.opType) '\(name)': \(error.reason)")
            }
        }
        if let failure = unsupported.failure(opset: opset) { throw failure }
    }
}

extension GraphInput {
    fileprivate init(_ info: Onnx_ValueInfoProto) throws(ModelFailure) {
        let type = info.type.tensorType
        guard info.hasType, info.type.hasTensorType, type.hasShape else {
            throw ModelFailure(
                .invalidGraph, "read", "the input '\(info.name)' is not a tensor with a known number of axes")
        }
        guard let elementType = TensorDecoding.elementType(type.elemType) else {
            throw ModelFailure(
                .invalidGraph, "read", "the input '\(info.name)' has the element type number \(type.elemType)")
        }
        let dimensions = type.shape.dim.map { $0.dimValue > 0 ? Int(exactly: $0.dimValue) : nil }
        self.init(name: info.name, elementType: elementType, dimensions: dimensions)
    }
}
