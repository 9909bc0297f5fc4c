import ProtobufSchemas

/// One ONNX node as converters see it.
struct ImportedNode {
    let type: String
    /// Unique within the graph.
    let name: String
    /// Version of the operator set the node is to be read by.
    let opset: Int
    /// Operands; an empty string stands for an absent one. Absent ones at the end are left out.
    let inputs: [String]
    let outputs: [String]
    let attributes: NodeAttributes

    init(_ proto: Onnx_NodeProto, name: String, opset: Int) {
        type = proto.opType
        self.name = name
        self.opset = opset
        inputs = Self.trimmed(proto.input)
        outputs = Self.trimmed(proto.output)
        attributes = NodeAttributes(proto)
    }

    /// Operand `index`, or nil where it is absent.
    func input(_ index: Int) -> String? { index < inputs.count && !inputs[index].isEmpty ? inputs[index] : nil }

    /// Operand `index`, which the operator requires.
    func requiredInput(_ index: Int) throws(ModelFailure) -> String {
        guard let name = input(index) else { throw invalid("lacks its operand \(index)") }
        return name
    }

    /// The operands from `range` on with absent ones as empty strings.
    func operands(_ count: Int) -> [String] { Array(inputs.prefix(count)) }

    func requireSingleOutput(unless reason: String = "more than one output") throws(ModelFailure) {
        guard !outputs.isEmpty else { throw invalid("has no outputs") }
        guard outputs.count == 1 else { throw unsupported(reason) }
    }

    func invalid(_ reason: String) -> ModelFailure { ModelFailure(.invalidNode, "convert", reason) }

    /// - Parameter feature: what of the operator is not supported, as it reads behind "with".
    func unsupported(_ feature: String) -> ModelFailure { ModelFailure(.unsupportedOperator, "convert", feature) }

    private static func trimmed(_ names: [String]) -> [String] {
        var names = names
        while names.last?.isEmpty == true { names.removeLast() }
        return names
    }
}
