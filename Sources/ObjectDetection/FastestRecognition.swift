import Imaging

/// Recognises Yolo-FastestV2: for each stride boxes, objectness and shared classes, apart or side by side.
struct SharedClassRecognition: FamilyRecognition {
    let heads: [HeadKind] = [.yoloFastestV2]
    let model: ModelInterface
    let file: ModelDescriptionFile
    let inputSize: ImageSize

    private var anchorCount: Int { (file.anchorSizes?.first?.count ?? 6) / 2 }

    func match(_ outputs: [TensorSignature]) -> OutputMatch? {
        for strides in GridOutputs.strideSets(file) {
            guard let grid = GridOutputs(outputs, inputSize: inputSize, strides: strides) else { continue }
            if let match = grid.maps[0].count == 3 ? apart(grid, strides) : merged(grid, strides) { return match }
        }
        return nil
    }

    private func apart(_ grid: GridOutputs, _ strides: [Int]) -> OutputMatch? {
        var parts: [[GridOutputs.Map]] = [[], [], []]
        for map in grid.maps {
            guard let boxes = map.firstIndex(where: { $0.columns == 4 * anchorCount }),
                let objectness = map.indices.first(where: { $0 != boxes && map[$0].columns == anchorCount }),
                let classes = map.indices.first(where: { $0 != boxes && $0 != objectness })
            else { return nil }
            for (part, index) in [boxes, objectness, classes].enumerated() { parts[part].append(map[index]) }
        }
        let classes = parts[2][0].columns
        guard parts[2].allSatisfy({ $0.columns == classes }) else { return nil }
        return match(parts.joined().map(\.signature.name), classes, parts[2][0].signature.functions, strides)
    }

    /// One output a stride, as the reference exports it: after sigmoid and softmax.
    private func merged(_ grid: GridOutputs, _ strides: [Int]) -> OutputMatch? {
        let columns = grid.maps[0][0].columns
        let classes = columns - 5 * anchorCount
        let functions = grid.maps[0][0].signature.functions
        guard grid.maps.allSatisfy({ $0.count == 1 && $0[0].columns == columns }), classes > 0,
            file.head != nil || (functions.contains("Sigmoid") && functions.contains("Softmax") && strides.count > 1)
        else { return nil }
        return match(grid.maps.map { $0[0].signature.name }, classes, functions, strides)
    }

    private func match(
        _ names: [String], _ classes: Int, _ functions: [String], _ strides: [Int]
    ) -> OutputMatch {
        let isRaw = !functions.isEmpty && !functions.contains("Softmax")
        var match = OutputMatch(
            head: .yoloFastestV2, outputNames: names, scoreColumns: classes, strides: strides,
            scoreActivation: isRaw ? .softmax : .none,
            reasons: [
                "boxes and objectness of \(anchorCount) anchors and \(classes) classes that they share, strides \(strides): "
                    + "head yolo-fastestv2",
                isRaw ? "numbers come without sigmoid and softmax" : "sigmoid and softmax are in the graph",
            ])
        if file.anchorSizes == nil, strides.count == 2 {
            match.anchorSizes = UsualAnchors.yoloFastestV2
            match.reasons.append("anchors of Yolo-FastestV2 on COCO; write others as 'anchors'")
        }
        return match
    }
}

/// Recognises FastestDet: one output of one stride.
struct FastestDetRecognition: FamilyRecognition {
    let heads: [HeadKind] = [.fastestDet]
    let model: ModelInterface
    let file: ModelDescriptionFile
    let inputSize: ImageSize

    func match(_ outputs: [TensorSignature]) -> OutputMatch? {
        guard outputs.count == 1 else { return nil }
        for strides in file.strides.map({ [$0] }) ?? [[16], [8], [32]] {
            guard let grid = GridOutputs(outputs, inputSize: inputSize, strides: strides), strides.count == 1 else {
                continue
            }
            let (columns, functions) = (grid.maps[0][0].columns, outputs[0].functions)
            guard columns > 5, file.head != nil || isPlain(outputs[0], columns) else { continue }
            let isRaw = !functions.isEmpty && !functions.contains("Softmax")
            return OutputMatch(
                head: .fastestDet, outputNames: [outputs[0].name], scoreColumns: columns - 5, strides: strides,
                scoreActivation: isRaw ? .softmax : .none,
                reasons: [
                    "one output \(outputs[0]) of 5 + \(columns - 5) numbers for each cell of stride \(strides[0]): "
                        + "head fastestdet",
                    isRaw ? "numbers come without sigmoid and softmax" : "sigmoid and softmax are in the graph",
                ])
        }
        return nil
    }

    /// Whether the output is a picture of rows, or its objectness and classes have the head's functions.
    private func isPlain(_ output: TensorSignature, _ columns: Int) -> Bool {
        if output.functions.contains("Softmax") && output.functions.contains("Sigmoid") { return true }
        return output.dimensions.filter { $0 != 1 }.count == 3
            && model.knownClasses(file).map { $0 == columns - 5 } ?? true
    }
}

/// Recognises YOLOv8 and v11 decoded in the graph: one table, boxes without objectness.
struct DecodedRecognition: FamilyRecognition {
    let heads: [HeadKind] = [.yolov8]
    let model: ModelInterface
    let file: ModelDescriptionFile
    let inputSize: ImageSize

    func match(_ outputs: [TensorSignature]) -> OutputMatch? {
        for output in outputs {
            for strides in GridOutputs.strideSets(file) {
                let rows = GridLevel.levels(of: inputSize, strides: strides).reduce(0) { $0 + $1.cellCount }
                guard strides.count > 1, let columns = output.table(rows: rows), columns > 4,
                    let reason = reason(output, rows, columns)
                else { continue }
                return OutputMatch(
                    head: .yolov8, outputNames: [output.name], scoreColumns: columns - 4, strides: strides,
                    reasons: [
                        "output \(output): one prediction of 4 + \(columns - 4) numbers a cell of strides \(strides): "
                            + "head yolov8, \(reason)"
                    ])
            }
        }
        return nil
    }

    /// Why the columns have no objectness; nil where they seem to.
    private func reason(_ output: TensorSignature, _ rows: Int, _ columns: Int) -> String? {
        if file.head != nil { return "as described" }
        if let known = model.knownClasses(file) {
            return known == columns - 4 ? "as many columns as there are labels and four" : nil
        }
        let extents = output.dimensions.compactMap { $0 }.filter { $0 != 1 }
        guard columns != 85, extents.last != 85 else { return nil }
        if columns == 84 { return "84 columns" }
        if extents.last == rows, columns != rows { return "columns in front of cells, as YOLOv8 exports them" }
        return model.operatorNames.contains("Softmax") ? "Softmax in the graph, of its distributions" : nil
    }
}
