import Engine
import GraphIR
import Tensors
import TestSupport
import Testing

@Suite struct ValueHistogramTests {
    private func histogram(_ parts: [Float]...) -> ValueHistogram {
        parts.reduce(into: ValueHistogram()) { $0.add($1) }
    }

    @Test func countsEverythingFinite() {
        let histogram = histogram([1, -2, 0, .nan, .infinity], [], [300, 0.25, -0.25])
        #expect(histogram.minimum == -2 && histogram.maximum == 300 && histogram.count == 6)
        // Zeros are exact in any case.
        #expect(histogram.bins.reduce(0) { $0 + $1.count } == 5)
    }

    @Test func whatIsEmptyHasNoBins() {
        for histogram in [histogram(), histogram([0, 0]), histogram([.nan])] {
            #expect(histogram.bins.isEmpty && histogram.minimum == 0 && histogram.maximum == 0)
            #expect(RangeChoice.leastSquaredError.range(of: histogram) == (0, 0))
            #expect(RangeChoice.quantile(0.99).range(of: histogram) == (0, 0))
        }
    }

    /// The order in which numbers come decides nothing, and each is in the bin around it.
    @Test func widensAsNumbersGrow() {
        var generator = SeededGenerator(1)
        let values = (0..<4000).map { index in
            Float.random(in: -1...1, using: &generator) * Float(1 << (index / 400))
        }
        let (rising, falling) = (histogram(values), values.reversed().reduce(into: ValueHistogram()) { $0.add([$1]) })
        #expect(rising.bins == falling.bins && rising.count == falling.count)
        let width: Float = 512 / 2048
        for bin in rising.bins {
            let inside = values.filter { abs($0 - bin.center) < width / 2 || $0 == bin.center - width / 2 }
            #expect(inside.count == bin.count)
        }
    }

    @Test func extremeMagnitudesAreCounted() {
        for magnitude in [Float.leastNonzeroMagnitude, 1e-30, 1e30, .greatestFiniteMagnitude] {
            let histogram = histogram([magnitude, -magnitude])
            #expect(histogram.bins.reduce(0) { $0 + $1.count } == 2 && histogram.maximum == magnitude)
        }
    }

    @Test func quantilesLieWhereTheyShould() {
        let histogram = histogram((0..<1000).map { Float($0) })
        for share in [0.01, 0.5, 0.9, 0.999] {
            #expect(abs(histogram.quantile(share) - Float(share) * 1000) <= 1)
        }
        #expect(histogram.quantile(1) == 999 && histogram.quantile(0) == 0)
        // Half of the numbers are zeros.
        #expect(
            abs(self.histogram(Array(repeating: 0, count: 1000), (1...1000).map { Float($0) }).quantile(0.75) - 500)
                <= 1)
    }
}

@Suite struct RangeChoiceTests {
    private func squaredError(_ values: [Float], _ range: (low: Float, high: Float)) -> Double {
        let quantization = Quantization(covering: range.low, range.high)
        return values.reduce(0) { sum, value in
            let integer = (value / quantization.scale).rounded(.toNearestOrEven) + Float(quantization.zeroPoint)
            let back = (min(max(integer, 0), 255) - Float(quantization.zeroPoint)) * quantization.scale
            return sum + Double((value - back) * (value - back))
        } / Double(values.count)
    }

    /// No worse than any range of a grid, up to what the bins blur: 5 %.
    @Test func losesLeast() {
        var generator = SeededGenerator(2)
        let spread: [(Float) -> Float] = [
            { $0 }, { max($0, 0) }, { $0 * $0 * $0 }, { $0 > 0 ? $0 * $0 * $0 * $0 : $0 / 50 },
        ]
        for shape in spread {
            let values = (0..<4000).map { _ in
                shape((0..<6).reduce(Float(0)) { sum, _ in sum + Float.random(in: -1...1, using: &generator) })
            }
            var histogram = ValueHistogram()
            histogram.add(values)
            let chosen = squaredError(values, RangeChoice.leastSquaredError.range(of: histogram))
            for low in stride(from: Float(0.2), through: 1, by: 0.2) {
                for high in stride(from: Float(0.1), through: 1, by: 0.1) {
                    let other = squaredError(values, (histogram.minimum * low, histogram.maximum * high))
                    #expect(chosen <= other * 1.05, "\(low) \(high): \(chosen) \(other)")
                }
            }
        }
    }

    /// One number far out among many is clipped; among few it is not.
    @Test func clipsWhatIsRare() {
        var generator = SeededGenerator(3)
        let many = (0..<100_000).map { _ in Float.random(in: 0...1, using: &generator) }
        var histogram = ValueHistogram()
        histogram.add(many + [3])
        #expect(RangeChoice.leastSquaredError.range(of: histogram).high < 2.9)
        histogram = ValueHistogram()
        histogram.add(many.prefix(20) + [3])
        #expect(RangeChoice.leastSquaredError.range(of: histogram).high > 2.9)
    }

    @Test func quantilesCutBothEnds() {
        var histogram = ValueHistogram()
        histogram.add((-1000..<1000).map { Float($0) })
        let range = RangeChoice.quantile(0.99).range(of: histogram)
        #expect(abs(range.low + 980) <= 2 && abs(range.high - 980) <= 2)
    }
}

@Suite struct CalibrationTests {
    /// x → convolution → relu → pool, joined with the convolution's enlarged result → convolution → reshape.
    private func graph() -> Graph {
        let window = ConvolutionAttributes(kernel: [1, 1], activation: .relu)
        let plain = ConvolutionAttributes(kernel: [1, 1])
        let pool = PoolAttributes(kernel: [3, 3], padding: [1, 1, 1, 1])
        return Graph(
            name: "g", inputs: [GraphInput(name: "x", elementType: .float32, dimensions: [1, 2, 4, 4])],
            outputs: ["rows"],
            nodes: [
                Node(name: "first", operation: .convolution(window), inputs: ["x", "w1"], outputs: ["a"]),
                Node(name: "pool", operation: .maxPool(pool), inputs: ["a"], outputs: ["p"]),
                Node(name: "join", operation: .concat(axis: 1), inputs: ["a", "p"], outputs: ["j"]),
                Node(name: "second", operation: .convolution(plain), inputs: ["j", "w2"], outputs: ["b"]),
                Node(name: "third", operation: .convolution(plain), inputs: ["b", "w3"], outputs: ["c"]),
                Node(name: "rows", operation: .reshape(allowZero: true), inputs: ["c", "shape"], outputs: ["rows"]),
            ],
            constants: [
                "w1": Tensor([Float(1), 0, 0, -2], shape: [2, 2, 1, 1]),
                "w2": Tensor([Float(1), 0, 0, 0, 0, 0, 0, 0], shape: [2, 4, 1, 1]),
                "w3": Tensor([Float(1), 1], shape: [1, 2, 1, 1]), "shape": .vector([1, 16]),
            ])
    }

    private func calibration() throws -> Calibration {
        let graph = graph()
        var calibration = try Calibration(
            graph: graph, types: try ShapeInference.infer(graph), inputRange: 0...1, threads: 1)
        // Channel 0 up to 1.5, channel 1 up to −2 · −0.75.
        let ramp = (0..<16).map { Float($0) / 10 }
        calibration.observe(ramp + ramp.map { -$0 / 2 })
        calibration.observe(Array(repeating: 0.5, count: 32))
        return calibration
    }

    @Test func rangesAreWhatWasSeen() throws {
        let table = try calibration().table(.quantile(1))
        // The last convolution reads floats.
        #expect(Set(table.values.keys) == ["x", "a", "p", "j"])
        // The input's range is given, so that pixels stay exact.
        #expect(table.values["x"] == Quantization(scale: 1 / 255, zeroPoint: 0))
        for value in ["a", "p", "j"] {
            #expect(table.values[value] == Quantization(covering: 0, 1.5), "\(value)")
        }
        #expect(table.weightScales == ["w1": [Float(1) / 127, Float(2) / 127], "w2": [Float(1) / 127, 1]])
    }

    /// One calibration serves several choices of convolutions.
    @Test func convolutionsStayInFloatOnRequest() throws {
        let table = try calibration().table(keepingInFloat: ["first"])
        #expect(Set(table.values.keys) == ["a", "p", "j"] && Array(table.weightScales.keys) == ["w2"])
        #expect(try calibration().table(keepingInFloat: ["first", "second"]).isEmpty)
    }

    /// The table fits the graph, and the rounded network computes nearly the same.
    @Test func roundedGraphsStayClose() throws {
        let original = graph()
        let rounded = original.rounded(by: try calibration().table())
        try rounded.validate()
        let input = ["x": Tensor((0..<32).map { Float($0 % 7) / 7 }, shape: [1, 2, 4, 4])]
        let (a, b) = (
            try ReferenceEvaluator.run(original, inputs: input), try ReferenceEvaluator.run(rounded, inputs: input)
        )
        for (x, y) in zip(a["rows"]?.floats ?? [], b["rows"]?.floats ?? []) { #expect(abs(x - y) <= 0.01) }
    }

    @Test func nothingToQuantizeIsAnError() throws {
        var graph = graph()
        graph.nodes.removeAll { ["second", "third", "rows", "pool", "join"].contains($0.name) }
        graph.outputs = ["a"]
        let types = try ShapeInference.infer(graph)
        #expect(throws: EngineError.self) { try Calibration(graph: graph, types: types, inputRange: 0...1, threads: 1) }
    }
}
