import GraphIR
package import Kernels
package import Tensors

/// Runs a compiled model on its own working memory and threads. Use it from one thread at a time.
///
/// A run allocates nothing and takes no lock but to wake threads.
package final class InferenceSession {
    package let model: CompiledModel
    /// Threads that work on one run, the caller's included.
    package let threads: Int
    /// Name of the instruction set in use.
    package var instructionSet: String { kernels.name }
    private let arena: AlignedBuffer
    private let memories: [KernelMemory]
    private var team: ThreadTeam
    private var alikeRows = 0..<0
    /// The input that has alike rows, and those that no step reads.
    private var alikeInput = 0
    private var omittedInput = RepeatedRows.none
    /// Units of work in a run: fewer where rows of the input are alike.
    package private(set) var units: Int
    private let clock: StepClock
    let kernels: KernelTable

    /// - Parameters:
    ///   - threads: at least 1.
    ///   - kernels: the instruction set, by default the fastest this processor has; it must support the model's precision.
    package init(model: CompiledModel, threads: Int, kernels: KernelTable? = nil) {
        let kernels = kernels ?? InstructionSet.best(for: model.precision) ?? InstructionSet.available[0]
        precondition(kernels.supports(model.precision), "\(kernels.name) has no \(model.precision) kernels")
        self.model = model
        self.threads = max(1, threads)
        self.kernels = kernels
        let arena = AlignedBuffer(count: model.arenaCount)
        self.arena = arena
        let demand = DemandTable(count: model.demandCount)
        memories = (0..<max(1, threads)).map { _ in
            KernelMemory(
                arena: arena, constants: model.constants, tables: model.tables,
                scratch: AlignedBuffer(count: model.scratchCount), demand: demand)
        }
        clock = StepClock(steps: model.steps.count)
        let operations = model.steps.map(\.operation)
        units = Self.units(operations)
        team = Self.makeTeam(operations, memories, kernels, clock)
    }

    private static func makeTeam(
        _ operations: [KernelOperation], _ memories: [KernelMemory], _ kernels: KernelTable, _ clock: StepClock
    ) -> ThreadTeam {
        let threads = memories.count
        return ThreadTeam(size: threads, steps: operations.count) { step, part, thread in
            let (operation, memory) = (operations[step], memories[thread])
            let units = operation.units(memory)
            let (first, end) = (units * part / threads, units * (part + 1) / threads)
            if first < end { kernels.run(operation, memory, first, end) }
        } stepEnded: { step in
            if clock.measures { clock.recordEnd(of: step) }
        }
    }

    /// From now on `rows` of the input at `index`, `[1, C, H, W]`, are all the same in each channel: the padding of a letterbox.
    /// Of what follows from them, only what differs is computed; outputs stay the same, bit for bit. An empty range, as at first,
    /// says nothing about the input.
    ///
    /// To be called between runs. Calling it again with the same rows costs nothing.
    package func setAlikeRows(_ rows: Range<Int>, ofInput index: Int = 0) {
        guard alikeRows != rows else { return }
        alikeRows = rows
        guard let buffer = model.inputs[index].buffer else { return }
        let flow = RowFlow(model, buffer: buffer, rows: rows)
        (alikeInput, omittedInput) = (index, flow.repeated(buffer))
        let operations = flow.operations
        units = Self.units(operations)
        team = Self.makeTeam(operations, memories, kernels, clock)
    }

    /// Fills an input but for rows that no step reads.
    private func store(_ values: [Float], in port: CompiledModel.Port, isAlike: Bool) {
        guard isAlike, omittedInput.omitted > 0 else { return arena.store(values, at: port.storage.offset) }
        arena.storePlanes(
            values, height: port.type.shape[2], width: port.type.shape[3], without: omittedInput,
            at: port.storage.offset)
    }

    private static func units(_ operations: [KernelOperation]) -> Int { operations.reduce(0) { $0 + $1.units } }

    /// The fastest of the model's steps in `runs` runs, in the order of `CompiledModel.steps`.
    package func profile(runs: Int) -> [Duration] {
        clock.measure {
            for _ in 0..<max(1, runs) {
                clock.start()
                run()
            }
        }
    }

    /// Lets `body` fill the input at `index`, row-major in the input's shape.
    package func withInput(_ index: Int = 0, _ body: (inout MutableSpan<Float>) -> Void) {
        let port = model.inputs[index]
        arena.withMutableSpan(at: port.storage.offset, count: port.type.shape.count, body)
    }

    /// Fills the input at `index` with `values`, row-major in the input's shape and as many as it has.
    package func fill(_ values: [Float], at index: Int = 0) {
        arena.store(values, at: model.inputs[index].storage.offset)
    }

    /// Computes all outputs from the inputs filled before. Inputs may be overwritten by the run.
    package func run() { team.run() }

    /// The output at `index` of the last run.
    package func output(_ index: Int) -> Tensor {
        let port = model.outputs[index]
        let buffer = port.storage.isConstant ? model.constants : arena
        return Tensor(buffer.load(at: port.storage.offset, count: port.type.shape.count), shape: port.type.shape)
    }

    /// The prediction rows of the last run of a model with a lazy head; nil for other models.
    package func predictionRows() -> PredictionRows? {
        model.rows?.read(arena)
    }

    /// Runs the model on named inputs and returns all outputs by name. Bytes stand for the numbers that they are.
    ///
    /// - Throws: `EngineError` where an input is missing or of another shape or type.
    package func run(_ inputs: [String: Tensor]) throws(EngineError) -> [String: Tensor] {
        for (index, port) in model.inputs.enumerated() {
            guard let tensor = inputs[port.name] else {
                throw EngineError(.badInput, port.name, "no value for this input")
            }
            guard let values = tensor.floats ?? tensor.bytesAsFloats, tensor.shape == port.type.shape else {
                throw EngineError(
                    .badInput, port.name,
                    "is \(tensor.elementType.rawValue) \(tensor.shape), the model needs float32 (or uint8) \(port.type.shape)"
                )
            }
            store(values, in: port, isAlike: index == alikeInput)
        }
        run()
        var results: [String: Tensor] = [:]
        for index in model.outputs.indices { results[model.outputs[index].name] = output(index) }
        for suppression in model.suppressions { results[suppression.name] = selected(suppression) }
        return results
    }

    /// The boxes that `suppression` keeps of the last run's.
    private func selected(_ suppression: CompiledModel.Suppression) -> Tensor {
        func values(_ view: ArrayView, _ count: Int) -> [Float] {
            (view.isConstant ? model.constants : arena).load(at: view.offset, count: count)
        }
        let shape = suppression.shape
        return suppression.settings.selected(
            boxes: values(suppression.boxes, shape[0] * shape[2] * 4), scores: values(suppression.scores, shape.count),
            shape: shape)
    }
}

extension Tensor {
    /// The numbers of a tensor of bytes; nil for other types.
    fileprivate var bytesAsFloats: [Float]? { elementType == .uint8 ? integers?.map { Float($0) } : nil }
}
