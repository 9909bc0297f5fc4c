import Engine
import GraphIR

/// Decides which convolutions of a network are computed in 8 bits.
struct PrecisionChoices {
    /// Convolutions to leave in floats: those asked for, and those that 8 bits hurt most.
    private(set) var kept: Set<String>
    private(set) var table: QuantizationTable
    /// Convolutions that were found to be hurt, most first.
    private(set) var sensitive: [String] = []
    /// Relative error of the outputs with all layers in 8 bits that can be, and with the sensitive ones in floats; nil where there
    /// is nothing to compare with.
    private(set) var errors: (all: Double, chosen: Double)?

    private let calibration: Calibration
    private let range: RangeChoice
    private let sensitivity: LayerSensitivity?

    /// - Parameter inputs: a few examples; without any nothing is measured.
    init(
        _ network: FloatNetwork, _ calibration: Calibration, _ range: RangeChoice, _ kept: Set<String>,
        _ inputs: [[Float]], threads: Int
    ) throws(EngineError) {
        (self.kept, self.calibration, self.range) = (kept, calibration, range)
        table = calibration.table(range, keepingInFloat: kept)
        sensitivity =
            inputs.isEmpty
            ? nil
            : try LayerSensitivity(graph: network.graph, types: network.types, inputs: inputs, threads: threads)
        guard let sensitivity else { return }
        let error = try sensitivity.error(of: table)
        errors = (error, error)
    }

    /// Leaves the convolutions in floats that bring much of the error by themselves, where the outputs become better by it.
    mutating func leaveSensitiveInFloat(progress: (_ done: Int, _ all: Int) -> Void) throws(EngineError) {
        guard let sensitivity, let before = errors?.all else { return }
        let layers = try sensitivity.layers(of: table, progress: progress).sensitive
        guard !layers.isEmpty else { return }
        let wider = kept.union(layers.map(\.node))
        let candidate = calibration.table(range, keepingInFloat: wider)
        let error = try sensitivity.error(of: candidate)
        // Less is not worth the time that floats take.
        guard error < before * 0.9 else { return }
        (kept, table, sensitive, errors) = (wider, candidate, layers.map(\.node), (before, error))
    }
}
