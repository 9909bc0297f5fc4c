import GraphIR
import Tensors
import Testing

@Suite struct QuantizationPassTests {
    private func bytes(_ values: [UInt8], _ shape: Shape = []) -> Tensor {
        Tensor(shape: shape, storage: .uint8(values))
    }

    private func words(_ values: [Int32], _ shape: Shape = []) -> Tensor {
        Tensor(shape: shape, storage: .int32(values))
    }

    private func standard(_ graph: Graph) throws -> Graph {
        var graph = graph
        try PassPipeline.standard.run(&graph)
        return graph
    }

    private func fault(_ graph: Graph) -> GraphError? {
        do { _ = try standard(graph) } catch { return error as? GraphError }
        return nil
    }

    /// Each element by hand, ties to even, saturated.
    @Test func evaluatesByDefinition() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 6])
        let (scale, zero) = (sketch.scalar(0.5), sketch.constant(bytes([10])))
        let q = sketch.node(.quantizeLinear(axis: 1, isSigned: false), x, scale, zero)
        let y = sketch.node(.dequantizeLinear(axis: 1), q, scale, zero)
        let result = try ReferenceEvaluator.run(
            sketch.returning(q, y), inputs: ["x": floatTensor([0.25, 0.75, -5, -5.4, 1000, 0.3], [1, 6])])
        #expect(result[q] == bytes([10, 12, 0, 0, 255, 11], [1, 6]))
        #expect(result[y] == floatTensor([0, 1, -5, -5, 122.5, 0.5], [1, 6]))
    }

    @Test func evaluatesAlongAxes() throws {
        let values = words([-127, 3, 5, -6], [2, 2])
        for (axis, expected) in [(0, [-63.5, 1.5, 20, -24]), (-1, [-63.5, 12, 2.5, -24])] as [(Int, [Float])] {
            let node = Node(name: "n", operation: .dequantizeLinear(axis: axis), inputs: ["q", "s"], outputs: ["y"])
            let result = try ReferenceEvaluator.evaluate(node, operands: [values, floatTensor([0.5, 4], [2])])
            #expect(result == [floatTensor(expected, [2, 2])])
        }
    }

    /// x → pair → convolution with int8 weights and an int32 bias → SiLU → pair → output.
    private func network(signed: Bool, weightZero: Int32 = 0, scales: Tensor? = nil, smallest: Int32 = -127) -> Graph {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 2, 3, 3])
        func zero(_ value: Int) -> Tensor { signed ? words([Int32(value - 128)]) : bytes([UInt8(value)]) }
        func pair(_ value: String, _ scale: Float, _ zeroPoint: Int) -> String {
            let (s, z) = (sketch.scalar(scale), sketch.constant(zero(zeroPoint)))
            let q = sketch.node(.quantizeLinear(axis: 1, isSigned: signed), value, s, z)
            return sketch.node(.dequantizeLinear(axis: 1), q, sketch.scalar(scale), z)
        }
        let weights = sketch.constant(words([127, 3, smallest, 64], [2, 2, 1, 1]))
        let scale = sketch.constant(scales ?? floatTensor([0.25, 2], [2]))
        let w = sketch.node(
            .dequantizeLinear(axis: 0), weights, scale,
            sketch.constant(words(Array(repeating: weightZero, count: scales?.count ?? 2), [scales?.count ?? 2])))
        let b = sketch.node(
            .dequantizeLinear(axis: 0), sketch.constant(words([1000, -7], [2])), sketch.scalar(0.125))
        let y = sketch.node(.convolution(ConvolutionAttributes(kernel: [1, 1])), pair(x, 0.5, 120), w, b)
        let silu = sketch.node(.binary(.multiply), y, sketch.node(.activation(.sigmoid), y))
        let result = pair(silu, 0.125, 3)
        return sketch.returning(result)
    }

    @Test(arguments: [false, true]) func takesPairsAndWeights(signed: Bool) throws {
        let graph = network(signed: signed)
        let result = try standard(graph)
        #expect(result.nodes.count == 1)
        #expect(
            result.quantization.values == [
                "x": Quantization(scale: 0.5, zeroPoint: 120),
                graph.outputs[0]: Quantization(scale: 0.125, zeroPoint: 3),
            ])
        let weights = result.nodes[0].inputs[1]
        #expect(result.quantization.weightScales == [weights: [0.25, 2]])
        #expect(result.constants[weights] == floatTensor([31.75, 0.75, -254, 128], [2, 2, 1, 1]))
        #expect(result.constants[result.nodes[0].inputs[2]] == floatTensor([125, -0.875], [2]))
    }

    @Test func keepsOneScaleForEachFilter() throws {
        let graph = try standard(network(signed: false, scales: floatTensor([0.25], [1])))
        #expect(graph.quantization.weightScales.values.first == [0.25, 0.25])
    }

    /// Weights that s8 cannot hold stay floats, without scales.
    @Test func leavesOtherWeightsInFloat() throws {
        #expect(try standard(network(signed: true, weightZero: 1)).quantization.weightScales.isEmpty)
        #expect(try standard(network(signed: true, smallest: -128)).quantization.weightScales.isEmpty)
    }

    @Test func namesPairsThatDoNotFit() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 4])
        let q = sketch.node(.quantizeLinear(axis: 1, isSigned: false), x, sketch.scalar(0.5))
        let y = sketch.node(.dequantizeLinear(axis: 1), q, sketch.scalar(0.25))
        #expect(fault(sketch.returning(y))?.code == .unsupportedQuantization)
        #expect(fault(sketch.returning(y))?.subject == "n0")
        #expect(fault(sketch.returning(q))?.subject == "n0")
        let other = sketch.node(.dequantizeLinear(axis: 1), q, sketch.scalar(0.5))
        let requantized = sketch.node(.quantizeLinear(axis: 1, isSigned: false), other, sketch.scalar(1))
        let z = sketch.node(.dequantizeLinear(axis: 1), requantized, sketch.scalar(1))
        var chain = sketch.returning(z)
        RemoveDeadCode().apply(to: &chain, types: [:])
        #expect(fault(chain)?.description.contains("in two ways") == true)
    }

    @Test func invariantsCoverTheTable() throws {
        var graph = network(signed: false)
        graph.quantization.values["nowhere"] = Quantization(scale: 1, zeroPoint: 0)
        #expect(throws: GraphError.self) { try graph.validate() }
        graph.dropStaleQuantization()
        try graph.validate()
        graph.quantization.weightScales[graph.constants.first { $0.value.shape.rank == 0 }?.key ?? ""] = [1, 2, 3]
        #expect(throws: GraphError.self) { try graph.validate() }
        graph.quantization = QuantizationTable(values: ["x": Quantization(scale: 0, zeroPoint: 0)])
        #expect(throws: GraphError.self) { try graph.validate() }
    }

    /// Weights that passes make of others keep their scales where each filter keeps its numbers.
    @Test func rewrittenWeightsKeepTheirScales() throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 32, 4, 4])
        let (a, b) = (sketch.convolution(x, [16, 32, 1, 1]), sketch.convolution(x, [16, 32, 1, 1]))
        let joined = sketch.node(.concat(axis: 1), a, b)
        let apart = sketch.node(.reshape(allowZero: false), joined, sketch.constant([1, 2, 16, 4, 4]))
        let moved = sketch.node(.transpose(permutation: [0, 2, 1, 3, 4]), apart)
        let shuffled = sketch.node(.reshape(allowZero: false), moved, sketch.constant([1, 32, 4, 4]))
        let y = sketch.convolution(shuffled, [8, 32, 1, 1])
        var graph = sketch.returning(y)
        let whole = graph
        for (index, node) in graph.nodes.enumerated() {
            guard case .convolution = node.operation, let shape = graph.constants[node.inputs[1]]?.shape else {
                continue
            }
            graph.quantization.weightScales[node.inputs[1]] = (0..<shape[0]).map { Float($0 + 100 * index + 1) }
        }
        for value in [a, b, joined, shuffled] {
            graph.quantization.values[value] = Quantization(scale: 0.5, zeroPoint: 9)
        }
        let result = try optimised(graph, by: PassPipeline.standard.passes)
        #expect(!result.nodes.contains { if case .reshape = $0.operation { true } else { false } })
        for node in result.nodes {
            guard case .convolution = node.operation else { continue }
            let scales = try #require(result.quantization.weightScales[node.inputs[1]])
            let filters = try #require(result.constants[node.inputs[1]]?.floats)
            // Each filter is still the one that the scale was given to.
            for (filter, scale) in scales.enumerated() {
                let original = whole.nodes[Int(scale - 1) / 100]
                let source = try #require(whole.constants[original.inputs[1]]?.floats)
                let start = Int(scale - 1) % 100 * 32
                #expect(source[start..<start + 32].sorted() == filters[filter * 32..<filter * 32 + 32].sorted())
            }
        }
        for node in result.nodes where node.outputs != result.outputs {
            for value in node.outputs {
                #expect(result.quantization.values[value] == Quantization(scale: 0.5, zeroPoint: 9), "\(value)")
            }
        }
    }

    /// Convolutions of one value become one where all are quantized alike.
    @Test(arguments: [0, 1, 2]) func mergesWhatIsQuantizedAlike(difference: Int) throws {
        var sketch = GraphSketch()
        let x = sketch.input("x", [1, 16, 3, 3])
        let (a, b) = (sketch.convolution(x, [16, 16, 1, 1]), sketch.convolution(x, [16, 16, 1, 1]))
        let outputs = [sketch.convolution(a, [2, 16, 1, 1]), sketch.convolution(b, [2, 16, 1, 1])]
        var graph = sketch.returning(outputs)
        let entry = Quantization(scale: 0.5, zeroPoint: 9)
        graph.quantization.values = [a: entry, b: difference == 1 ? Quantization(scale: 1, zeroPoint: 9) : entry]
        graph.quantization.weightScales[graph.nodes[0].inputs[1]] = Array(repeating: 1, count: 16)
        graph.quantization.weightScales[graph.nodes[1].inputs[1]] =
            difference == 2 ? nil : Array(repeating: 2, count: 16)
        let result = try optimised(graph, by: PassPipeline.standard.passes)
        #expect(result.convolutions.count == (difference == 0 ? 3 : 4))
        guard difference == 0 else { return }
        let scales = Array(repeating: Float(1), count: 16) + Array(repeating: Float(2), count: 16)
        #expect(result.quantization.weightScales.values.first == scales)
        #expect(result.quantization.values.count == 3 && Set(result.quantization.values.values) == [entry])
    }

    /// Folding factors into weights changes them: no scales.
    @Test func foldedWeightsLoseTheirScales() throws {
        var sketch = GraphSketch()
        let y = sketch.convolution(sketch.input("x", [1, 4, 3, 3]), [4, 4, 1, 1])
        let scaled = sketch.node(.binary(.multiply), y, sketch.random([1, 4, 1, 1]))
        var graph = sketch.returning(scaled)
        graph.quantization.weightScales[graph.nodes[0].inputs[1]] = [1, 2, 3, 4]
        #expect(try optimised(graph, by: PassPipeline.standard.passes).quantization.isEmpty)
    }
}
