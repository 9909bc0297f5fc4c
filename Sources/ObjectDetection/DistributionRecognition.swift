import Imaging

/// Recognises class scores and distributions of distances, together or apart, one feature map at a time or all behind each other.
struct DistributionRecognition: FamilyRecognition {
    let heads: [HeadKind] = [.nanodet, .picodet, .yolov8Raw]
    let model: ModelInterface
    let file: ModelDescriptionFile
    let inputSize: ImageSize

    /// Bins of the distributions of well-known heads.
    private static let usualBins = [8, 16, 17]
    private static let strideSets = [[8, 16, 32], [8, 16, 32, 64], [16, 32], [4, 8, 16, 32]]

    /// The outputs in the order of a description, and what their columns are.
    private struct Form {
        var names: [String]
        var classes: Int
        var bins: Int
        var functions: [String]
        var shape: String
    }

    func match(_ outputs: [TensorSignature]) -> OutputMatch? {
        for strides in file.strides.map({ [$0] }) ?? Self.strideSets {
            guard let form = byMap(outputs, strides) ?? joined(outputs, strides) else { continue }
            return match(form, strides)
        }
        return nil
    }

    private func match(_ form: Form, _ strides: [Int]) -> OutputMatch {
        let (head, reason) = kind(form, strides)
        let isFinished = form.functions.contains("Sigmoid")
        let activation: ScoreActivation = isFinished || form.functions.isEmpty ? .none : .sigmoid
        var match = OutputMatch(
            head: head, outputNames: form.names, scoreColumns: form.classes, strides: strides,
            scoreActivation: activation,
            reasons: [
                "\(form.shape), strides \(strides): \(form.classes) classes and 4 distributions of \(form.bins): "
                    + "head \(head.rawValue), \(reason)",
                isFinished
                    ? "class scores come out of a Sigmoid in the graph"
                    : activation == .none ? "class scores taken as they are" : "class scores come without a sigmoid",
            ])
        match.bins = form.bins
        // NanoDet-Plus, the one with four strides, measures from a cell's corner.
        match.cellCentre = head == .nanodet && strides.count == 4 ? 0 : 0.5
        return match
    }

    private func kind(_ form: Form, _ strides: [Int]) -> (HeadKind, reason: String) {
        if let head = file.head { return (head, "as described") }
        let name = model.modelName.lowercased()
        for head in [HeadKind.nanodet, .picodet] where name.contains(head.rawValue) {
            return (head, "'\(head.rawValue)' is in the model's name")
        }
        if form.bins == 16 { return (.yolov8Raw, "16 bins, as YOLOv8 and v11 have") }
        if model.operatorNames.contains("LeakyRelu") { return (.nanodet, "LeakyRelu, as NanoDet has") }
        if form.names.count == 1 { return (.nanodet, "one output for all strides, as NanoDet has") }
        return strides.count == 4
            ? (.picodet, "four strides, as PicoDet has") : (.nanodet, "three strides, as NanoDet has")
    }

    // MARK: Outputs

    private func byMap(_ outputs: [TensorSignature], _ strides: [Int]) -> Form? {
        guard let grid = GridOutputs(outputs, inputSize: inputSize, strides: strides) else { return nil }
        if grid.maps[0].count == 1 {
            let columns = grid.maps[0][0].columns
            guard grid.maps.allSatisfy({ $0[0].columns == columns }),
                let classes = mergedClasses(grid.maps[0][0].signature, columns)
            else { return nil }
            return Form(
                names: grid.maps.map { $0[0].signature.name }, classes: classes, bins: (columns - classes) / 4,
                functions: grid.maps[0][0].signature.functions, shape: "one output of \(columns) columns for each map")
        }
        guard grid.maps[0].count == 2, let sides = sides(grid) else { return nil }
        return apart(sides.scores, sides.distances, "two outputs for each map")
    }

    private func joined(_ outputs: [TensorSignature], _ strides: [Int]) -> Form? {
        let rows = GridLevel.levels(of: inputSize, strides: strides).reduce(0) { $0 + $1.cellCount }
        let tables = outputs.map { $0.table(rows: rows) }
        if outputs.count == 2, let first = tables[0], let second = tables[1] {
            let maps = [
                GridOutputs.Map(signature: outputs[0], columns: first),
                GridOutputs.Map(signature: outputs[1], columns: second),
            ]
            guard let scores = scoreIndex(maps) else { return nil }
            return apart([maps[scores]], [maps[1 - scores]], "two outputs for all \(rows) cells")
        }
        guard outputs.count == 1, let columns = tables[0], let classes = mergedClasses(outputs[0], columns) else {
            return nil
        }
        return Form(
            names: [outputs[0].name], classes: classes, bins: (columns - classes) / 4, functions: outputs[0].functions,
            shape: "one output of \(columns) columns for all \(rows) cells")
    }

    private func apart(_ scores: [GridOutputs.Map], _ distances: [GridOutputs.Map], _ shape: String) -> Form {
        Form(
            names: (scores + distances).map(\.signature.name), classes: scores[0].columns,
            bins: distances[0].columns / 4, functions: scores[0].signature.functions, shape: shape)
    }

    /// The score and the distance outputs by stride, the same place in each pair.
    private func sides(_ grid: GridOutputs) -> (scores: [GridOutputs.Map], distances: [GridOutputs.Map])? {
        guard let first = scoreIndex(grid.maps[0]) else { return nil }
        let columns = (grid.maps[0][first].columns, grid.maps[0][1 - first].columns)
        var (scores, distances): ([GridOutputs.Map], [GridOutputs.Map]) = ([], [])
        for pair in grid.maps {
            let index = pair[0].columns == columns.0 && pair[1].columns == columns.1 ? 0 : 1
            // Where the numbers of columns are the same, the order is.
            let score = columns.0 == columns.1 ? first : index
            guard pair[score].columns == columns.0, pair[1 - score].columns == columns.1 else { return nil }
            scores.append(pair[score])
            distances.append(pair[1 - score])
        }
        return (scores, distances)
    }

    // MARK: Columns

    /// Which of two outputs has the scores: by the number of classes where it is known, by a sigmoid, by columns, by name.
    private func scoreIndex(_ pair: [GridOutputs.Map]) -> Int? {
        let fitting = [0, 1].filter { isDistances(pair[1 - $0].columns) }
        guard fitting.count > 1 else { return fitting.first }
        let evidence: [(GridOutputs.Map) -> Bool] = [
            { $0.columns == knownClasses }, { $0.signature.functions.contains("Sigmoid") },
            { map in !Self.usualBins.contains { map.columns == 4 * $0 } },
            { $0.signature.isNamedAs(["cls", "class", "score"]) },
        ]
        for test in evidence {
            let found = fitting.filter { test(pair[$0]) }
            if found.count == 1 { return found[0] }
        }
        return fitting.first
    }

    private func isDistances(_ columns: Int) -> Bool {
        if let bins = file.bins { return columns == 4 * bins }
        return columns % 4 == 0 && (5...33).contains(columns / 4)
    }

    /// Classes of an output that has scores and distributions side by side; nil where they are no such columns as far as known.
    private func mergedClasses(_ output: TensorSignature, _ columns: Int) -> Int? {
        for bins in file.bins.map({ [$0] }) ?? [8, 16] where columns > 4 * bins {
            let classes = columns - 4 * bins
            if classes == knownClasses || file.bins != nil { return classes }
            guard knownClasses == nil || file.head != nil else { continue }
            if classes == 80 || (file.head.map { ($0 == .yolov8Raw) == (bins == 16) } ?? false) { return classes }
            // Two convolutions side by side, or the family's name.
            if bins == 16 ? output.functions == ["Conv", "Conv"] : model.modelName.lowercased().contains("nanodet") {
                return classes
            }
        }
        return nil
    }

    private var knownClasses: Int? { model.knownClasses(file) }
}

extension TensorSignature {
    /// Columns of an output that is a table of `rows` rows, whichever way it lies.
    func table(rows: Int) -> Int? {
        let extents = knownDimensions.filter { $0 != 1 }
        guard extents.count == 2, extents.contains(rows) else { return nil }
        return extents[0] == rows ? extents[1] : extents[0]
    }
}
