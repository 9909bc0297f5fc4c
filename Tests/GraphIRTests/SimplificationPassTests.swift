import GraphIR
import Tensors
import Testing

/// Passes that resolve, unify and remove.
@Suite struct SimplificationPassTests {
    @Test func resolvesWhatShapesDecide() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4, 7, 8])
        let lower = ConvolutionAttributes(kernel: [], strides: [2, 2], autoPadding: .sameLower)
        let a = sketch.node(.convolution(lower), x, sketch.random([4, 4, 3, 4]))
        let upper = PoolAttributes(kernel: [2, 3], strides: [1, 2], ceilMode: true, autoPadding: .sameUpper)
        let b = sketch.node(.averagePool(upper, countIncludesPadding: false), a)
        let c = sketch.node(.transpose(permutation: []), sketch.node(.softmax(axis: -1), b))
        let mean = sketch.node(.reduce(.mean, keepDimensions: true), a, sketch.constant([-1, 2]))
        let result = try optimised(sketch.returning(c, mean), by: [ResolveAttributes()])
        let convolution = try result.onlyConvolution()
        #expect(convolution.kernel == [3, 4] && convolution.padding == [1, 1, 1, 1])
        #expect(convolution.autoPadding == .explicit)
        let pool = PoolAttributes(kernel: [2, 3], strides: [1, 2], padding: [0, 0, 1, 1])
        #expect(result.operations.contains(.averagePool(pool, countIncludesPadding: false)))
        #expect(result.operations.contains(.softmax(axis: 3)))
        #expect(result.operations.contains(.transpose(permutation: [3, 2, 1, 0])))
        #expect(result.operations.contains(.globalAveragePool))
    }

    @Test func unifiesReshapes() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 3, 4, 1])
        let a = sketch.node(.squeeze, sketch.node(.flatten(axis: 2), x), sketch.constant([]))
        let b = sketch.node(.unsqueeze, a, sketch.constant([0]))
        let y = sketch.node(.reshape(allowZero: false), b, sketch.constant([0, -1, 2]))
        let result = try optimised(sketch.returning(y), by: [UnifyReshapes()])
        #expect(result.operations == [.reshape(allowZero: true)])
        #expect(result.nodes[0].inputs[0] == "x")
        #expect(result.constants[result.nodes[0].inputs[1]] == .vector([1, 12, 2]))
    }

    @Test func removesWhatDoesNothing() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 3, 4, 5])
        var y = sketch.node(.identity, x)
        y = sketch.node(.reshape(allowZero: false), y, sketch.constant([2, 3, 4, 5]))
        y = sketch.node(.cast(.float32), y)
        y = sketch.node(.slice, y, sketch.constant([0, 0]), sketch.constant([.max, 5]), sketch.constant([1, 3]))
        y = sketch.node(.expand, y, sketch.constant([1, 5]))
        y = sketch.node(.pad(mode: .reflect), y, sketch.constant([0, 0, 0, 0, 0, 0, 0, 0]))
        y = sketch.node(.concat(axis: 1), y)
        y = sketch.node(.tile, y, sketch.constant([1, 1, 1, 1]))
        y = sketch.node(
            .resize(ResizeAttributes(mode: .linear)), y, "", sketch.constant(floatTensor([1, 1, 1, 1], [4])))
        y = sketch.node(.transpose(permutation: [0, 2, 3, 1]), y)
        y = sketch.node(.transpose(permutation: [0, 3, 1, 2]), y)
        y = sketch.node(.binary(.add), sketch.scalar(0), y)
        y = sketch.node(.binary(.divide), y, sketch.scalar(1))
        let kept = sketch.node(.unary(.exp), y)
        let result = try optimised(sketch.returning(kept), by: [RemoveNoOperations()])
        #expect(result.operations == [.unary(.exp)])
    }

    @Test func mergesTransposes() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 3, 4])
        let y = sketch.node(.transpose(permutation: [1, 2, 0]), sketch.node(.transpose(permutation: [2, 0, 1]), x))
        let z = sketch.node(.transpose(permutation: [0, 2, 1]), y)
        let result = try optimised(sketch.returning(z), by: [RemoveNoOperations()])
        #expect(result.operations == [.transpose(permutation: [0, 2, 1])])
    }

    @Test func keepsWhatOnlyLooksIdle() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 2, 1, 3])
        let reversed = sketch.node(
            .slice, x, sketch.constant([-1]), sketch.constant([.min]), sketch.constant([3]), sketch.constant([-1]))
        let widened = sketch.node(.binary(.add), reversed, sketch.constant(floatTensor([0, 0], [1, 1, 2, 1])))
        let minus = sketch.node(.binary(.subtract), sketch.scalar(0), widened)
        let result = try optimised(sketch.returning(minus), by: [RemoveNoOperations()])
        #expect(result.nodes.count == 3)
    }

    /// Outputs keep their names, whatever stands in their place.
    @Test func outputsSurviveRemoval() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [3])
        let direct = sketch.node(.identity, x)
        let middle = sketch.node(.unary(.exp), x)
        let first = sketch.node(.identity, middle)
        let second = sketch.node(.identity, first)
        let user = sketch.node(.unary(.negate), middle)
        let result = try optimised(sketch.returning(direct, first, second, user), by: [RemoveNoOperations()])
        #expect(result.outputs == [direct, first, second, user])
        #expect(result.operations.filter { $0 == .identity }.count == 2)
    }

    @Test func unwrapsSoftmax() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 3, 4, 1])
        let rows = sketch.node(.flatten(axis: 2), x)
        let y = sketch.node(.reshape(allowZero: false), sketch.node(.softmax(axis: 1), rows), sketch.node(.shape, x))
        let result = try optimised(sketch.returning(y), by: [FoldConstants(), UnifyReshapes(), UnwrapSoftmax()])
        #expect(result.operations == [.softmax(axis: 2)])

        var joint = GraphSketch()
        let z = joint.input("x", [2, 3, 4])
        let both = joint.node(.softmax(axis: 1), joint.node(.flatten(axis: 1), z))
        let kept = joint.node(.reshape(allowZero: false), both, joint.constant([2, 3, 4]))
        #expect(try optimised(joint.returning(kept), by: [UnifyReshapes(), UnwrapSoftmax()]).nodes.count == 3)
    }

    @Test func removesDeadCode() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [3])
        _ = sketch.node(.unary(.exp), sketch.node(.binary(.add), x, sketch.scalar(1)))
        let y = sketch.node(.unary(.negate), x)
        let result = try optimised(sketch.returning(y), by: [])
        #expect(result.operations == [.unary(.negate)] && result.constants.isEmpty)
    }
}
