import Kernels

/// Finds the rows of feature maps that are alike because the input's are.
///
/// A picture that is less high than the model's input has padding below or above it: rows that are all the same. A row of a
/// convolution's result is made of a window of input rows, in the same way everywhere; so where all of those lie in such a
/// stretch, rows are the same again, bit for bit. One of them is computed, and what reads the others reads that one. With every
/// window the stretch becomes shorter, in the deeper half of a network it is gone.
struct RowFlow {
    private let steps: [CompiledModel.Step]
    /// For each buffer the rows that are alike, in everything that is ever written to it; a missing buffer has none.
    private var alike: [Int: Range<Int>]
    /// Buffers of which every row is stored, since something reads them that knows nothing of alike rows.
    private var whole: Set<Int>
    /// For each buffer the rows of a convolution's unit of work: those are stored together or not at all.
    private var grain: [Int: Int] = [:]

    /// - Parameter rows: rows of the model's input `buffer` that are alike in each plane by itself.
    init(_ model: CompiledModel, buffer: Int, rows: Range<Int>) {
        steps = model.steps
        alike = [buffer: rows]
        whole = model.results
        var written: Set<Int> = []
        for step in steps {
            let rows = alikeRows(after: step)
            if step.rowWindow == nil { whole.formUnion(step.reads + step.writes) }
            for target in step.writes {
                let before = written.insert(target).inserted ? rows : alike[target] ?? 0..<0
                alike[target] = rows.clamped(to: before)
                grain[target] = max(grain[target] ?? 1, step.rowWindow?.grain ?? 1)
            }
        }
    }

    /// The rows that are alike in what `step` writes.
    private func alikeRows(after step: CompiledModel.Step) -> Range<Int> {
        guard let window = step.rowWindow, let input = step.reads.first else { return 0..<0 }
        let rows = alike[input].map(window.outputs(of:)) ?? 0..<0
        return step.reads.dropFirst().reduce(rows) { $0.clamped(to: alike[$1] ?? 0..<0) }
    }

    /// Which rows of a buffer are not stored.
    func repeated(_ buffer: Int) -> RepeatedRows {
        guard let rows = alike[buffer], !whole.contains(buffer) else { return .none }
        let grain = grain[buffer] ?? 1
        let first = (rows.lowerBound + grain) / grain * grain - 1
        let end = rows.upperBound / grain * grain
        return end - first > 1 ? RepeatedRows(first: first, end: end) : .none
    }

    /// The steps' kernel calls without the rows that need not be computed.
    var operations: [KernelOperation] { steps.map(operation) }

    private func operation(of step: CompiledModel.Step) -> KernelOperation {
        guard step.rowWindow != nil else { return step.operation }
        let (input, output) = (repeated(step.reads[0]), repeated(step.writes[0]))
        let residual = step.reads.count > 1 ? repeated(step.reads[1]) : .none
        switch step.operation {
        case .convolution(var operation):
            (operation.repeatedInput, operation.repeatedOutput) = (input, output)
            operation.repeatedResidual = residual
            return .convolution(operation)
        case .depthwise(var operation):
            (operation.repeatedInput, operation.repeatedOutput) = (input, output)
            operation.repeatedResidual = residual
            return .depthwise(operation)
        default: return step.operation
        }
    }
}

/// How a step's output rows are made of input rows.
struct RowWindow {
    var geometry: WindowGeometry
    var outputHeight: Int
    /// Output rows that are computed together.
    var grain: Int

    /// The output rows whose whole window lies in `rows`.
    func outputs(of rows: Range<Int>) -> Range<Int> {
        let reach = (geometry.kernelHeight - 1) * geometry.dilationY
        let lowest = rows.lowerBound + geometry.padTop
        let highest = rows.upperBound - 1 - reach + geometry.padTop
        guard highest >= lowest else { return 0..<0 }
        let first = (lowest + geometry.strideY - 1) / geometry.strideY
        return first..<max(first, min(outputHeight, highest / geometry.strideY + 1))
    }
}

extension CompiledModel.Step {
    /// Nil for a step whose rows depend on more than a window of rows, and for one that computes cells on demand.
    fileprivate var rowWindow: RowWindow? {
        switch operation {
        case .convolution(let operation) where operation.demand == nil:
            RowWindow(
                geometry: operation.window, outputHeight: operation.output.height,
                grain: operation.source == .direct ? 1 : operation.rowsPerUnit)
        case .depthwise(let operation) where operation.demand == nil:
            RowWindow(geometry: operation.window, outputHeight: operation.output.height, grain: 1)
        default: nil
        }
    }
}
