import Engine
import GraphIR
import Tensors
import TestSupport
import Testing

@Suite("Array operators against the reference")
struct ArrayOperatorTests {
    private func single(
        _ operation: Operator, _ shape: Shape, constants: [(String, Tensor)] = [], range: ClosedRange<Float> = -2...2,
        tolerance: Float = 1e-5
    ) throws {
        var test = TestGraph()
        test.input("x", shape)
        for (name, tensor) in constants { test.constant(name, tensor) }
        test.node(operation, ["x"] + constants.map(\.0), ["y"])
        test.graph.outputs = ["y"]
        try expectEquivalence(test, tolerance: tolerance, range: range, "\(operation) of \(shape)")
    }

    @Test("functions of one operand")
    func unary() throws {
        for shape: Shape in [[1], [5], [16], [3, 7], [1, 33, 3, 5]] {
            let everywhere: [UnaryFunction] = [.exp, .negate, .absolute, .floor, .ceil, .round, .erf, .softplus]
            for function in everywhere { try single(.unary(function), shape) }
            for function in [UnaryFunction.log, .sqrt, .reciprocal] {
                try single(.unary(function), shape, range: 0.1...9)
            }
            for activation in [Activation.sigmoid, .silu, .tanh, .mish, .hardSwish, .elu(alpha: 0.5)] {
                try single(.activation(activation), shape, range: -30...30)
            }
        }
    }

    @Test("exponential, sigmoid and SiLU stay finite and saturate at extremes")
    func extremes() throws {
        for activation in [Activation.sigmoid, .silu, .tanh, .mish] {
            try single(.activation(activation), [64], range: -1e4...1e4)
        }
    }

    @Test("binary functions with broadcasting")
    func broadcasting() throws {
        let pairs: [(Shape, Shape)] = [
            ([5], [5]), ([3, 4], [4]), ([3, 1], [3, 7]), ([1, 3, 5, 2], [3, 1, 2]), ([2, 1, 4], [1, 3, 1]),
            ([40, 33], []),
            ([1, 1], [6, 18]),
        ]
        for (left, right) in pairs {
            for function in [BinaryFunction.add, .subtract, .multiply, .divide, .minimum, .maximum] {
                var test = TestGraph()
                test.input("x", left)
                test.constant("k", test.random.tensor(right, in: 1...3))
                test.node(.binary(function), ["x", "k"], ["y"])
                test.node(.binary(function), ["k", "y"], ["z"])
                test.graph.outputs = ["y", "z"]
                try expectEquivalence(test, range: 1...4, "\(function) of \(left) and \(right)")
            }
        }
    }

    @Test("transposition by every permutation of four axes")
    func transposition() throws {
        for a in 0..<4 {
            for b in 0..<4 where b != a {
                for c in 0..<4 where c != a && c != b {
                    try single(.transpose(permutation: [a, b, c, 6 - a - b - c]), [2, 3, 4, 5])
                }
            }
        }
    }

    @Test("slices with negative bounds and steps, padding, tiling, expansion, gathering")
    func selection() throws {
        func vectors(_ values: [[Int64]]) -> [(String, Tensor)] {
            values.enumerated().map { ("k\($0.offset)", .vector($0.element)) }
        }
        try single(.slice, [4, 9, 5], constants: vectors([[1, -8], [3, 8], [0, 1], [1, 2]]))
        try single(.slice, [6, 7], constants: vectors([[-1], [-100], [1], [-2]]))
        try single(.slice, [1, 18, 4, 4], constants: vectors([[0, 1], [4, 4], [2, 3], [2, 2]]))
        try single(.pad(mode: .constant), [2, 3, 4], constants: vectors([[0, 1, 2, 1, 0, 3]]))
        try single(.pad(mode: .constant), [2, 5, 4], constants: vectors([[0, -1, 2, 1, -2, -3]]))
        try single(.pad(mode: .constant), [3, 4], constants: vectors([[-3, 1, 0, 0]]))
        for mode in [PadMode.edge, .reflect] {
            try single(.pad(mode: mode), [2, 3, 4], constants: vectors([[0, 1, 2, 1, 0, 3]]))
            try single(.pad(mode: mode), [2, 5, 4], constants: vectors([[0, -1, 2, 0, 2, -1]]))
            try single(.pad(mode: mode), [2, 5], constants: vectors([[0, 0, 0, 0]]))
        }
        try single(.tile, [2, 3], constants: vectors([[3, 2]]))
        try single(.expand, [3, 1, 2], constants: vectors([[4, 3, 5, 2]]))
        try single(.gather(axis: 1), [3, 5, 2], constants: vectors([[4, 0, -1]]))
    }

    @Test("comparisons, logic and choices")
    func choices() throws {
        for (left, right): (Shape, Shape) in [
            ([5], [5]), ([3, 1], [3, 7]), ([1, 18, 4, 5], [18, 1, 1]), ([40, 33], []),
        ] {
            var test = TestGraph()
            test.input("x", left)
            test.constant("k", test.random.tensor(right))
            test.constant("small", .scalar(-0.5))
            test.node(.binary(.greater), ["x", "k"], ["above"])
            test.node(.binary(.less), ["x", "small"], ["low"])
            test.node(.unary(.not), ["low"], ["not low"])
            test.node(.binary(.minimum), ["above", "not low"], ["both"])
            test.node(.binary(.maximum), ["above", "low"], ["either"])
            test.node(.binary(.equal), ["above", "low"], ["same"])
            for (index, condition) in ["above", "low", "not low", "both", "either", "same"].enumerated() {
                test.node(.select, [condition, "x", "k"], ["y\(index)"])
                test.node(.cast(.float32), [condition], ["z\(index)"])
                test.graph.outputs += ["y\(index)", "z\(index)"]
            }
            try expectEquivalence(test, "\(left) and \(right)")
        }
    }

    @Test("choices by constants, and of what is not finite")
    func constantChoices() throws {
        var test = TestGraph()
        test.input("x", [4])
        test.constant("mask", Tensor(shape: [4], storage: .bool([true, false, false, true])))
        test.node(.unary(.log), ["x"], ["l"])
        test.constant("zero", .scalar(0))
        test.node(.binary(.greater), ["x", "zero"], ["positive"])
        test.node(.select, ["positive", "l", "zero"], ["y"])
        test.node(.select, ["mask", "x", "zero"], ["z"])
        test.graph.outputs = ["y", "z"]
        try expectEquivalence(test)
    }

    @Test("updates put at places")
    func scattering() throws {
        for (shape, indices, updates): (Shape, Tensor, Shape) in [
            ([4, 3], Tensor([Int64(2), 0, 2], shape: [3, 1]), [3, 3]),
            ([1, 3, 4], Tensor([Int64(0), 1, 0, -1], shape: [1, 2, 2]), [1, 2, 4]),
            ([2, 3], Tensor([Int64(1), 2, 0, 0], shape: [2, 2]), [2]),
        ] {
            var random = SeededGenerator(5)
            try single(.scatter, shape, constants: [("i", indices), ("u", random.tensor(updates))])
        }
    }

    @Test("split, reshape and concatenation of arrays")
    func rearrangement() throws {
        var test = TestGraph()
        test.input("x", [2, 6, 5])
        test.node(.split(axis: 1), ["x"], ["a", "b", "c"])
        test.constant("shape", .vector([2, 10]))
        test.node(.reshape(allowZero: false), ["b", "shape"], ["d"])
        test.constant("s5", .vector([2, 2, -1]))
        test.node(.reshape(allowZero: false), ["d", "s5"], ["e"])
        test.node(.concat(axis: 2), ["a", "e", "c"], ["f"])
        test.node(.concat(axis: 0), ["a", "c"], ["g"])
        test.graph.outputs = ["d", "f", "g"]
        try expectEquivalence(test)
    }

    @Test("softmax and reductions over every axis")
    func reductions() throws {
        for axis in -3..<3 {
            try single(.softmax(axis: axis), [3, 18, 5], range: -20...20)
            for function in [ReduceFunction.mean, .sum, .maximum, .minimum, .product] {
                let axes = [("axes", Tensor.vector([Int64(axis)]))]
                try single(.reduce(function, keepDimensions: true), [3, 4, 5], constants: axes)
                try single(.reduce(function, keepDimensions: false), [3, 4, 5], constants: axes)
            }
        }
        for list in [[0, 2], [1, 3], [0, 1, 3], [-4, -2], [3, 0]] as [[Int64]] {
            for function in [ReduceFunction.mean, .sum, .maximum, .minimum, .product] {
                try single(
                    .reduce(function, keepDimensions: list.count == 2), [2, 3, 4, 5],
                    constants: [("axes", .vector(list))])
            }
        }
    }

    @Test("matrix products, batched and transposed")
    func products() throws {
        for (left, right): (Shape, Shape) in [
            ([3, 4], [4, 5]), ([2, 3, 17], [17, 33]), ([2, 1, 3, 4], [5, 4, 2]),
        ] {
            var random = SeededGenerator(3)
            try single(.matMul, left, constants: [("b", random.tensor(right))])
        }
        for (transposeA, transposeB) in [(false, false), (true, false), (false, true), (true, true)] {
            var random = SeededGenerator(4)
            let attributes = GemmAttributes(alpha: 0.5, transposeA: transposeA, transposeB: transposeB)
            try single(
                .gemm(attributes), transposeA ? [7, 3] : [3, 7],
                constants: [("b", random.tensor(transposeB ? [18, 7] : [7, 18])), ("c", random.tensor([18]))])
        }
    }

    @Test("what has no kernel is refused with the node's name")
    func refusal() throws {
        var test = TestGraph()
        test.input("x", [2, 3])
        test.node(.cast(.bool), ["x"], ["odd node"])
        test.graph.outputs = ["odd node"]
        let types = ["x": TensorType(.float32, [2, 3]), "odd node": TensorType(.bool, [2, 3])]
        let error = #expect(throws: EngineError.self) { try CompiledModel(graph: test.graph, types: types) }
        #expect(error?.description.contains("odd node") == true)
    }
}
