import GraphIR
import ModelDefinition
import Tensors
import Testing

/// What each module comes to, beside formulas of its own.
@Suite struct ModuleTests {
    /// A row behind one that makes 16 channels of 32×32, what comes out, parameters in training, multiply-adds.
    struct Case: Sendable, CustomTestStringConvertible {
        let row: String
        let output: MapShape
        let parameters: Int
        let multiplyAdds: Int
        var testDescription: String { row }

        init(_ row: String, _ channels: Int, _ side: Int, _ parameters: Int, _ multiplyAdds: Int) {
            self.row = row
            output = MapShape(channels: channels, height: side, width: side)
            self.parameters = parameters
            self.multiplyAdds = multiplyAdds
        }
    }

    /// Parameters of a convolution of `k`×`k` from `a` to `b` channels and its batch norm.
    private static func p(_ k: Int, _ a: Int, _ b: Int) -> Int { k * k * a * b + 2 * b }
    /// The same of a depthwise one.
    private static func d(_ k: Int, _ c: Int) -> Int { k * k * c + 2 * c }
    private static let area = 32 * 32

    static let cases: [Case] = [
        Case("[-1, 1, Conv, [32, 3, 2]]", 32, 16, p(3, 16, 32), 9 * 16 * 32 * area / 4),
        Case("[-1, 1, Conv, [32, 3, 1, None, 4, 2]]", 32, 32, p(3, 4, 32), 9 * 4 * 32 * area),
        Case("[-1, 1, Conv, [32, 6, 2, 2]]", 32, 16, p(6, 16, 32), 36 * 16 * 32 * area / 4),
        Case("[-1, 2, Conv, [16, 1]]", 16, 32, 2 * p(1, 16, 16), 2 * 256 * area),
        Case("[-1, 1, DWConv, [24, 3]]", 24, 32, 9 * 16 * 24 / 8 + 48, 9 * 16 * 24 / 8 * area),
        Case("[-1, 1, DSConv, [40, 5, 2]]", 40, 16, d(5, 16) + p(1, 16, 40), (25 * 16 + 16 * 40) * area / 4),
        Case("[-1, 1, Bottleneck, [16]]", 16, 32, p(1, 16, 8) + p(3, 8, 16), (128 + 9 * 128) * area),
        Case(
            "[-1, 2, C3, [32]]", 32, 32, 2 * p(1, 16, 16) + 2 * (p(1, 16, 16) + p(3, 16, 16)) + p(1, 32, 32),
            (2 * 256 + 2 * (256 + 9 * 256) + 1024) * area),
        Case(
            "[-1, 2, C3DW, [32]]", 32, 32,
            2 * p(1, 16, 16) + 2 * (2 * p(1, 16, 16) + d(3, 16)) + p(1, 32, 32),
            (2 * 256 + 2 * (512 + 144) + 1024) * area),
        Case(
            "[-1, 2, C3Ghost, [32]]", 32, 32,
            2 * p(1, 16, 16) + 2 * (p(1, 16, 4) + d(5, 4) + p(1, 8, 8) + d(5, 8)) + p(1, 32, 32),
            (2 * 256 + 2 * (64 + 100 + 64 + 200) + 1024) * area),
        Case("[-1, 1, SPP, [24]]", 24, 32, p(1, 16, 8) + p(1, 32, 24), (128 + 768) * area),
        Case("[-1, 1, SPPF, [24, 5]]", 24, 32, p(1, 16, 8) + p(1, 32, 24), (128 + 768) * area),
        Case("[-1, 1, Focus, [24, 3]]", 24, 16, p(3, 64, 24), 9 * 64 * 24 * area / 4),
        Case("[-1, 1, GhostConv, [32, 3]]", 32, 32, p(3, 16, 16) + d(5, 16), (9 * 256 + 25 * 16) * area),
        Case(
            "[-1, 1, GhostBottleneck, [16, 3, 1]]", 16, 32, p(1, 16, 4) + d(5, 4) + p(1, 8, 8) + d(5, 8),
            (64 + 100 + 64 + 200) * area),
        Case(
            "[-1, 1, GhostBottleneck, [32, 3, 2]]", 32, 16,
            p(1, 16, 8) + d(5, 8) + d(3, 16) + p(1, 16, 16) + d(5, 16) + d(3, 16) + p(1, 16, 32),
            (128 + 200) * area + (144 + 256 + 400 + 144 + 512) * area / 4),
        Case(
            "[-1, 1, MobileNetV3_InvertedResidual, [24, 64, 5, 2, 1, 1]]", 24, 16,
            p(1, 16, 64) + d(5, 64) + 2 * 64 * 16 + 80 + p(1, 64, 24),
            1024 * area + (25 * 64 + 64 * 24) * area / 4 + 2 * 64 * 16),
        Case(
            "[-1, 2, MobileNetV3_InvertedResidual, [16, 16]]", 16, 32, 2 * (d(3, 16) + p(1, 16, 16)),
            2 * (144 + 256) * area),
        Case(
            "[-1, 1, ShuffleNetV2_InvertedResidual, [32, 2]]", 32, 16,
            d(3, 16) + p(1, 16, 16) + p(1, 16, 16) + d(3, 16) + p(1, 16, 16),
            256 * area + (144 + 256 + 144 + 256) * area / 4),
        Case(
            "[-1, 3, ShuffleNetV2_InvertedResidual, [16, 1]]", 16, 32, 3 * (2 * p(1, 8, 8) + d(3, 8)),
            3 * (128 + 72) * area),
        Case("[-1, 1, FusedMBConv, [24, 3, 2, 4]]", 24, 16, p(3, 16, 64) + p(1, 64, 24), (9 * 1024 + 1536) * area / 4),
        Case("[-1, 1, FusedMBConv, [16, 3, 1, 1]]", 16, 32, p(3, 16, 16), 9 * 256 * area),
        Case(
            "[-1, 1, MBConv, [24, 3, 2, 2]]", 24, 16, p(1, 16, 32) + d(3, 32) + 2 * 32 * 4 + 36 + p(1, 32, 24),
            512 * area + (288 + 768) * area / 4 + 2 * 32 * 4),
        Case("[-1, 1, MBConv, [16, 3, 1, 1, 0]]", 16, 32, d(3, 16) + p(1, 16, 16), (144 + 256) * area),
        Case("[[-1, 0], 1, Concat, [1]]", 32, 32, 0, 0),
        Case("[-1, 1, nn.Upsample, [None, 2, 'nearest']]", 16, 64, 0, 0),
        Case("[-1, 1, MP, []]", 16, 16, 0, 0),
        Case("[-1, 1, SP, [5]]", 16, 32, 0, 0),
        Case("[-1, 1, ReOrg, []]", 64, 16, 0, 0),
    ]

    @Test(arguments: cases) func hasItsShapeParametersAndCost(_ sample: Case) throws {
        let network = try Definitions.network(Definitions.small("[-1, 1, Conv, [16, 3, 2]]", sample.row))
        let row = network.rows[1]
        #expect(row.output == sample.output)
        #expect(row.cost.trainedParameters == sample.parameters)
        #expect(row.cost.multiplyAdds == sample.multiplyAdds)
        // What the graph has says the same.
        let (graph, types) = try network.graph(foldsBatchNormalization: true)
        #expect(graph.multiplyAdds(types: types) == network.cost.multiplyAdds)
        #expect(types["output"]?.shape == [1, sample.output.area, 7])
    }

    /// Every module that definitions can name is tested here, the heads elsewhere.
    @Test func allAreTested() {
        let all = Set(ModuleRegistry.modules.map { $0.name }).subtracting(["Detect", "IDetect"])
        #expect(all == Set(Self.cases.map(Self.module)))
    }

    private static func module(_ sample: Case) -> String {
        ModuleRegistry.modules.map { $0.name }.filter { sample.row.contains(", \($0), ") }.max { $0.count < $1.count }
            ?? ""
    }

    /// A separable convolution needs 1/C2 + 1/k² of the products.
    @Test(arguments: [3, 5, 7], [8, 24, 64]) func separableConvolutionsFollowTheFormula(kernel: Int, channels: Int)
        throws
    {
        func products(_ module: String) throws -> Double {
            let row = "[-1, 1, \(module), [\(channels), \(kernel), 2]]"
            let network = try Definitions.network(Definitions.small("[-1, 1, Conv, [16, 3, 2]]", row))
            return Double(network.rows[1].cost.multiplyAdds)
        }
        let share = try products("DSConv") / products("Conv")
        #expect(abs(share - (1 / Double(channels) + 1 / Double(kernel * kernel))) < 1e-12)
    }

    /// Channels are scaled to multiples of 8, repetitions to the nearest number, halves to even.
    @Test func multiplesScale() throws {
        let definition = try Definitions.small(
            ["[-1, 1, Conv, [30, 3, 2]]", "[-1, 5, C3, [64]]"], more: "depth_multiple: 0.5\nwidth_multiple: 0.33")
        let network = try Definitions.network(definition)
        #expect(network.rows.map { $0.output?.channels } == [16, 24, nil])
        #expect(network.layers.filter { $0.module == "Bottleneck" }.count == 2)
    }
}
