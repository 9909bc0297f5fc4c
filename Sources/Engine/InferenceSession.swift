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
    private let demand: DemandTable
    private let team: ThreadTeam
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
        self.demand = demand
        let memories = (0..<max(1, threads)).map { _ in
            KernelMemory(
                arena: arena, constants: model.constants, tables: model.tables,
                scratch: AlignedBuffer(count: model.scratchCount), demand: demand)
        }
        let operations = model.steps.map(\.operation)
        let clock = StepClock(steps: operations.count)
        self.clock = clock
        let threads = self.threads
        team = ThreadTeam(size: threads, steps: operations.count) { step, part, thread in
            let (operation, memory) = (operations[step], memories[thread])
            let units = operation.units(memory)
            let (first, end) = (units * part / threads, units * (part + 1) / threads)
            if first < end { kernels.run(operation, memory, first, end) }
        } stepEnded: { step in
            if clock.measures { clock.recordEnd(of: step) }
        }
    }

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

    /// Runs the model on named inputs and returns all outputs by name.
    ///
    /// - Throws: `EngineError` where an input is missing or of another shape or type.
    package func run(_ inputs: [String: Tensor]) throws(EngineError) -> [String: Tensor] {
        for port in model.inputs {
            guard let tensor = inputs[port.name] else {
                throw EngineError(.badInput, port.name, "no value for this input")
            }
            guard let values = tensor.floats, tensor.shape == port.type.shape else {
                throw EngineError(
                    .badInput, port.name,
                    "is \(tensor.elementType.rawValue) \(tensor.shape), the model needs float32 \(port.type.shape)")
            }
            arena.store(values, at: port.storage.offset)
        }
        run()
        return Dictionary(
            uniqueKeysWithValues: model.outputs.indices.map { (model.outputs[$0].name, output($0)) })
    }
}
