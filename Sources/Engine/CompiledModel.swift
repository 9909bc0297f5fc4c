package import GraphIR
import Kernels
package import Tensors

/// A graph lowered to kernel calls with its weights packed and its memory planned. Immutable; shared by any number of
/// sessions.
package struct CompiledModel: Sendable {
    /// A graph input or output: its name, type and place in the arena.
    package struct Port: Sendable {
        package let name: String
        package let type: TensorType
        let storage: ArrayView
        /// The buffer it is in; nil for a constant.
        let buffer: Int?
    }

    /// One kernel call and the node it comes from.
    package struct Step: Sendable {
        package let node: String
        let operation: KernelOperation
        /// The buffers it reads (a convolution's input first, then its addend) and writes.
        let reads: [Int]
        let writes: [Int]
    }

    /// An output of selected boxes, of as many rows as a run finds.
    struct Suppression: Sendable {
        let name: String
        let settings: BoxSuppression
        let boxes: ArrayView
        let scores: ArrayView
        /// Of the scores.
        let shape: Shape
    }

    package let precision: Precision
    package let inputs: [Port]
    package let outputs: [Port]
    package let steps: [Step]
    /// Floats of working memory that a session needs.
    package let arenaCount: Int
    /// Floats of packed weights and other constants.
    package var constantCount: Int { constants.count }
    let scratchCount: Int
    let demandCount: Int
    /// Outputs that are made of values of the arena after a run.
    let suppressions: [Suppression]
    /// The rows that a lazy head gives in place of the outputs; nil for a model that computes its outputs in full.
    let rows: LazyRows?
    /// The buffers that are read after a run.
    let results: Set<Int>
    let constants: AlignedBuffer
    let tables: IndexTable

    /// Compiles `graph`, whose value types are `types` (from shape inference after the passes).
    ///
    /// - Parameter tileBlocks: blocks of 16 channels in a convolution's output tile, 1 or 2, by default what suits this
    ///   processor; it changes no result.
    /// - Throws: `EngineError` naming the node that has no kernel, or the precision that this processor has none for.
    package init(
        graph: Graph, types: [String: TensorType], precision: Precision = .f32, tileBlocks: Int? = nil
    ) throws(EngineError) {
        let lowering = try GraphLowering(
            graph: graph, types: types, precision: ElementKind(precision),
            tileBlocks: tileBlocks ?? InstructionSet.tileBlocks(for: precision))
        try self.init(lowering, precision)
    }

    /// Compiles a graph that `head` was split from. Sessions of the model have no outputs; they give the prediction rows whose
    /// gate reaches `floor`.
    package init(
        graph: Graph, types: [String: TensorType], precision: Precision = .f32, lazyHead head: LazyHead, floor: Float
    ) throws(EngineError) {
        let lowering = try GraphLowering(
            graph: graph, types: types, precision: ElementKind(precision),
            tileBlocks: InstructionSet.tileBlocks(for: precision), lazyHead: (head, floor))
        try self.init(lowering, precision)
    }

    /// Floats behind the last buffer: kernels load four pixels of bytes where they need three.
    private static let slack = 16

    /// 4 GiB: many times what detectors need. A small hostile file can ask for any size.
    private static let largestArena = 1 << 30

    private init(_ lowering: GraphLowering, _ precision: Precision) throws(EngineError) {
        guard InstructionSet.supports(precision) else {
            throw EngineError(.precision, precision.rawValue, "this processor has no instructions for it; use f32")
        }
        self.precision = precision
        let graph = lowering.graph
        let buffers = Self.lifetimes(lowering)
        let plan = MemoryPlan(buffers)
        guard plan.arenaCount <= Self.largestArena else {
            throw EngineError(
                .unsupported, "working memory",
                "it needs \(plan.arenaCount >> 18) MiB for values; at most \(Self.largestArena >> 18) are supported")
        }
        results = Set(buffers.indices.filter { buffers[$0].lastStep == lowering.steps.count })
        steps = lowering.steps.map { step in
            Step(
                node: step.node, operation: step.make(plan), reads: step.reads.map(\.buffer),
                writes: step.writes.map(\.buffer))
        }
        arenaCount = plan.arenaCount + Self.slack
        scratchCount = steps.map(\.operation.scratchCount).max() ?? 0
        constants = AlignedBuffer(count: lowering.constants.count)
        constants.store(lowering.constants, at: 0)
        tables = IndexTable(lowering.tables)
        inputs = try graph.inputs.filter { graph.constants[$0.name] == nil }.map { input throws(EngineError) in
            try Self.port(input.name, lowering, plan)
        }
        demandCount = lowering.demandCount
        rows = try LazyRows(lowering, plan)
        suppressions = lowering.suppressions.sorted { $0.key < $1.key }.map { name, lowered in
            Suppression(
                name: name, settings: lowered.settings, boxes: lowered.boxes.view(plan),
                scores: lowered.scores.view(plan),
                shape: lowered.shape)
        }
        let tensors = graph.outputs.filter { lowering.suppressions[$0] == nil }
        outputs =
            rows == nil ? try tensors.map { name throws(EngineError) in try Self.port(name, lowering, plan) } : []
    }

    private static func port(
        _ name: String, _ lowering: GraphLowering, _ plan: MemoryPlan
    ) throws(EngineError) -> Port {
        guard let storage = lowering.boundary(name) else {
            throw EngineError(.invalidGraph, name, "output is never computed")
        }
        return Port(
            name: name, type: try lowering.type(of: name), storage: storage.view(plan),
            buffer: storage.reads.first?.buffer)
    }

    /// Buffers with the steps they are alive in; inputs live from before the first step, outputs past the last.
    private static func lifetimes(_ lowering: GraphLowering) -> [MemoryPlan.Buffer] {
        var buffers = lowering.buffers
        func touch(_ reference: StorageReference, _ step: Int) {
            buffers[reference.buffer].firstStep = min(buffers[reference.buffer].firstStep, step)
            buffers[reference.buffer].lastStep = max(buffers[reference.buffer].lastStep, step)
        }
        for (index, step) in lowering.steps.enumerated() {
            for reference in step.reads + step.writes { touch(reference, index) }
        }
        for input in lowering.graph.inputs {
            for reference in lowering.boundary(input.name)?.reads ?? [] { touch(reference, -1) }
        }
        for suppression in lowering.suppressions.values {
            for reference in suppression.boxes.reads + suppression.scores.reads {
                touch(reference, lowering.steps.count)
            }
        }
        for output in lowering.graph.outputs {
            let blocked = lowering.lazyHead == nil ? nil : lowering.cells(output)?.reference
            let references = blocked.map { [$0] } ?? lowering.boundary(output)?.reads ?? []
            for reference in references { touch(reference, lowering.steps.count) }
        }
        return buffers
    }
}
