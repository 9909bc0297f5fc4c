import Engine
import Foundation
import GraphIR
import Kernels
import ONNXImport
import Tensors
import TestSupport
import Testing

private enum Material {
    static let models = SharedMaterial.folder("models", for: "lazy heads of real detectors")
    static let hasModels = models != nil
}

/// Rows computed on demand against the same rows of the full output, bit for bit.
@Suite("Lazy heads")
struct LazyHeadTests {
    /// A graph, the range of its input, and floors to try.
    private func expectSameRows(
        _ graph: Graph, types: [String: TensorType], range: ClosedRange<Float>, floors: [Float], name: String,
        instructionSets: ArraySlice<KernelTable> = InstructionSet.available[...]
    ) throws {
        for precision in Precision.allCases where InstructionSet.supports(precision) {
            try expectSameRows(graph, types, precision, range, floors, name, instructionSets)
        }
    }

    private func expectSameRows(
        _ graph: Graph, _ types: [String: TensorType], _ precision: Precision, _ range: ClosedRange<Float>,
        _ floors: [Float], _ name: String, _ instructionSets: ArraySlice<KernelTable>
    ) throws {
        let output = graph.outputs[0]
        let tables = instructionSets.filter { precision == .f32 || $0.hasBFloat16 }.map { Optional($0) }
        let full = try CompiledModel(graph: graph, types: types, precision: precision)
        for floor in floors {
            var (lazy, lazyTypes) = (graph, types)
            let head = try #require(
                LazyHead.split(&lazy, types: &lazyTypes, output: output, gateColumn: 4), "\(name) has no lazy head")
            let model = try CompiledModel(
                graph: lazy, types: lazyTypes, precision: precision, lazyHead: head, floor: floor)
            for (kernels, threads) in tables.map({ ($0, 1) }) + [(nil, 3)] {
                let session = InferenceSession(model: model, threads: threads, kernels: kernels)
                let fullSession = InferenceSession(model: full, threads: 1)
                for seed in UInt64(1)...3 {
                    var random = SeededGenerator(seed)
                    let inputs = Dictionary(
                        uniqueKeysWithValues: full.inputs.map { ($0.name, random.tensor($0.type.shape, in: range)) })
                    let expected = try #require(try fullSession.run(inputs)[output]?.floats)
                    _ = try session.run(inputs)
                    let rows = try #require(session.predictionRows())
                    expectRows(
                        rows, expected, floor,
                        "\(name) in \(precision), floor \(floor), \(session.instructionSet), seed \(seed)")
                }
            }
        }
    }

    private func expectRows(_ rows: PredictionRows, _ full: [Float], _ floor: Float, _ name: String) {
        let columns = rows.columns
        let indices = (0..<full.count / columns).filter { full[$0 * columns + 4] >= floor }
        #expect(rows.indices == indices, "\(name)")
        guard rows.indices == indices else { return }
        let values = indices.flatMap { full[$0 * columns..<($0 + 1) * columns] }
        let differing = zip(rows.values, values).filter { $0.0.bitPattern != $0.1.bitPattern }.count
        #expect(rows.values.count == values.count && differing == 0, "\(name): \(differing) elements differ")
    }

    @Test("a head with a class tower of depthwise convolutions", arguments: [(9, 13), (4, 3), (1, 17), (20, 20)])
    func towers(height: Int, width: Int) throws {
        var test = TestGraph()
        var parts: [String] = []
        for (level, divisor) in [(0, 1), (1, 2)] {
            let (h, w) = (max(1, height / divisor), max(1, width / divisor))
            parts.append(test.cellHead("l\(level)", height: h, width: w, classes: 18))
        }
        test.node(.concat(axis: 2), parts, ["all"])
        test.node(.transpose(permutation: [0, 2, 1]), ["all"], ["output"])
        test.graph.outputs = ["output"]
        let types = try PassPipeline.standard.run(&test.graph)
        try expectSameRows(test.graph, types: types, range: -2...2, floors: [0.02, 0.2, 0.5, 0.9], name: "towers")
    }

    @Test("a head of three anchors, decoded in the graph", arguments: [(8, 12), (3, 5)])
    func anchors(height: Int, width: Int) throws {
        var test = TestGraph()
        let parts = [
            test.anchorHead("l0", height: height, width: width, classes: 4),
            test.anchorHead("l1", height: max(1, height / 2), width: width / 2, classes: 4),
        ]
        test.node(.concat(axis: 1), parts, ["output"])
        test.graph.outputs = ["output"]
        let types = try PassPipeline.standard.run(&test.graph)
        try expectSameRows(test.graph, types: types, range: -2...2, floors: [0.02, 0.3, 0.7], name: "anchors")
    }

    @Test(
        "real detectors", .enabled(if: Material.hasModels),
        arguments: [("yolox_nano", Float(255)), ("yolov5n", 1), ("yolox_person_192", 255)])
    func realDetectors(model: String, top: Float) throws {
        let models = try #require(Material.models)
        var graph = try ONNXImporter.load(path: models.appendingPathComponent("\(model)/\(model).onnx").path)
        let types = try PassPipeline.standard.run(&graph)
        try expectSameRows(
            graph, types: types, range: 0...top, floors: [0.0001, 0.01], name: model, instructionSets: [])
    }

    @Test("an output used otherwise too, or whose gate is not a channel, keeps the full head")
    func refusals() throws {
        var test = TestGraph()
        test.graph.outputs = [test.anchorHead("l0", height: 4, width: 4, classes: 4)]
        var types = try PassPipeline.standard.run(&test.graph)
        // Column 0 is a coordinate with functions behind it.
        #expect(LazyHead.split(&test.graph, types: &types, output: test.graph.outputs[0], gateColumn: 0) == nil)
        test.graph.outputs.append("l0.raw")
        #expect(LazyHead.split(&test.graph, types: &types, output: test.graph.outputs[0], gateColumn: 4) == nil)
    }

    @Test("predictions that the network reads again, before their sigmoid, keep the full head")
    func predictionsReadAgain() throws {
        var test = TestGraph()
        let first = test.anchorHead("l0", height: 4, width: 4, classes: 4)
        test.convolution("l0.raw", "again", channels: 27, outputs: 20, ConvolutionAttributes(kernel: [1, 1]))
        let second = test.anchorHead("l1", of: "again", height: 4, width: 4, classes: 4)
        test.node(.concat(axis: 1), [first, second], ["output"])
        test.graph.outputs = ["output"]
        var types = try PassPipeline.standard.run(&test.graph)
        #expect(LazyHead.split(&test.graph, types: &types, output: "output", gateColumn: 4) == nil)
    }
}

extension TestGraph {
    /// Boxes, objectness and classes of one level: `[1, 5 + classes, cells]`.
    fileprivate mutating func cellHead(_ name: String, height: Int, width: Int, classes: Int) -> String {
        input(name, [1, 24, height, width])
        let pointwise = ConvolutionAttributes(kernel: [1, 1], activation: .silu)
        var depthwise = ConvolutionAttributes(kernel: [3, 3], padding: [1, 1, 1, 1], group: 24)
        depthwise.activation = .silu
        convolution(name, "\(name).c1", channels: 24, outputs: 24, depthwise)
        convolution("\(name).c1", "\(name).c2", channels: 24, outputs: 24, pointwise)
        convolution("\(name).c2", "\(name).c3", channels: 24, outputs: 24, depthwise)
        let plain = ConvolutionAttributes(kernel: [1, 1])
        convolution("\(name).c3", "\(name).cls", channels: 24, outputs: classes, plain)
        convolution(name, "\(name).box", channels: 24, outputs: 4, plain)
        convolution(name, "\(name).obj", channels: 24, outputs: 1, plain)
        node(.activation(.sigmoid), ["\(name).cls"], ["\(name).clsp"])
        node(.activation(.sigmoid), ["\(name).obj"], ["\(name).objp"])
        node(.concat(axis: 1), ["\(name).box", "\(name).objp", "\(name).clsp"], ["\(name).joined"])
        return reshape("\(name).joined", "\(name).rows", [1, Int64(5 + classes), Int64(height * width)])
    }

    /// Rows `[1, 3 · cells, 5 + classes]` of one level, with sigmoid, grid and anchors applied, from the value `features` or
    /// an input of the level's name.
    fileprivate mutating func anchorHead(
        _ name: String, of features: String? = nil, height: Int, width: Int, classes: Int
    ) -> String {
        let columns = 5 + classes
        if features == nil { input(name, [1, 20, height, width]) }
        convolution(
            features ?? name, "\(name).raw", channels: 20, outputs: 3 * columns, ConvolutionAttributes(kernel: [1, 1]))
        let split = reshape(
            "\(name).raw", "\(name).split", [1, 3, Int64(columns), Int64(height), Int64(width)])
        node(.transpose(permutation: [0, 1, 3, 4, 2]), [split], ["\(name).turned"])
        node(.activation(.sigmoid), ["\(name).turned"], ["\(name).p"])
        constant("\(name).sizes", .vector([2, 2, Int64(columns - 4)]))
        node(.split(axis: 4), ["\(name).p", "\(name).sizes"], ["\(name).xy", "\(name).wh", "\(name).rest"])
        constant("\(name).two", .scalar(2))
        constant("\(name).grid", random.tensor([1, 1, height, width, 2], in: 0...40))
        constant("\(name).anchor", random.tensor([1, 3, 1, 1, 2], in: 1...40))
        node(.binary(.multiply), ["\(name).xy", "\(name).two"], ["\(name).xy2"])
        node(.binary(.add), ["\(name).grid", "\(name).xy2"], ["\(name).xy3"])
        node(.binary(.multiply), ["\(name).wh", "\(name).two"], ["\(name).wh2"])
        node(.binary(.multiply), ["\(name).wh2", "\(name).wh2"], ["\(name).wh3"])
        node(.binary(.multiply), ["\(name).wh3", "\(name).anchor"], ["\(name).wh4"])
        node(.concat(axis: 4), ["\(name).xy3", "\(name).wh4", "\(name).rest"], ["\(name).decoded"])
        return reshape("\(name).decoded", "\(name).rows", [1, Int64(3 * height * width), Int64(columns)])
    }

    private mutating func reshape(_ value: String, _ name: String, _ shape: [Int64]) -> String {
        constant("\(name).shape", .vector(shape))
        node(.reshape(allowZero: false), [value, "\(name).shape"], [name])
        return name
    }
}
