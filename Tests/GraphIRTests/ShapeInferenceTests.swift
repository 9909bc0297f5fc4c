import GraphIR
import Tensors
import Testing

@Suite struct ShapeInferenceTests {
    /// Shape of an operator's result for float operands of given shapes and constant integer operands behind.
    private func shape(_ operation: Operator, _ x: Shape, _ more: [Shape] = [], constants: [[Int64]] = []) throws
        -> Shape
    {
        var sketch = GraphSketch()
        var operands = [sketch.input("x", x)]
        for (index, shape) in more.enumerated() { operands.append(sketch.input("x\(index)", shape)) }
        for values in constants { operands.append(sketch.constant(values)) }
        let result = sketch.node(operation, operands, results: 1)[0]
        return try #require(try ShapeInference.infer(sketch.returning(result))[result]).shape
    }

    private func code(_ body: () throws -> Shape) -> GraphError.Code? {
        do { _ = try body() } catch { return (error as? GraphError)?.code }
        return nil
    }

    @Test func convolutions() throws {
        let strided = ConvolutionAttributes(
            kernel: [3, 5], strides: [2, 1], padding: [1, 0, 1, 2], dilations: [1, 2])
        #expect(try shape(.convolution(strided), [2, 3, 9, 12], [[4, 3, 3, 5]]) == [2, 4, 5, 6])
        let same = ConvolutionAttributes(kernel: [3, 3], strides: [2, 2], autoPadding: .sameUpper)
        #expect(try shape(.convolution(same), [1, 3, 7, 8], [[4, 3, 3, 3]]) == [1, 4, 4, 4])
        let valid = ConvolutionAttributes(kernel: [3, 3], padding: [1, 1, 1, 1], autoPadding: .valid)
        #expect(try shape(.convolution(valid), [1, 3, 7, 8], [[4, 3, 3, 3]]) == [1, 4, 5, 6])
        let plain = ConvolutionAttributes(kernel: [3, 3], group: 2)
        #expect(code { try shape(.convolution(plain), [1, 3, 7, 8], [[4, 3, 3, 3]]) } == .shapeMismatch)
        #expect(code { try shape(.convolution(plain), [1, 6, 2, 8], [[4, 3, 3, 3]]) } == .shapeMismatch)
        #expect(code { try shape(.convolution(plain), [6, 3, 8], [[4, 3, 3, 3]]) } == .shapeMismatch)
    }

    @Test func pooling() throws {
        let ceil = PoolAttributes(kernel: [3, 3], strides: [2, 2], ceilMode: true)
        #expect(try shape(.maxPool(ceil), [1, 3, 8, 9]) == [1, 3, 4, 4])
        // The last window would start in the trailing padding.
        let outside = PoolAttributes(kernel: [1, 1], strides: [3, 3], padding: [0, 0, 1, 1], ceilMode: true)
        #expect(try shape(.maxPool(outside), [1, 3, 6, 6]) == [1, 3, 2, 2])
        let floor = PoolAttributes(kernel: [2, 2], strides: [2, 2], padding: [1, 1, 0, 0])
        #expect(try shape(.averagePool(floor, countIncludesPadding: true), [1, 3, 8, 9]) == [1, 3, 4, 5])
        #expect(try shape(.globalAveragePool, [2, 3, 8, 9]) == [2, 3, 1, 1])
    }

    @Test func reshapes() throws {
        #expect(try shape(.reshape(allowZero: false), [2, 3, 4], constants: [[0, -1]]) == [2, 12])
        #expect(code { try shape(.reshape(allowZero: true), [2, 3], constants: [[0, 6]]) } == .shapeMismatch)
        #expect(code { try shape(.reshape(allowZero: false), [2, 3], constants: [[-1, -1]]) } == .invalidValue)
        #expect(code { try shape(.reshape(allowZero: false), [2, 3], constants: [[4, -1]]) } == .shapeMismatch)
        #expect(code { try shape(.reshape(allowZero: false), [2], constants: [[2, 0]]) } == .invalidValue)
        #expect(code { try shape(.reshape(allowZero: false), [2], constants: [[.max, .max]]) } == .tooLarge)
        #expect(try shape(.flatten(axis: -1), [2, 3, 4]) == [6, 4])
        #expect(try shape(.flatten(axis: 0), [2, 3, 4]) == [1, 24])
        #expect(try shape(.squeeze, [1, 3, 1], constants: [[-1]]) == [1, 3])
        #expect(try shape(.squeeze, [1, 3, 1]) == [3])
        #expect(code { try shape(.squeeze, [1, 3, 1], constants: [[1]]) } == .shapeMismatch)
        #expect(try shape(.unsqueeze, [3, 4], constants: [[-1, 0]]) == [1, 3, 4, 1])
        #expect(code { try shape(.unsqueeze, [3, 4], constants: [[0, 0]]) } == .invalidValue)
        #expect(try shape(.transpose(permutation: []), [2, 3, 4]) == [4, 3, 2])
        #expect(code { try shape(.transpose(permutation: [0, 0]), [2, 3]) } == .invalidValue)
    }

    @Test func selections() throws {
        let all: [[Int64]] = [[-1, 5], [.min, 0], [2, 1], [-2, -3]]
        #expect(try shape(.slice, [2, 7, 8], constants: all) == [2, 2, 4])
        #expect(try shape(.slice, [5], constants: [[1], [.max]]) == [4])
        #expect(try shape(.slice, [5], constants: [[4], [2]]) == [0])
        #expect(try shape(.slice, [5], constants: [[0], [5], [0], [.max]]) == [1])
        #expect(code { try shape(.slice, [5], constants: [[0], [5], [0], [0]]) } == .invalidValue)
        #expect(code { try shape(.slice, [5], constants: [[0], [5], [1]]) } == .invalidValue)
        #expect(try shape(.gather(axis: 1), [2, 3, 4], constants: [[0, 2, 1, 0]]) == [2, 4, 4])
        #expect(try shape(.concat(axis: -2), [2, 3, 4], [[2, 5, 4]]) == [2, 8, 4])
        #expect(code { try shape(.concat(axis: 0), [2, 3], [[2, 4]]) } == .shapeMismatch)
        #expect(try shape(.expand, [3, 1], constants: [[2, 1, 4]]) == [2, 3, 4])
        #expect(try shape(.tile, [3, 1], constants: [[2, 3]]) == [6, 3])
        #expect(try shape(.pad(mode: .constant), [4, 5], constants: [[1, -2, 0, 3]]) == [5, 6])
        #expect(code { try shape(.pad(mode: .reflect), [4, 5], constants: [[4, 0, 0, 0]]) } == .invalidValue)
    }

    @Test func splits() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 7])
        let uneven = sketch.node(.split(axis: -1), [x], results: 3)
        let sized = sketch.node(.split(axis: 1), [x, sketch.constant([1, 6])], results: 2)
        let types = try ShapeInference.infer(sketch.returning(x))
        #expect(uneven.map { types[$0]?.shape } == [[2, 3], [2, 3], [2, 1]])
        #expect(sized.map { types[$0]?.shape } == [[2, 1], [2, 6]])
    }

    @Test func resizes() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 3, 5, 7])
        let scales = sketch.constant(floatTensor([1, 1, 2, 0.5], [4]))
        let empty = sketch.constant(Tensor([Float](), shape: [0]))
        let sizes = sketch.constant([1, 3, 9, 4])
        let resize = Operator.resize(ResizeAttributes())
        let scaled = sketch.node(resize, x, "", scales)
        let sized = sketch.node(resize, x, "", "", sizes)
        let sizedToo = sketch.node(resize, x, empty, empty, sizes)
        let types = try ShapeInference.infer(sketch.returning(scaled))
        #expect(types[scaled]?.shape == [1, 3, 10, 3])
        #expect(types[sized]?.shape == [1, 3, 9, 4] && types[sizedToo]?.shape == [1, 3, 9, 4])
    }

    @Test func productsAndReductions() throws {
        #expect(try shape(.matMul, [2, 1, 3, 4], [[5, 4, 6]]) == [2, 5, 3, 6])
        #expect(try shape(.matMul, [4], [[4, 6]]) == [6])
        #expect(try shape(.matMul, [3, 4], [[4]]) == [3])
        #expect(code { try shape(.matMul, [3, 4], [[3, 4]]) } == .shapeMismatch)
        let gemm = GemmAttributes(transposeA: true, transposeB: true)
        #expect(try shape(.gemm(gemm), [4, 3], [[6, 4], [6]]) == [3, 6])
        #expect(try shape(.reduce(.mean, keepDimensions: true), [2, 3, 4], constants: [[-1, 0]]) == [1, 3, 1])
        #expect(try shape(.reduce(.sum, keepDimensions: false), [2, 3, 4]) == [])
        #expect(code { try shape(.reduce(.sum, keepDimensions: false), [2, 3], constants: [[2]]) } == .invalidValue)
        #expect(try shape(.binary(.add), [2, 1, 4], [[3, 1]]) == [2, 3, 4])
        #expect(code { try shape(.binary(.add), [2, 3], [[4]]) } == .shapeMismatch)
        #expect(code { try shape(.binary(.add), [1 << 20, 1], [[1, 1 << 20]]) } == .tooLarge)
    }

    @Test func followsShapeArithmetic() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2, 6, 4, 5])
        let extents = sketch.node(.shape, x)
        let batch = sketch.node(.gather(axis: 0), extents, sketch.constant(Tensor([Int64(0)], shape: [])))
        let row = sketch.node(.unsqueeze, batch, sketch.constant([0]))
        let channels = sketch.node(
            .binary(.divide), sketch.node(.slice, extents, sketch.constant([1]), sketch.constant([2])),
            sketch.constant([2]))
        let target = sketch.node(.concat(axis: 0), row, sketch.constant([2]), channels, sketch.constant([-1]))
        let y = sketch.node(.reshape(allowZero: false), x, target)
        #expect(try ShapeInference.infer(sketch.returning(y))[y]?.shape == [2, 2, 3, 20])
    }

    @Test func refusesShapesThatDependOnThePicture() {
        var sketch = GraphSketch()
        let x = sketch.input("x", [2])
        let y = sketch.node(.reshape(allowZero: false), x, sketch.node(.cast(.int64), x))
        #expect { try ShapeInference.infer(sketch.returning(y)) } throws: {
            ($0 as? GraphError)?.code == .dataDependentShape && "\($0)".contains("'n1'")
        }
    }

    @Test func bindsOpenExtents() throws {
        let input = GraphInput(name: "x", elementType: .float32, dimensions: [nil, 3, nil])
        let graph = Graph(name: "g", inputs: [input], outputs: ["x"], nodes: [], constants: [:])
        #expect(try ShapeInference.infer(graph, inputShapes: ["x": [2, 3, 8]])["x"]?.shape == [2, 3, 8])
        for shapes: [String: Shape] in [
            [:], ["x": [2, 4, 8]], ["x": [2, 3]], ["x": [0, 3, 8]], ["x": [2, 3, 8], "q": [1]],
        ] {
            #expect { try ShapeInference.infer(graph, inputShapes: shapes) } throws: {
                ($0 as? GraphError)?.code == .inputShape
            }
        }
    }

    @Test func pipelineBindsInputs() throws {
        let input = GraphInput(name: "x", elementType: .float32, dimensions: [nil, 3])
        let node = Node(name: "s", operation: .shape, inputs: ["x"], outputs: ["y"])
        var graph = Graph(name: "g", inputs: [input], outputs: ["y"], nodes: [node], constants: [:])
        try PassPipeline.standard.run(&graph, inputShapes: ["x": [5, 3]])
        #expect(graph.inputs[0].dimensions == [5, 3])
        #expect(graph.nodes.isEmpty && graph.constants["y"] == .vector([5, 3]))
    }
}
