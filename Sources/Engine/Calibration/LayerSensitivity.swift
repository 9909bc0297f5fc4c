package import GraphIR
import Tensors

/// Measures how far 8 bits move a network's outputs, all together and convolution by convolution.
///
/// Errors are relative root mean squares: of the difference to the outputs in 32-bit floats, over the outputs' own.
package struct LayerSensitivity {
    /// What one convolution in 8 bits does while all others stay floats.
    package struct Layer: Sendable, Hashable {
        /// Name of the node.
        package var node: String
        package var error: Double
        package var multiplyAdds: Int
    }

    private let graph: Graph
    private let types: [String: TensorType]
    private let inputs: [[Float]]
    private let expected: [[[Float]]]
    private let threads: Int

    /// - Parameters:
    ///   - graph: of one input, of floats, after the standard passes, with the types they gave.
    ///   - inputs: examples, row-major; a few are enough.
    package init(
        graph: Graph, types: [String: TensorType], inputs: [[Float]], threads: Int
    ) throws(EngineError) {
        (self.graph, self.types, self.inputs, self.threads) = (graph, types, inputs, threads)
        expected = Self.outputs(try CompiledModel(graph: graph, types: types), inputs, threads)
    }

    /// The error with everything that `table` says in 8 bits.
    package func error(of table: QuantizationTable) throws(EngineError) -> Double {
        let model = try CompiledModel(graph: graph.rounded(by: table), types: types, precision: .int8)
        var (difference, size) = (0.0, 0.0)
        for (outputs, expected) in zip(Self.outputs(model, inputs, threads), expected) {
            for (values, references) in zip(outputs, expected) {
                for (value, reference) in zip(values, references) where reference.isFinite {
                    difference += Double((value - reference) * (value - reference))
                    size += Double(reference * reference)
                }
            }
        }
        return (difference / max(size, .leastNormalMagnitude)).squareRoot()
    }

    /// The error of each convolution of `table` by itself, largest first; of those that share a map with a scale for each channel,
    /// their error together.
    ///
    /// - Parameter progress: called with how many are done, and of how many.
    package func layers(
        of table: QuantizationTable, progress: (_ done: Int, _ all: Int) -> Void = { _, _ in }
    ) throws(EngineError) -> [Layer] {
        let quantized = graph.nodes.filter { node in
            guard case .convolution = node.operation else { return false }
            return table.weightScales[node.inputs[1]] != nil
        }
        var layers: [Layer] = []
        for (index, node) in quantized.enumerated() {
            progress(index, quantized.count)
            var alone = table
            let weights = inseparable(node, quantized, table)
            alone.weightScales = table.weightScales.filter { weights.contains($0.key) }
            layers.append(
                Layer(
                    node: node.name, error: try error(of: alone),
                    multiplyAdds: graph.multiplyAdds(of: node, types: types)))
        }
        return layers.sorted { ($1.error, $0.node) < ($0.error, $1.node) }
    }

    /// Weights of the convolutions that are in 8 bits together with `node` or not at all: a map with a scale for each channel is
    /// bytes for everything that reads it, and for a depthwise convolution that makes it.
    private func inseparable(_ node: Node, _ quantized: [Node], _ table: QuantizationTable) -> Set<String> {
        let input = node.inputs[0]
        guard table.channelValues[input] != nil else { return [node.inputs[1]] }
        let others = quantized.filter { $0.inputs[0] == input || ($0.outputs[0] == input && graph.isDepthwise($0)) }
        return Set(others.map { $0.inputs[1] })
    }

    private static func outputs(_ model: CompiledModel, _ inputs: [[Float]], _ threads: Int) -> [[[Float]]] {
        let session = InferenceSession(model: model, threads: threads)
        return inputs.map { input in
            session.fill(input)
            session.run()
            return model.outputs.indices.map { session.output($0).floats ?? [] }
        }
    }
}

extension [LayerSensitivity.Layer] {
    /// Convolutions that are better left in floats: each alone brings more than a twentieth of all squared errors, and together
    /// they are no more than a tenth of the multiply-adds.
    ///
    /// Errors of different layers are nearly independent, so their squares add up.
    package var sensitive: [LayerSensitivity.Layer] {
        let total = reduce(0) { $0 + $1.error * $1.error }
        let budget = reduce(0) { $0 + $1.multiplyAdds } / 10
        var (chosen, spent): ([LayerSensitivity.Layer], Int) = ([], 0)
        for layer in self where layer.error * layer.error > total / 20 && spent + layer.multiplyAdds <= budget {
            chosen.append(layer)
            spent += layer.multiplyAdds
        }
        return chosen
    }
}
