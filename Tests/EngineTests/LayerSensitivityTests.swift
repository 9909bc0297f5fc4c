import Engine
import GraphIR
import Tensors
import TestSupport
import Testing

@Suite("What 8 bits do to single layers")
struct LayerSensitivityTests {
    /// A convolution whose result two depthwise convolutions read, each before a convolution that stays in floats.
    @Test("every convolution in 8 bits has an error, also where two share a map with a scale for each channel")
    func sharedChannelScales() throws {
        var test = TestGraph()
        test.input("x", [1, 12, 9, 13])
        test.convolution(
            "x", "a", channels: 12, outputs: 16, ConvolutionAttributes(kernel: [1, 1], activation: .silu))
        for name in ["b", "c"] {
            test.convolution(
                "a", name, channels: 16, outputs: 16,
                ConvolutionAttributes(kernel: [3, 3], padding: [1, 1, 1, 1], group: 16))
            test.convolution(
                name, name + ".last", channels: 16, outputs: 4, ConvolutionAttributes(kernel: [1, 1]))
        }
        test.graph.outputs = ["b.last", "c.last"]
        let input = test.random.tensor([1, 12, 9, 13], in: -2...2)
        var inputs = ["x": input]
        let table = try test.quantized(&inputs).graph.quantization
        #expect(table.channelValues["a"] != nil)
        let types = try ShapeInference.infer(test.graph)
        let sensitivity = try LayerSensitivity(
            graph: test.graph, types: types, inputs: [input.floats ?? []], threads: 1)
        let whole = try sensitivity.error(of: table)
        let layers = try sensitivity.layers(of: table)
        #expect(Set(layers.map(\.node)) == ["a", "b", "c", "b.last", "c.last"])
        #expect(layers.map(\.error) == layers.map(\.error).sorted(by: >))
        let errors = Dictionary(uniqueKeysWithValues: layers.map { ($0.node, $0.error) })
        // Rounded weights alone would move the outputs far less than bytes do.
        #expect(errors["b"] == errors["c"] && errors.values.allSatisfy { $0 > 0 && $0 < 2 * whole })
        var onlyWeights = table
        onlyWeights.values = [:]
        onlyWeights.channelValues = [:]
        onlyWeights.weightScales = table.weightScales.filter { $0.key.hasPrefix("b.w") || $0.key.hasPrefix("c.w") }
        #expect(try sensitivity.error(of: onlyWeights) != errors["b"])
    }
}
