import Engine
import Foundation
import GraphIR
import Kernels
import ONNXImport
import Tensors
import TestSupport
import Testing

private enum Material {
    static let models = SharedMaterial.folder("models", for: "lazy heads of NanoDet and PicoDet")
    static let hasModels = models != nil
}

/// Heads without objectness: rows computed where some class reaches the floor, against the full outputs, bit for bit.
@Suite("Lazy heads gated by class scores")
struct ClassGateTests {
    /// How a level's last convolutions are put together.
    enum Form: CaseIterable { case merged, mergedLogits, apart, joinedRows }

    @Test("scores and distances from one convolution or two", arguments: Form.allCases, [3, 16, 80])
    func forms(form: Form, classes: Int) throws {
        for (height, width) in [(5, 7), (1, 9), (16, 16)] {
            var test = TestGraph()
            var levels: [[String]] = []
            for (index, divisor) in [1, 2].enumerated() {
                levels.append(
                    test.distributionHead(
                        "l\(index)", height: max(1, height / divisor), width: max(1, width / divisor), classes: classes,
                        form))
            }
            if form == .joinedRows {
                levels = [
                    (0..<2).map { side in
                        test.node(.concat(axis: 1), [levels[0][side], levels[1][side]], ["all\(side)"])
                        return "all\(side)"
                    }
                ]
            }
            test.graph.outputs = levels.flatMap { $0 }
            let types = try PassPipeline.standard.run(&test.graph)
            let floors: [Float] = form == .mergedLogits ? [-9, -0.5, 0.5, 9] : [0, 0.4, 0.6, 0.99, 1]
            try expectSameRows(
                test.graph, types, levels, classes: classes, floors, range: -2...2, InstructionSet.available,
                "\(form), \(classes) classes, \(height)x\(width)")
        }
    }

    @Test(
        "real detectors", .enabled(if: Material.hasModels),
        arguments: [
            (
                "nanodet_m_320_unsimplified",
                ["cls_score0 bbox_pred1", "bbox_pred0 cls_score2", "cls_score1 bbox_pred2"]
            ),
            (
                "picodet_s_320",
                (0..<4).map { "save_infer_model/scale_\($0).tmp_1 save_infer_model/scale_\($0 + 4).tmp_1" }
            ),
        ])
    func realDetectors(model: String, outputs: [String]) throws {
        let models = try #require(Material.models)
        var graph = try ONNXImporter.load(path: models.appendingPathComponent("\(model)/\(model).onnx").path)
        let types = try PassPipeline.standard.run(&graph)
        let levels = outputs.map { $0.split(separator: " ").map(String.init) }
        try expectSameRows(graph, types, levels, classes: 80, [0, 0.01, 0.05, 0.3], range: -2...2, [], model)
    }

    @Test("gates that are no neighbouring channels of one convolution keep the full head")
    func refusals() throws {
        var test = TestGraph()
        let outputs = test.distributionHead("l0", height: 4, width: 4, classes: 5, .apart)
        test.graph.outputs = outputs
        var types = try PassPipeline.standard.run(&test.graph)
        let before = test.graph.nodes
        func split(_ outputs: [[String]], anchors: Int, _ gate: Range<Int>) -> LazyHead? {
            LazyHead.split(&test.graph, types: &types, outputs: outputs, anchors: anchors, gate: gate)
        }
        // Columns of two convolutions, columns that do not exist, other outputs, several rows a cell.
        #expect(split([outputs], anchors: 1, 0..<6) == nil)
        #expect(split([outputs], anchors: 1, 30..<40) == nil)
        #expect(split([[outputs[0]]], anchors: 1, 0..<5) == nil)
        #expect(split([outputs], anchors: 5, 0..<2) == nil)
        #expect(test.graph.nodes == before)
        #expect(split([outputs], anchors: 1, 0..<5) != nil)
    }

    // MARK: Comparison

    private func expectSameRows(
        _ graph: Graph, _ types: [String: TensorType], _ outputs: [[String]], classes: Int, _ floors: [Float],
        range: ClosedRange<Float>, _ tables: [KernelTable], _ name: String
    ) throws {
        let full = try CompiledModel(graph: graph, types: types)
        var random = SeededGenerator(5)
        let inputs = Dictionary(
            uniqueKeysWithValues: full.inputs.map { ($0.name, random.tensor($0.type.shape, in: range)) })
        let answers = try InferenceSession(model: full, threads: 1).run(inputs)
        let expected = try fullRows(answers, outputs)
        for floor in floors {
            var (lazy, lazyTypes) = (graph, types)
            let head = try #require(
                LazyHead.split(&lazy, types: &lazyTypes, outputs: outputs, anchors: 1, gate: 0..<classes), "\(name)")
            let model = try CompiledModel(graph: lazy, types: lazyTypes, lazyHead: head, floor: floor)
            for (kernels, threads) in tables.map({ (Optional($0), 1) }) + [(nil, 2)] {
                let session = InferenceSession(model: model, threads: threads, kernels: kernels)
                _ = try session.run(inputs)
                let rows = try #require(session.predictionRows())
                let wanted = expected.indices.filter { expected[$0].prefix(classes).contains { $0 >= floor } }
                #expect(rows.indices == wanted, "\(name), floor \(floor), \(session.instructionSet)")
                let bits = wanted.flatMap { expected[$0].map(\.bitPattern) }
                #expect(rows.values.map(\.bitPattern) == bits, "\(name), floor \(floor), \(session.instructionSet)")
            }
        }
    }

    /// All rows: the columns of `[…, cells, columns]` outputs side by side, level after level.
    private func fullRows(_ answers: [String: Tensor], _ outputs: [[String]]) throws -> [[Float]] {
        var rows: [[Float]] = []
        for names in outputs {
            var level: [[Float]] = []
            for name in names {
                let tensor = try #require(answers[name])
                let (values, columns) = (try #require(tensor.floats), try #require(tensor.shape.dimensions.last))
                let cells = values.count / columns
                if level.isEmpty { level = Array(repeating: [], count: cells) }
                for cell in 0..<cells { level[cell] += values[cell * columns..<(cell + 1) * columns] }
            }
            rows += level
        }
        return rows
    }
}

extension TestGraph {
    /// Scores `[1, cells, classes]` and distributions `[1, cells, 4 · 7]` of one level behind a depthwise tower.
    fileprivate mutating func distributionHead(
        _ name: String, height: Int, width: Int, classes: Int, _ form: ClassGateTests.Form
    ) -> [String] {
        input(name, [1, 24, height, width])
        let pointwise = ConvolutionAttributes(kernel: [1, 1], activation: .silu)
        let depthwise = ConvolutionAttributes(
            kernel: [3, 3], padding: [1, 1, 1, 1], group: 24, activation: .leakyReLU(slope: 0.1))
        let plain = ConvolutionAttributes(kernel: [1, 1])
        convolution(name, "\(name).d", channels: 24, outputs: 24, depthwise)
        convolution("\(name).d", "\(name).p", channels: 24, outputs: 24, pointwise)
        if form == .apart || form == .joinedRows {
            convolution("\(name).d", "\(name).e", channels: 24, outputs: 24, depthwise)
            convolution("\(name).p", "\(name).cls", channels: 24, outputs: classes, plain)
            convolution("\(name).e", "\(name).reg", channels: 24, outputs: 28, plain)
        } else {
            convolution("\(name).p", "\(name).both", channels: 24, outputs: classes + 28, plain)
            constant("\(name).sizes", .vector([Int64(classes), 28]))
            node(.split(axis: 1), ["\(name).both", "\(name).sizes"], ["\(name).cls", "\(name).reg"])
        }
        var scores = "\(name).cls"
        if form != .mergedLogits {
            node(.activation(.sigmoid), [scores], ["\(name).score"])
            scores = "\(name).score"
        }
        return [(scores, classes), ("\(name).reg", 28)].map { value, columns in
            constant("\(value).shape", .vector([1, Int64(columns), Int64(height * width)]))
            node(.reshape(allowZero: false), [value, "\(value).shape"], ["\(value).flat"])
            node(.transpose(permutation: [0, 2, 1]), ["\(value).flat"], ["\(value).rows"])
            return "\(value).rows"
        }
    }
}
