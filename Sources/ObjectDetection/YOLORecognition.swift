import Imaging

/// Tells the `[1, N, 5 + C]` heads apart: YOLOX predicts once a cell, YOLOv5 three times.
struct YOLORecognition: FamilyRecognition {
    let heads: [HeadKind] = [.yolox, .yoloxDecoded, .yolov5Decoded]
    let model: ModelInterface
    let file: ModelDescriptionFile
    let inputSize: ImageSize

    private static let strideSets = [[8, 16, 32], [8, 16, 32, 64], [16, 32], [4, 8, 16, 32]]

    func match(_ outputs: [TensorSignature]) -> OutputMatch? {
        for output in outputs {
            guard let table = output.table, table.columns > 5 else { continue }
            if let match = match(output, table) { return match }
        }
        return nil
    }

    private func match(_ output: TensorSignature, _ table: (rows: Int?, columns: Int)) -> OutputMatch? {
        let known = file.strides ?? ExportMetadata(model.metadata).strides
        for strides in known.map({ [$0] }) ?? Self.strideSets {
            guard strides.allSatisfy({ $0 > 0 }) else { continue }
            let levels = GridLevel.levels(of: inputSize, strides: strides)
            let cells = levels.reduce(0) { $0 + $1.cellCount }
            guard let head = head(rows: table.rows, cells: cells) else { continue }
            let sum = levels.map { "\($0.rows)·\($0.columns)" }.joined(separator: " + ")
            let each = table.rows.map { "\($0 / cells) a cell of strides \(strides) (\(sum) = \(cells))" }
            let shape = "\(each ?? "any number of predictions"), 5 + \(table.columns - 5) columns"
            return OutputMatch(
                head: head.kind, outputNames: [output.name], scoreColumns: table.columns - 5, strides: strides,
                reasons: ["output \(output): \(shape): head \(head.kind.rawValue)\(head.note)"])
        }
        return nil
    }

    /// The head that makes `rows` predictions from `cells` cells. A file that names the head is believed where an output
    /// of input-pixel boxes has another number of rows, because nothing depends on the number there.
    private func head(rows: Int?, cells: Int) -> (kind: HeadKind, note: String)? {
        if let kind = file.head {
            let fits = kind != .yolox || rows == nil || rows == cells
            return fits && !kind.isSSD ? (kind, ", as described") : nil
        }
        guard let rows else { return nil }
        if let each = ExportMetadata(model.metadata).anchorsPerCell, rows == each * cells {
            return (.yolov5Decoded, ", by the anchors in the model's metadata")
        }
        if rows == 3 * cells { return (.yolov5Decoded, "") }
        guard rows == cells else { return nil }
        // The exponential of YOLOX's box sizes appears in no other part of such a network.
        return model.operatorNames.contains("Exp")
            ? (.yoloxDecoded, ", decoded in the graph (it has Exp)") : (.yolox, "")
    }
}
