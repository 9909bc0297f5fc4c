import Engine
import GraphIR
import Imaging
import ObjectDetection
import Tensors

/// A detector's graph after the standard passes, on its way to 8 bits.
struct FloatNetwork {
    let name: String
    let graph: Graph
    let types: [String: TensorType]
    private let inputRange: ClosedRange<Float>

    /// Throws a usage error where the model has nothing to quantize, or is quantized already.
    init(_ described: DescribedModel) throws(CommandError) {
        name = described.name
        inputRange = described.description.inputRange
        let size = described.description.inputSize
        var graph = described.graph
        do {
            types = try PassPipeline.standard.run(
                &graph, inputShapes: [described.description.inputName: Shape([1, 3, size.height, size.width])])
        } catch {
            throw CommandError(error)
        }
        guard graph.quantization.isEmpty else {
            throw .usage("\(name): it is quantized already; give the model of floats that it was made from")
        }
        guard !QuantizationPlan(graph, types: types).convolutions.isEmpty else {
            throw .usage("\(name): it has no convolution that can be computed in 8 bits")
        }
        self.graph = graph
    }

    /// `names` as a set; throws a usage error where one is no convolution.
    func convolutions(named names: [String]) throws(CommandError) -> Set<String> {
        let known = Set(
            graph.nodes.filter { if case .convolution = $0.operation { true } else { false } }.map(\.name))
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw .usage(
                "--keep-float '\(unknown)': no such convolution; 'windhover model bench \(name)' lists them by node")
        }
        return Set(names)
    }

    /// A calibration that has seen nothing yet.
    func calibration(threads: Int) throws(EngineError) -> Calibration {
        try Calibration(graph: graph, types: types, inputRange: inputRange, threads: threads)
    }

    /// The graph with `table`, its weights rounded to what their integers stand for.
    func quantized(by table: QuantizationTable) -> Graph { graph.rounded(by: table) }
}
