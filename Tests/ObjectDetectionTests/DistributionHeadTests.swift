import Foundation
import Imaging
import ObjectDetection
import Tensors
import Testing

/// A head of 64x64 pixels with strides 8, 16, 32: 64 + 16 + 4 cells, two classes, four bins.
private func description(outputs: [String], _ activation: ScoreActivation = .none) -> ModelDescription {
    var description = ModelDescription(
        head: .nanodet, inputSize: square, labels: ["a", "b"], outputNames: outputs)
    description.bins = 4
    description.scoreActivation = activation
    return description
}

/// Numbers of one cell: scores, then distributions that have all their weight on one bin.
private func prediction(_ scores: [Float], distances: [Int]) -> [Float] {
    scores + distances.flatMap { distance in (0..<4).map { $0 == distance ? 40 : 0 } }
}

/// The columns `range` of the predictions of one level, which are zeros where not given.
private func columns(_ range: Range<Int>, _ cells: Int, _ rows: [Int: [Float]], turned: Bool = false) -> Tensor {
    let table = (0..<cells).map { cell in rows[cell].map { Array($0[range]) } ?? Array(repeating: 0, count: range.count)
    }
    guard turned else { return Tensor(table.flatMap { $0 }, shape: [cells, range.count]) }
    return Tensor(
        range.indices.flatMap { column in table.map { $0[column - range.lowerBound] } }, shape: [1, range.count, cells])
}

private func found(
    _ description: ModelDescription, _ outputs: [Tensor], floor: Float = 0.3, classes: Set<Int>? = nil
) throws -> [Detection] {
    try DetectionDecoder(description: description).detections(
        in: Dictionary(uniqueKeysWithValues: zip(description.outputNames, outputs)), letterbox: unscaled(),
        thresholds: DetectionThresholds(scoreFloor: floor, classes: classes))
}

@Suite("Distribution heads")
struct DistributionHeadTests {
    /// Cell (1, 2) of stride 16 and cell (1, 1) of stride 32.
    private let rows = [
        16: [9: prediction([0.2, 0.9], distances: [1, 0, 2, 1])],
        4: [3: prediction([0.6, 0.5], distances: [0, 1, 0, 0])],
    ]

    private func levels(_ range: Range<Int>, turned: Bool = false) -> [Tensor] {
        [64, 16, 4].map { columns(range, $0, rows[$0] ?? [:], turned: turned) }
    }

    private func expectBoxes(_ detections: [Detection], shift: Float = 0) {
        #expect(detections.map(\.classIndex) == [1, 0])
        #expect(zip(detections.map(\.score), [0.9, 0.6] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
        // Centres (24, 40) and (48, 48); distances 16, 0, 32, 16 and 0, 32, 0, 0: the second has no width.
        let box = detections[0].box
        #expect(abs(box.x - 8 + shift) < 1e-3 && abs(box.y - 40 + shift) < 1e-3)
        #expect(abs(box.width - 48) < 1e-3 && abs(box.height - 16) < 1e-3)
    }

    @Test("apart and together, cells first and columns first, map by map and all maps behind each other")
    func forms() throws {
        var wide = rows
        wide[4]?[3] = prediction([0.6, 0.5], distances: [1, 1, 1, 0])
        for turned in [false, true] {
            let scores = [64, 16, 4].map { columns(0..<2, $0, wide[$0] ?? [:], turned: turned) }
            let distances = [64, 16, 4].map { columns(2..<18, $0, wide[$0] ?? [:], turned: turned) }
            let both = [64, 16, 4].map { columns(0..<18, $0, wide[$0] ?? [:], turned: turned) }
            expectBoxes(try found(description(outputs: ["a", "b", "c", "d", "e", "f"]), scores + distances))
            expectBoxes(try found(description(outputs: ["a", "b", "c"]), both))
        }
        var all: [Int: [Float]] = [:]
        for (first, cells) in [(0, 64), (64, 16), (80, 4)] {
            for (cell, row) in wide[cells] ?? [:] { all[first + cell] = row }
        }
        expectBoxes(try found(description(outputs: ["a"]), [columns(0..<18, 84, all)]))
        expectBoxes(try found(description(outputs: ["a"]), [columns(0..<18, 84, all, turned: true)]))
        expectBoxes(
            try found(description(outputs: ["a", "b"]), [columns(0..<2, 84, all), columns(2..<18, 84, all)]))
    }

    @Test("distances from a cell's corner; sigmoid of logits; the best class, of those wanted")
    func variations() throws {
        var corner = description(outputs: ["a", "b", "c"])
        corner.cellCentre = 0
        let outputs = [64, 16, 4].map { columns(0..<18, $0, rows[$0] ?? [:]) }
        let moved = try found(corner, outputs)
        #expect(
            moved.count == 1 && abs((moved.first?.box.x ?? 9) - 0) < 1e-3 && abs((moved.first?.box.y ?? 0) - 32) < 1e-3)
        let logits = try found(description(outputs: ["a", "b", "c"], .sigmoid), outputs, floor: 0.55)
        #expect(abs((logits.first?.score ?? 0) - 0.7109495) < 1e-5)
        #expect(try found(description(outputs: ["a", "b", "c"]), outputs, classes: [0]).isEmpty)
    }

    @Test("the expectation of a distribution, not its peak")
    func expectation() throws {
        var row = prediction([0.9, 0], distances: [2, 2, 2, 2])
        // Equal weights on bins 1 and 3.
        for (bin, value) in [-40, 2, -40, 2].enumerated() { row[2 + bin] = Float(value) }
        let outputs = [columns(0..<18, 64, [:]), columns(0..<18, 16, [5: row]), columns(0..<18, 4, [:])]
        let box = try #require(try found(description(outputs: ["a", "b", "c"]), outputs).first?.box)
        #expect(abs(box.width - 56) < 1e-3 && box.x == 0)
    }

    @Test("outputs of other sizes are named")
    func misfits() {
        let wrong = [columns(0..<18, 63, [:]), columns(0..<18, 16, [:]), columns(0..<18, 4, [:])]
        let error = #expect(throws: DetectionError.self) { try found(description(outputs: ["a", "b", "c"]), wrong) }
        #expect(error?.code == .unexpectedOutput && error?.subject.contains("'a'") == true)
    }
}

@Suite("Recognition of distribution heads")
struct DistributionRecognitionTests {
    private func output(_ name: String, _ dimensions: Int..., functions: [String] = []) -> TensorSignature {
        TensorSignature(name: name, dimensions: dimensions, functions: functions)
    }

    private func recognise(
        _ outputs: [TensorSignature], size: Int = 64, name: String = "m", operators: Set<String> = [],
        metadata: [String: String] = [:], file: ModelDescriptionFile = ModelDescriptionFile()
    ) throws -> ModelDescription {
        try HeadRecognition.recognise(
            .sample(
                outputs, name: name, size: ImageSize(width: size, height: size), metadata: metadata,
                operators: operators), file: file
        ).description
    }

    @Test("whatever the order, the names, the batch and the layout")
    func orders() throws {
        let scores = [output("s3", 1, 4, 80), output("s1", 1, 80, 8, 8), output("s2", 16, 80)]
        let distances = [output("d2", 1, 4, 4, 32), output("d1", 64, 32), output("d3", 1, 32, 4)]
        for outputs in [
            scores + distances, distances + scores,
            [scores[0], distances[1], scores[1], distances[0], distances[2], scores[2]],
        ] {
            let description = try recognise(outputs, operators: ["LeakyRelu"])
            #expect(description.head == .nanodet && description.strides == [8, 16, 32] && description.bins == 8)
            #expect(description.outputNames == ["s1", "s2", "s3", "d1", "d2", "d3"])
            #expect(description.labels.count == 80 && description.colourOrder == .bgr)
        }
    }

    @Test("four strides: PicoDet, or NanoDet-Plus where its LeakyRelu is")
    func fourStrides() throws {
        let outputs = [64, 16, 4, 1].flatMap { [output("s\($0)", 1, $0, 80), output("d\($0)", 1, $0, 32)] }
        let pico = try recognise(outputs)
        #expect(pico.head == .picodet && pico.strides == [8, 16, 32, 64] && pico.cellCentre == 0.5)
        #expect(pico.colourOrder == .rgb && pico.mean[0] == 123.675)
        let plus = try recognise(outputs, operators: ["LeakyRelu"])
        #expect(plus.head == .nanodet && plus.cellCentre == 0)
        let joined = try recognise([output("o", 1, 85, 112)])
        #expect(joined.head == .nanodet && joined.cellCentre == 0 && joined.labels.count == 80)
    }

    @Test("a sigmoid in the graph or not")
    func activation() throws {
        func outputs(_ function: String) -> [TensorSignature] {
            [64, 16, 4].map { output("s\($0)", $0, 20, functions: [function]) }
                + [64, 16, 4].map { output("d\($0)", $0, 44, functions: ["Conv"]) }
        }
        let finished = try recognise(outputs("Sigmoid"))
        #expect(finished.scoreActivation == .none && finished.bins == 11 && finished.labels.count == 20)
        #expect(try recognise(outputs("Conv")).scoreActivation == .sigmoid)
    }

    @Test("which of two outputs of equal kind has the scores: by labels, by name")
    func classes() throws {
        func outputs(_ a: Int, _ b: Int) -> [TensorSignature] {
            [64, 16, 4].map { output("x_cls\($0)", $0, a) } + [64, 16, 4].map { output("x_reg\($0)", $0, b) }
        }
        var file = ModelDescriptionFile()
        file.labels = (0..<64).map { "c\($0)" }
        #expect(try recognise(outputs(32, 64), file: file).outputNames[0] == "x_reg64")
        #expect(try recognise(outputs(32, 32)).outputNames[0] == "x_cls64")
        #expect(try recognise(outputs(20, 32)).labels.count == 20)
        #expect(try recognise(outputs(1, 32), name: "nanodet-person").labels == ["person"])
    }

    @Test("scores and distances side by side, by the number of labels")
    func merged() throws {
        let names = (0..<3).map { "'c\($0)'" }.joined(separator: ", ")
        let outputs = [64, 16, 4].map { output("o\($0)", 1, $0, 35) }
        let description = try recognise(outputs, metadata: ["names": "[\(names)]"])
        #expect(description.head == .nanodet && description.labels == ["c0", "c1", "c2"])
        #expect(throws: DetectionError.self) { try recognise(outputs) }
        var file = ModelDescriptionFile()
        (file.head, file.bins) = (.nanodet, 8)
        #expect(try recognise(outputs, file: file).labels.count == 3)
    }
}
