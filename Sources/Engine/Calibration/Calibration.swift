package import GraphIR
import Tensors

/// Finds quantizations for a network from what its feature maps hold when it runs, in 32-bit floats, on typical inputs.
///
/// Everything that any choice of convolutions needs is watched, so tables for several choices can be made of one calibration.
package struct Calibration {
    private let graph: Graph
    private let types: [String: TensorType]
    private let inputRange: ClosedRange<Float>
    private let session: InferenceSession
    /// One for each value, or one for each of its channels.
    private var histograms: [String: [ValueHistogram]] = [:]

    /// What can be computed in 8 bits at all.
    package let plan: QuantizationPlan

    /// - Parameters:
    ///   - graph: of one input, after the standard passes, with the types they gave.
    ///   - inputRange: what the input's elements can be.
    ///   - threads: to run it with.
    /// - Throws: `EngineError` where it cannot be run, or has nothing to compute in 8 bits.
    package init(
        graph: Graph, types: [String: TensorType], inputRange: ClosedRange<Float>, threads: Int
    ) throws(EngineError) {
        (self.graph, self.types, self.inputRange) = (graph, types, inputRange)
        plan = QuantizationPlan(graph, types: types)
        let inputs = Set(graph.inputs.map(\.name))
        var watched = graph
        watched.quantization = QuantizationTable()
        watched.outputs = plan.groups.flatMap { $0 }.filter { !inputs.contains($0) }
        guard !plan.convolutions.isEmpty, graph.inputs.count == 1 else {
            throw EngineError(.unsupported, graph.name, "no convolution that can be computed in 8 bits")
        }
        RemoveDeadCode().apply(to: &watched, types: types)
        session = InferenceSession(model: try CompiledModel(graph: watched, types: types), threads: threads)
    }

    /// Runs the network on one input, row-major, and counts what comes up.
    package mutating func observe(_ input: [Float]) {
        session.fill(input)
        session.run()
        for (index, port) in session.model.outputs.enumerated() {
            let values = session.output(index).floats ?? []
            let parts = plan.perChannel.contains(port.name) ? port.type.shape[1] : 1
            var counted = histograms.removeValue(forKey: port.name) ?? Array(repeating: ValueHistogram(), count: parts)
            let length = values.count / max(parts, 1)
            for part in 0..<parts { counted[part].add(Array(values[part * length..<(part + 1) * length])) }
            histograms[port.name] = counted
        }
    }

    /// The quantizations for what was seen.
    ///
    /// Values that share one get the union of their ranges. Scales of weights reach the largest of each filter.
    /// - Parameter kept: names of convolutions to leave in float, beside those that have to stay so.
    package func table(
        _ choice: RangeChoice = .leastSquaredError, keepingInFloat kept: Set<String> = []
    ) -> QuantizationTable {
        let plan = QuantizationPlan(graph, types: types, keepingInFloat: kept)
        var table = QuantizationTable()
        for value in plan.perChannel {
            table.channelValues[value] = histograms[value]?.map { histogram in
                let range = choice.range(of: histogram)
                return Quantization(covering: range.low, range.high)
            }
        }
        for group in plan.groups where !plan.perChannel.contains(group[0]) {
            let ranges = group.map { range(of: $0, choice) }
            let quantization = Quantization(
                covering: ranges.map(\.low).min() ?? 0, ranges.map(\.high).max() ?? 0)
            for value in group { table.values[value] = quantization }
        }
        let names = Set(plan.convolutions)
        for node in graph.nodes where names.contains(node.name) {
            guard let weights = graph.constants[node.inputs[1]], let values = weights.floats else { continue }
            table.weightScales[node.inputs[1]] = QuantizedWeights.scales(values, filters: weights.shape[0])
        }
        return table
    }

    private func range(of value: String, _ choice: RangeChoice) -> (low: Float, high: Float) {
        guard graph.inputs[0].name != value else { return (inputRange.lowerBound, inputRange.upperBound) }
        // Counted by channel, where leaving convolutions in float has changed what the value is for: their ranges together.
        let ranges = (histograms[value] ?? []).map(choice.range)
        return (ranges.map(\.low).min() ?? 0, ranges.map(\.high).max() ?? 0)
    }
}
