import Engine
import GraphIR
import Tensors
import TestSupport
import Testing

@Suite("Places found at run time, against the reference")
struct PlaceOperatorTests {
    /// The input rounded to few values, so that many are equal, and the places of the best of them as floats.
    private func topGraph(_ shape: Shape, axis: Int, count: Int, isLargest: Bool, isRounded: Bool = true) -> TestGraph {
        var test = TestGraph()
        test.input("x", shape)
        test.constant("k", .vector([Int64(count)]))
        test.node(.unary(isRounded ? .round : .negate), ["x"], ["rounded"])
        test.node(.topIndices(axis: axis, isLargest: isLargest), ["rounded", "k"], ["places"])
        test.node(.gatherElements(axis: axis), ["x", "places"], ["elements"])
        test.node(.cast(.float32), ["places"], ["indices"])
        test.graph.outputs = ["indices", "elements"]
        return test
    }

    @Test("the best along any axis, equal ones in order")
    func best() throws {
        for (shape, axis) in [([7], 0), ([1, 40], 1), ([3, 5, 4], 1), ([2, 3, 17], -1), ([6, 2, 3], 0)]
            as [(Shape, Int)]
        {
            let extent = shape[axis < 0 ? axis + shape.rank : axis]
            for count in Set([1, 2, extent / 2 + 1, extent]) {
                for isLargest in [true, false] {
                    let comment = "\(count) of \(shape) along \(axis), largest \(isLargest)"
                    let tied = topGraph(shape, axis: axis, count: count, isLargest: isLargest)
                    try expectEquivalence(tied, tolerance: 0, comment)
                    let plain = topGraph(shape, axis: axis, count: count, isLargest: isLargest, isRounded: false)
                    try expectEquivalence(plain, tolerance: 0, comment)
                }
            }
        }
    }

    @Test("many elements")
    func manyElements() throws {
        try expectEquivalence(topGraph([1, 8400], axis: 1, count: 300, isLargest: true), tolerance: 0)
        try expectEquivalence(
            topGraph([1, 8400], axis: 1, count: 300, isLargest: true, isRounded: false), tolerance: 0)
    }

    @Test("slices, elements and parts at computed places")
    func places() throws {
        var test = topGraph([2, 5, 3], axis: 1, count: 4, isLargest: true)
        test.constant("zero", .vector([0]))
        test.constant("back", .vector([5]))
        // Indices of the first line, in front and counted from the back.
        test.node(.gather(axis: 0), ["places", "zero"], ["line"])
        test.node(.binary(.subtract), ["line", "back"], ["negative"])
        test.node(.squeeze, ["line", "zero"], ["table"])
        test.node(.gather(axis: 1), ["x", "table"], ["slices"])
        test.node(.gather(axis: -2), ["x", "table"], ["same slices"])
        test.node(.gatherElements(axis: 1), ["x", "negative"], ["single"])
        test.graph.outputs += ["slices", "single", "same slices"]
        try expectEquivalence(test, tolerance: 0)
    }

    @Test("parts of batches, and indices of several numbers")
    func parts() throws {
        for batchAxes in 0...1 {
            var test = topGraph([3, 4, 2, 5], axis: 1, count: 2, isLargest: false)
            test.constant("shape", .vector(batchAxes == 0 ? [15, 2, 2] : [3, 10, 2]))
            test.constant("limit", .vector([2]))
            test.node(.reshape(allowZero: false), ["places", "shape"], ["raw"])
            test.node(.binary(.modulo), ["raw", "limit"], ["indices of two"])
            test.node(.gatherParts(batchAxes: batchAxes), ["x", "indices of two"], ["parts"])
            test.graph.outputs = ["parts"]
            try expectEquivalence(test, tolerance: 0, "\(batchAxes) common axes")
        }
    }

    @Test("arithmetic with indices is that of whole numbers")
    func wholeNumbers() throws {
        var test = topGraph([1, 5000], axis: 1, count: 5000, isLargest: true, isRounded: false)
        test.constant("seven", .vector([7]))
        test.constant("large", .vector([3000]))
        let functions: [BinaryFunction] = [.add, .subtract, .multiply, .divide, .modulo, .minimum, .maximum]
        test.graph.outputs = []
        for function in functions {
            for operand in ["seven", "large"] {
                let name = "\(function) \(operand)"
                test.node(.binary(function), ["places", operand], [name])
                test.node(.cast(.float32), [name], [name + " as float"])
                test.graph.outputs.append(name + " as float")
            }
        }
        test.node(.binary(.less), ["places", "large"], ["isLess"])
        test.node(.select, ["isLess", "places", "seven"], ["chosen"])
        test.node(.binary(.modulo), ["subtract large", "seven"], ["rest of negatives"])
        test.node(.concat(axis: 1), ["chosen", "rest of negatives"], ["joined"])
        test.node(.cast(.float32), ["joined"], ["joined as float"])
        test.graph.outputs.append("joined as float")
        try expectEquivalence(test, tolerance: 0)
    }

    private func error(_ build: (inout TestGraph) -> Void) throws -> EngineError? {
        var test = topGraph([1, 5000], axis: 1, count: 10, isLargest: true)
        build(&test)
        test.graph.outputs = ["y"]
        let types = try ShapeInference.infer(test.graph)
        return #expect(throws: EngineError.self) { try CompiledModel(graph: test.graph, types: types) }
    }

    @Test("what floats do not hold is refused")
    func refusals() throws {
        let large = try error { test in
            test.constant("factor", .vector([4000]))
            test.node(.binary(.multiply), ["places", "factor"], ["product"])
            test.node(.cast(.float32), ["product"], ["y"])
        }
        #expect(large?.code == .unsupported && large?.description.contains("more than 2^24") == true)
        let negative = try error { test in
            test.constant("one", .vector([1]))
            test.constant("three", .vector([3]))
            test.node(.binary(.subtract), ["places", "one"], ["before"])
            test.node(.binary(.divide), ["before", "three"], ["third"])
            test.node(.cast(.float32), ["third"], ["y"])
        }
        #expect(negative?.code == .unsupported)
        let outside = try error { test in
            test.constant("far", Tensor([5000] as [Int64], shape: [1, 1]))
            test.node(.gatherElements(axis: 1), ["x", "far"], ["y"])
        }
        #expect(outside?.code == .invalidGraph)
        let truncated = try error { test in
            test.node(.cast(.int64), ["x"], ["whole"])
            test.node(.cast(.float32), ["whole"], ["y"])
        }
        #expect(truncated?.code == .unsupported)
    }
}
