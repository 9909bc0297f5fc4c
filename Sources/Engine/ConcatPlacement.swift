import GraphIR
import Kernels
import Tensors

/// Where the producer of a value can write it so that a concatenation along channels needs no copy.
struct ConcatPlacement: Hashable {
    /// The concatenation's result.
    var concatenation: String
    var firstChannel: Int

    /// Placements for operands that start at a block boundary. An operand of two concatenations is placed in the first.
    static func find(in graph: Graph, types: [String: TensorType]) -> [String: ConcatPlacement] {
        var placements: [String: ConcatPlacement] = [:]
        let blockedResults = Set(graph.nodes.filter(producesFeatureMap).flatMap(\.outputs))
        for node in graph.nodes {
            guard case .concat(let axis) = node.operation, let result = types[node.outputs[0]]?.shape, result.rank == 4,
                result[0] == 1, axis == 1 || axis == -3, node.inputs.allSatisfy({ types[$0]?.shape.rank == 4 }),
                node.inputs.contains(where: blockedResults.contains)
            else { continue }
            var channel = 0
            for input in node.inputs {
                if channel % channelBlock == 0, blockedResults.contains(input), placements[input] == nil {
                    placements[input] = ConcatPlacement(concatenation: node.outputs[0], firstChannel: channel)
                }
                channel += types[input]?.shape[1] ?? 0
            }
        }
        return placements
    }

    /// Whether a node's kernel writes blocked layout into fresh storage.
    private static func producesFeatureMap(_ node: Node) -> Bool {
        switch node.operation {
        case .convolution, .maxPool, .averagePool, .resize: true
        case .concat(let axis): axis == 1
        default: false
        }
    }
}
