import GraphIR
import Tensors

/// Collects the nodes and constants of a graph under construction.
struct GraphBuilder {
    private(set) var nodes: [Node] = []
    var constants: [String: Tensor]
    /// Names of constants that are int8 in the model; `Tensor` has no such type.
    var int8Constants: Set<String>
    /// Decodes tensors inside attributes.
    let decoding: TensorDecoding
    private var valueNames: UniqueNames
    private var nodeNames = UniqueNames()

    /// - Parameter valueNames: names of all values of the model, which new ones must not take.
    init(
        constants: [String: Tensor], int8Constants: Set<String> = [], decoding: TensorDecoding, valueNames: Set<String>
    ) {
        self.constants = constants
        self.int8Constants = int8Constants
        self.decoding = decoding
        self.valueNames = UniqueNames(used: valueNames)
    }

    /// The value `name` where it is a constant, or nodes so far make it of constants, as casts and transpositions of weights do.
    func knownValue(_ name: String) -> Tensor? { knownValue(name, depth: 4) }

    private func knownValue(_ name: String, depth: Int) -> Tensor? {
        if let constant = constants[name] { return constant }
        guard depth > 0, let node = nodes.last(where: { $0.outputs == [name] }) else { return nil }
        switch node.operation {
        case .identity, .cast, .transpose, .reshape, .squeeze, .unsqueeze, .dequantizeLinear: break
        default: return nil
        }
        let operands = node.inputs.map { $0.isEmpty ? nil : knownValue($0, depth: depth - 1) }
        guard zip(node.inputs, operands).allSatisfy({ $0.0.isEmpty || $0.1 != nil }) else { return nil }
        return try? ReferenceEvaluator.evaluate(node, operands: operands).first
    }

    /// A node whose results are the ONNX node's.
    mutating func add(_ operation: Operator, _ inputs: [String], for node: ImportedNode) throws(ModelFailure) {
        guard !node.outputs.isEmpty else { throw node.invalid("has no outputs") }
        let name = nodeNames.claim(node.name)
        nodes.append(Node(name: name, operation: operation, inputs: inputs, outputs: node.outputs))
    }

    /// A node whose one result is `output`, among those of the ONNX node.
    mutating func add(_ operation: Operator, _ inputs: [String], as output: String, for node: ImportedNode) {
        let name = nodeNames.claim(node.name)
        nodes.append(Node(name: name, operation: operation, inputs: inputs, outputs: [output]))
    }

    /// A new name for a result that `role` describes.
    mutating func intermediateName(for node: ImportedNode, role: String) -> String {
        valueNames.claim("\(node.name)/\(role)")
    }

    /// One of several nodes that an ONNX node comes to.
    /// - Parameter role: what the result is, to make its name.
    /// - Returns: the name of the result.
    mutating func intermediate(
        _ operation: Operator, _ inputs: [String], for node: ImportedNode, role: String
    ) -> String {
        let result = intermediateName(for: node, role: role)
        let name = nodeNames.claim(result)
        nodes.append(Node(name: name, operation: operation, inputs: inputs, outputs: [result]))
        return result
    }

    /// A new constant; returns its name.
    mutating func constant(_ tensor: Tensor, for node: ImportedNode, role: String) -> String {
        let name = valueNames.claim("\(node.name)/\(role)")
        constants[name] = tensor
        return name
    }

    mutating func constant(_ values: [Int], for node: ImportedNode, role: String) -> String {
        constant(.vector(values.map(Int64.init)), for: node, role: role)
    }
}
