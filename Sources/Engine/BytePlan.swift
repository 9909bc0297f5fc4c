import GraphIR
import Kernels
import Tensors

/// Which convolutions of a quantized model multiply bytes, and which feature maps are stored as bytes for them.
///
/// A map is stored as bytes where it has a quantization and something profits: a convolution that multiplies bytes, or a pool,
/// resize or concatenation whose result is. Everything else computes with floats.
struct BytePlan {
    private(set) var forms: [String: StoredForm] = [:]
    /// The form of the input of each convolution that multiplies bytes, by node name.
    private(set) var operands: [String: StoredForm] = [:]

    /// Everything in floats.
    init() {}

    /// Most products in a sum that a 32-bit integer holds whatever the bytes are.
    private static var longestSum: Int { Int(Int32.max) / (255 * 127) }

    /// - Parameter exact: values that must not be stored in fewer bits.
    init(graph: Graph, exact: Set<String>) {
        let table = graph.quantization
        for node in graph.nodes {
            guard case .convolution = node.operation, table.weightScales[node.inputs[1]] != nil,
                let weights = graph.constants[node.inputs[1]]?.shape,
                weights.count / max(1, weights[0]) <= Self.longestSum,
                let form = StoredForm(table.values[node.inputs[0]]) ?? channelForm(node.inputs[0], graph)
            else { continue }
            operands[node.name] = form
        }
        let candidates = candidates(graph, exact)
        let wanted = wanted(graph, candidates)
        for (name, form) in candidates where wanted.contains(name) { forms[name] = form }
        // Parts of a map are views of it.
        for node in graph.nodes where Self.isView(node.operation) {
            for output in node.outputs { forms[output] = forms[node.inputs[0]] }
        }
    }

    /// The form of a map with a scale for each channel: what a convolution writes and only depthwise ones in bytes read.
    private func channelForm(_ value: String, _ graph: Graph) -> StoredForm? {
        guard let entries = graph.quantization.channelValues[value], let producer = graph.producer(of: value),
            case .convolution(let attributes) = producer.operation, attributes.residual == .none,
            graph.constants[producer.inputs[1]]?.shape[0] == entries.count, !graph.outputs.contains(value)
        else { return nil }
        let scales = graph.quantization.weightScales
        let readers = graph.nodes.filter { $0.inputs.contains(value) }
        let areDepthwise = (readers + [producer]).allSatisfy { node in
            let isDepthwise = graph.isDepthwise(node)
            return (isDepthwise || node == producer) && (!isDepthwise || scales[node.inputs[1]] != nil)
        }
        guard areDepthwise, readers.allSatisfy({ !$0.inputs.dropFirst().contains(value) }) else { return nil }
        return StoredForm(element: .uint8, channelScales: entries)
    }

    private static func isView(_ operation: Operator) -> Bool {
        switch operation {
        case .split, .slice, .identity: true
        default: false
        }
    }

    /// Values whose producers can write bytes.
    private func candidates(_ graph: Graph, _ exact: Set<String>) -> [String: StoredForm] {
        let table = graph.quantization
        var result: [String: StoredForm] = [:]
        for node in graph.nodes {
            let output = node.outputs[0]
            guard !exact.contains(output) else { continue }
            switch node.operation {
            case .convolution(let attributes):
                let isDepthwise = graph.isDepthwise(node)
                let addend = attributes.residual == .none ? nil : node.inputs.last
                guard operands[node.name] != nil || !isDepthwise,
                    addend.map({ table.values[$0] != nil }) ?? true
                else { continue }
                result[output] = StoredForm(table.values[output]) ?? channelForm(output, graph)
            case .maxPool, .averagePool(_, countIncludesPadding: false), .resize, .concat(axis: 1):
                guard node.inputs.contains(where: { result[$0] != nil }) else { continue }
                result[output] = StoredForm(table.values[output])
            case .split, .slice, .identity:
                for name in node.outputs { result[name] = result[node.inputs[0]] }
            default: continue
            }
        }
        return result
    }

    /// Values that some step reads as bytes.
    private func wanted(_ graph: Graph, _ candidates: [String: StoredForm]) -> Set<String> {
        var result: Set<String> = []
        for node in graph.nodes.reversed() {
            switch node.operation {
            case .convolution where operands[node.name] != nil: result.insert(node.inputs[0])
            case .maxPool, .averagePool, .resize, .concat, .split, .slice, .identity:
                let isWanted = node.outputs.contains { candidates[$0] != nil && result.contains($0) }
                if isWanted { result.formUnion(node.inputs) }
            default: continue
            }
        }
        return result
    }
}

extension Graph {
    fileprivate func producer(of value: String) -> Node? { nodes.first { $0.outputs.contains(value) } }
}
