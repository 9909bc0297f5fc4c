import GraphIR
import Tensors
import TestSupport
import Testing

/// Sums are taken in another order, so results differ in the last bits: 1e-5 of the largest value is allowed.
@Suite struct ChannelShuffleTests {
    enum Spelling: CaseIterable { case fiveAxes, threeAxes, gather }

    /// Channels in `groups` groups → interleaved.
    private func shuffle(
        _ sketch: inout GraphSketch, _ x: String, _ shape: [Int64], _ spelling: Spelling = .fiveAxes, groups: Int64 = 2
    ) -> String {
        let (channels, rows, columns) = (shape[1], shape[2], shape[3])
        let inner: [Int64]
        let permutation: [Int]
        switch spelling {
        case .fiveAxes: (inner, permutation) = ([1, groups, channels / groups, rows, columns], [0, 2, 1, 3, 4])
        case .threeAxes: (inner, permutation) = ([groups, channels / groups, rows * columns], [1, 0, 2])
        case .gather:
            let order = (0..<channels).map { $0 % groups * (channels / groups) + $0 / groups }
            return sketch.node(.gather(axis: 1), x, sketch.constant(order))
        }
        let apart = sketch.node(.reshape(allowZero: false), x, sketch.constant(inner))
        let moved = sketch.node(.transpose(permutation: permutation), apart)
        return sketch.node(.reshape(allowZero: false), moved, sketch.constant(shape))
    }

    private func folded(_ graph: Graph) throws -> Graph { try optimised(graph, by: [FoldChannelShuffle()]) }

    private func isShuffled(_ graph: Graph) -> Bool {
        graph.operations.contains {
            switch $0 {
            case .transpose, .gather, .reshape: true
            default: false
            }
        }
    }

    @Test(arguments: Spelling.allCases) func becomesWeights(spelling: Spelling) throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 12, 3, 2])
        let shuffled = shuffle(&sketch, x, [1, 12, 3, 2], spelling, groups: 3)
        let (y, z) = (sketch.convolution(shuffled, [5, 12, 3, 2]), sketch.convolution(shuffled, [4, 12, 1, 1]))
        let result = try folded(sketch.returning(y, z))
        #expect(result.nodes.count == 2 && result.nodes.allSatisfy { $0.inputs[0] == x })
    }

    @Test func passesDepthwiseLayersPoolsAndActivations() throws {
        var sketch = GraphSketch()
        var y = shuffle(&sketch, sketch.input("x", [1, 8, 6, 6]), [1, 8, 6, 6])
        y = sketch.convolution(y, [8, 1, 3, 3], padding: [1, 1, 1, 1], group: 8)
        y = sketch.node(.activation(.hardSwish), y)
        y = sketch.node(.maxPool(PoolAttributes(kernel: [2, 2], strides: [2, 2])), y)
        y = sketch.convolution(y, [4, 8, 1, 1])
        #expect(try folded(sketch.returning(y)).nodes.count == 5 - 1)
    }

    @Test func keepsAddendsOfReaders() throws {
        var sketch = GraphSketch()
        let shuffled = shuffle(&sketch, sketch.input("x", [1, 8, 3, 3]), [1, 8, 3, 3])
        let y = sketch.node(
            .binary(.add), sketch.convolution(shuffled, [4, 8, 1, 1]), sketch.input("addend", [1, 4, 3, 3]))
        let result = try optimised(sketch.returning(y), by: [FuseResidual(), FoldChannelShuffle()])
        #expect(result.nodes.count == 1)
    }

    /// ShuffleNet's stage: of the shuffled halves one passes through, the other is worked on, and both are shuffled again.
    private func stage(_ sketch: inout GraphSketch, half: Int, units: Int, halves: Halves) -> String {
        let x = sketch.input("x", [1, 6, 4, 4])
        let shape: [Int64] = [1, 2 * Int64(half), 4, 4]
        var whole = sketch.node(
            .concat(axis: 1), sketch.convolution(x, [half, 6, 1, 1]), sketch.convolution(x, [half, 6, 1, 1]))
        for _ in 0..<units {
            let parts = split(&sketch, whole, shape, halves)
            var branch = sketch.node(.activation(.relu), sketch.convolution(parts[1], [half, half, 1, 1]))
            branch = sketch.convolution(branch, [half, 1, 3, 3], padding: [1, 1, 1, 1], group: half)
            branch = sketch.convolution(branch, [half, half, 1, 1])
            whole = sketch.node(.concat(axis: 1), parts[0], branch)
        }
        return shuffle(&sketch, whole, shape)
    }

    enum Halves: CaseIterable { case split, slices, odd }

    private func split(_ sketch: inout GraphSketch, _ whole: String, _ shape: [Int64], _ halves: Halves) -> [String] {
        let half = shape[1] / 2
        switch halves {
        case .split:
            return sketch.node(.split(axis: 1), [shuffle(&sketch, whole, shape)], results: 2)
        case .slices:
            let shuffled = shuffle(&sketch, whole, shape)
            let axis = sketch.constant([1])
            return [(0, half), (half, shape[1])].map { from, to in
                sketch.node(.slice, shuffled, sketch.constant([from]), sketch.constant([to]), axis)
            }
        case .odd:
            // Even channels and odd ones, as exported from `x.reshape(half, 2, …).permute(1, 0, 2)` and indexing.
            let area = shape[2] * shape[3]
            let pairs = sketch.node(.reshape(allowZero: false), whole, sketch.constant([half, 2, area]))
            let moved = sketch.node(.transpose(permutation: [1, 0, 2]), pairs)
            let apart = sketch.node(
                .reshape(allowZero: false), moved, sketch.constant([2, 1, half, shape[2], shape[3]]))
            return [0, 1].map { index in
                sketch.node(.gather(axis: 0), apart, sketch.constant(Tensor([Int64(index)], shape: [])))
            }
        }
    }

    @Test(arguments: Halves.allCases, [16, 24]) func foldsWholeStages(halves: Halves, half: Int) throws {
        var sketch = GraphSketch()
        let whole = stage(&sketch, half: half, units: 2, halves: halves)
        let down = sketch.convolution(whole, [2 * half, 1, 3, 3], strides: [2, 2], group: 2 * half)
        let y = sketch.convolution(down, [7, 2 * half, 1, 1])
        let z = sketch.convolution(whole, [9, 2 * half, 1, 1])
        let result = try folded(sketch.returning(y, z))
        #expect(!isShuffled(result))
        // No layer is computed twice.
        #expect(result.convolutions.count == 11)
    }

    /// The shuffled map is returned, added, or read by a grouped convolution.
    @Test(arguments: 0..<3) func keepsWhatOthersRead(form: Int) throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 8, 3, 3])
        let shuffled = shuffle(&sketch, x, [1, 8, 3, 3])
        let y = sketch.convolution(shuffled, [4, 8, 1, 1])
        let other =
            switch form {
            case 0: shuffled
            case 1: sketch.node(.binary(.add), shuffled, x)
            default: sketch.convolution(shuffled, [4, 4, 1, 1], group: 2)
            }
        let result = try folded(sketch.returning(y, other))
        #expect(isShuffled(result) && result.nodes.count == sketch.graph.nodes.count)
    }

    /// Plain concatenations and splits are in place anyway; other transposes move pixels.
    @Test func keepsWhatIsNoShuffle() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 8, 4, 4])
        let parts = sketch.node(.split(axis: 1), [x], results: 2)
        let joined = sketch.node(.concat(axis: 1), parts[1], parts[0])
        let turned = sketch.node(.transpose(permutation: [0, 1, 3, 2]), x)
        let (y, z) = (sketch.convolution(joined, [4, 8, 1, 1]), sketch.convolution(turned, [4, 8, 1, 1]))
        let result = try folded(sketch.returning(y, z))
        #expect(result.nodes.count == sketch.graph.nodes.count)
    }

    @Test func keepsEmptyMaps() throws {
        var sketch = GraphSketch()
        let (none, axis) = (sketch.constant([0]), sketch.constant([2]))
        let x = sketch.node(.slice, sketch.input("x", [1, 4, 3, 2]), none, none, axis)
        let apart = sketch.node(.reshape(allowZero: true), x, sketch.constant([2, 2, 0]))
        let moved = sketch.node(.transpose(permutation: [1, 0, 2]), apart)
        let y = sketch.node(.reshape(allowZero: true), moved, sketch.constant([1, 0, 4, 2]))
        let activated = sketch.node(.activation(.relu), y)
        var graph = sketch.returning(activated)
        try PassPipeline([FoldChannelShuffle()]).run(&graph)
        #expect(graph.nodes.count == 5)
    }

    /// Single channels from many places would be more copies than a shuffle is.
    @Test func keepsShufflesIntoShortRuns() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 8, 3, 3])
        let shuffled = shuffle(&sketch, x, [1, 8, 3, 3])
        let half = sketch.node(.split(axis: 1), [shuffle(&sketch, shuffled, [1, 8, 3, 3])], results: 2)
        let (y, z) = (sketch.convolution(half[0], [4, 4, 1, 1]), sketch.convolution(half[1], [4, 4, 1, 1]))
        #expect(isShuffled(try folded(sketch.returning(y, z))))
    }

    @Test(arguments: 0..<40) func keepsRandomGraphs(seed: UInt64) throws {
        var random = SeededGenerator(seed)
        var sketch = GraphSketch()
        var values = [sketch.convolution(sketch.input("x", [1, 3, 3, 3]), [16, 3, 1, 1])]
        for _ in 0..<10 {
            let x = values[Int.random(in: 0..<values.count, using: &random)]
            let y = values[Int.random(in: 0..<values.count, using: &random)]
            switch Int.random(in: 0..<6, using: &random) {
            case 0: values.append(shuffle(&sketch, x, [1, 16, 3, 3], Spelling.allCases.randomElement(using: &random)!))
            case 1: values.append(sketch.convolution(x, [16, 1, 3, 3], padding: [1, 1, 1, 1], group: 16))
            case 2: values.append(sketch.convolution(x, [16, 16, 1, 1]))
            case 3: values.append(sketch.node(.activation(.silu), x))
            case 4 where Bool.random(using: &random): values.append(sketch.node(.binary(.add), x, y))
            default:
                let joined = shuffle(&sketch, sketch.node(.concat(axis: 1), x, y), [1, 32, 3, 3])
                values += sketch.node(.split(axis: 1), [joined], results: 2)
            }
        }
        let outputs = values.suffix(2).map { sketch.convolution($0, [4, 16, 1, 1]) }
        _ = try folded(sketch.returning(outputs))
    }
}
