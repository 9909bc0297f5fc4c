import GraphIR
import Tensors
import Testing

/// Stems that convert colours, against the same stems on RGB. Tolerance: 10⁻⁵ of the largest result, for sums in another order.
@Suite struct ColourFoldingTests {
    /// What luma and the differences add to each of three channels; any numbers do.
    private static let weights = [[0.5, 0, 0.8], [0.5, -0.2, -0.4], [0.55, 0.9, 0.1]]

    private struct Picture {
        /// `[1, 3, H/2, W]`: even and odd luma rows, differences.
        let planes: Tensor
        /// `[1, 3, H, W]`: what they stand for.
        let channels: Tensor

        init(height: Int, width: Int) {
            let planes = Tensor.random([1, 3, height / 2, width], seed: 5)
            let samples = planes.floats ?? []
            func sample(_ plane: Int, _ row: Int, _ column: Int) -> Double {
                Double(samples[(plane * (height / 2) + row) * width + column])
            }
            var values: [Float] = []
            for weights in ColourFoldingTests.weights {
                for y in 0..<height {
                    for x in 0..<width {
                        let luma = sample(y % 2, y / 2, x)
                        let (blue, red) = (sample(2, y / 2, x / 2 * 2), sample(2, y / 2, x / 2 * 2 + 1))
                        values.append(Float(weights[0] * luma + weights[1] * blue + weights[2] * red))
                    }
                }
            }
            self.planes = planes
            channels = Tensor(values, shape: [1, 3, height, width])
        }
    }

    private func stem(
        _ kernel: [Int], _ padding: [Int], _ picture: Shape, activation: Activation? = nil
    ) -> Graph {
        var sketch = GraphSketch()
        let x = sketch.input("x", picture)
        let attributes = ConvolutionAttributes(
            kernel: kernel, strides: [2, 2], padding: padding, activation: activation)
        let operands = [x, sketch.random([4, 3, kernel[0], kernel[1]]), sketch.random([4])]
        let y = sketch.node(.convolution(attributes), operands, results: 1)[0]
        return sketch.returning(y)
    }

    private func obstacle(_ graph: Graph) throws -> String? {
        FoldColourConversion.obstacle(in: graph, types: try ShapeInference.infer(graph), input: "x")
    }

    @Test(arguments: [
        ([6, 6], [2, 2, 2, 2]), ([3, 3], [1, 1, 1, 1]), ([3, 3], [0, 0, 1, 1]), ([3, 3], [0, 0, 0, 0]),
        ([2, 2], [0, 0, 0, 0]), ([1, 1], [0, 0, 0, 0]), ([5, 7], [2, 3, 2, 3]), ([4, 4], [1, 1, 1, 1]),
        ([7, 7], [3, 3, 3, 3]), ([3, 6], [1, 2, 0, 3]), ([6, 6], [3, 1, 2, 0]),
    ])
    func aFoldedStemComputesTheSame(kernel: [Int], padding: [Int]) throws {
        for (height, width) in [(8, 12), (10, 8), (16, 16)] {
            let graph = stem(kernel, padding, [1, 3, height, width], activation: .silu)
            let picture = Picture(height: height, width: width)
            var folded = graph
            try PassPipeline([FoldColourConversion(input: "x", weights: Self.weights), RemoveDeadCode()]).run(&folded)
            let attributes = try folded.onlyConvolution()
            #expect(attributes.strides == [1, 2] && folded.inputs[0].dimensions == [1, 3, height / 2, width])
            let expected = try ReferenceEvaluator.run(graph, inputs: ["x": picture.channels])
            let actual = try ReferenceEvaluator.run(folded, inputs: ["x": picture.planes])
            for (name, value) in expected {
                let error = relativeError(value, try #require(actual[name]))
                #expect(error < 1e-5, "\(kernel), \(padding), \(height)×\(width): \(error)")
            }
        }
    }

    @Test func aStemOfSixColumnsHasHalfTheWeights() throws {
        var folded = stem([6, 6], [2, 2, 2, 2], [1, 3, 32, 32])
        try PassPipeline([FoldColourConversion(input: "x", weights: Self.weights), RemoveDeadCode()]).run(&folded)
        #expect(try folded.onlyConvolution().kernel == [3, 6])
        #expect(folded.constants.values.map(\.count).sorted() == [4, 4 * 54])
    }

    @Test func whatCannotBeFoldedIsNamed() throws {
        #expect(try obstacle(stem([6, 6], [2, 2, 2, 2], [1, 3, 8, 8])) == nil)
        #expect(try obstacle(stem([6, 6], [2, 2, 2, 2], [1, 3, 8, 9]))?.contains("even") == true)

        var sketch = GraphSketch()
        var x = sketch.input("x", [1, 3, 8, 8])
        var y = sketch.convolution(x, [4, 3, 3, 3], padding: [1, 1, 1, 1])
        let graph = sketch.returning(y)
        #expect(try obstacle(graph)?.contains("stride of 2") == true)
        #expect(throws: GraphError.self) {
            var graph = graph
            try PassPipeline([FoldColourConversion(input: "x", weights: Self.weights)]).run(&graph)
        }

        sketch = GraphSketch()
        x = sketch.input("x", [1, 3, 8, 8])
        let scaled = sketch.node(.binary(.multiply), x, sketch.scalar(0.1))
        #expect(try obstacle(sketch.returning(scaled))?.contains("not into a convolution") == true)
        y = sketch.convolution(x, [4, 3, 2, 2], strides: [2, 2])
        #expect(try obstacle(sketch.returning(scaled, y))?.contains("2 places") == true)
    }
}
