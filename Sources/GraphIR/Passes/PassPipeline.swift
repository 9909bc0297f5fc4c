package import Tensors

/// An ordered list of passes, with a check of the graph after each.
package struct PassPipeline: Sendable {
    package var passes: [any GraphPass]

    package init(_ passes: [any GraphPass]) { self.passes = passes }

    /// What an imported graph goes through before an engine sees it. Afterwards no `Shape` node is left, operands that
    /// hold shapes, axes, pads or scales are constants, axes count from the front, padding is explicit, and activations
    /// and residual additions sit in the convolution before them. An output may have become a constant.
    package static let standard = PassPipeline(simplifications + fusions + reductions)

    /// Names of the passes that an engine can do without: they only make a network cheaper.
    package static let optionalPassNames = Set((fusions + reductions).map(\.name))
        .subtracting([FoldBatchNormalization().name, SpellOutBatchNormalization().name, RemoveDeadCode().name])

    /// The standard pipeline without the passes that have one of `names`, which are of `optionalPassNames`: for comparisons.
    package static func standard(excluding names: Set<String>) -> PassPipeline {
        PassPipeline(standard.passes.filter { !names.contains($0.name) })
    }

    /// What tells a network's activations, however they are spelt: for looking at a graph, not for running it.
    package static let recognition = PassPipeline(simplifications)

    /// Binds, folds and unifies spellings.
    private static let simplifications: [any GraphPass] = [
        ReadBytes(),
        TakeQuantization(),
        FoldConstants(),
        ResolveAttributes(),
        UnifyReshapes(),
        UnwrapSoftmax(),
        RemoveNoOperations(),
        RemoveDeadCode(),
        CanonicaliseActivations(),
        RecogniseHardSigmoid(),
        RecogniseHardSwish(),
        RecogniseSigmoid(),
        RecogniseLeakyReLU(),
        RecogniseSiLU(),
        RecogniseMish(),
        // What recognition left behind would otherwise count as a user and keep the next passes from fusing.
        RemoveDeadCode(),
    ]

    /// Moves work into convolutions.
    private static let fusions: [any GraphPass] = [
        FoldPadding(),
        FoldBatchNormalization(),
        SpellOutBatchNormalization(),
        FocusToConvolution(),
        SquareByMultiplication(),
        RemoveDeadCode(),
        FuseActivation(),
        FuseResidual(),
        FuseActivation(),
        RemoveDeadCode(),
    ]

    /// Removes work from what is left.
    private static let reductions: [any GraphPass] = [
        FoldChannelShuffle(),
        RemoveDeadCode(),
        MergeSiblingConvolutions(),
        PushPointwiseThroughConcat(),
        RemoveDeadCode(),
        // What lay in concatenations that are gone.
        MergeSiblingConvolutions(),
        RemoveDeadCode(),
    ]

    /// Binds the graph's inputs to `inputShapes` and runs all passes.
    /// - Parameter inputShapes: the shape of each input by name; may be left out where the graph fixes all extents.
    /// - Parameter observe: called after each pass that changed the number of nodes or multiply-adds.
    /// - Returns: the type of every value of the rewritten graph.
    /// - Throws: `GraphError` where the graph is not valid, its operands do not fit, or a pass broke it.
    @discardableResult
    package func run(
        _ graph: inout Graph, inputShapes: [String: Shape] = [:], observe: ((PassEffect) -> Void)? = nil
    ) throws(GraphError) -> [String: TensorType] {
        try graph.validate()
        var types = try ShapeInference.infer(graph, inputShapes: inputShapes)
        for index in graph.inputs.indices {
            graph.inputs[index].dimensions = types[graph.inputs[index].name]?.shape.dimensions ?? []
        }
        let outputTypes = graph.outputs.map { types[$0] }
        for pass in passes {
            let before = observe.map { _ in GraphCost(graph, types) }
            try pass.apply(to: &graph, types: types)
            graph.dropStaleQuantization()
            try graph.validate()
            types = try ShapeInference.infer(graph)
            guard graph.outputs.map({ types[$0] }) == outputTypes else {
                throw GraphError(
                    .invalidGraph, operation: "Pass", subject: pass.name, reason: "changed the type of an output")
            }
            if let observe, let before {
                let after = GraphCost(graph, types)
                if before != after { observe(PassEffect(pass: pass.name, before: before, after: after)) }
            }
        }
        return types
    }
}
