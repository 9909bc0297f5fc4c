import Imaging

/// Recognises a pair of outputs `[1, N, 4]` and `[1, N, K]`.
struct SSDRecognition: FamilyRecognition {
    let heads: [HeadKind] = [.ssd, .ssdDecoded]
    let model: ModelInterface
    let file: ModelDescriptionFile
    let inputSize: ImageSize

    private struct Pair {
        let boxes: TensorSignature
        let scores: TensorSignature
        let rows: Int?
        let columns: Int
    }

    func match(_ outputs: [TensorSignature]) -> OutputMatch? {
        guard let pair = pair(outputs), let decision = isDecoded(pair) else { return nil }
        let head = decision.decoded ? HeadKind.ssdDecoded : .ssd
        let activation = activation(pair, head)
        let reason = "outputs \(pair.boxes), \(pair.scores): boxes, scores; \(decision.reason): head \(head.rawValue)"
        return OutputMatch(
            head: head, outputNames: [pair.boxes.name, pair.scores.name], scoreColumns: pair.columns,
            scoreActivation: activation.kind, reasons: [reason, activation.reason])
    }

    /// The box output is the one with four columns whose name says so, else the first with four columns.
    private func pair(_ outputs: [TensorSignature]) -> Pair? {
        let tables = outputs.compactMap { output in output.table.map { (signature: output, table: $0) } }
        let four = tables.filter { $0.table.columns == 4 }
        let named = four.first { $0.signature.isNamedAs(boxWords) }
        guard
            let boxes = file.outputNames == nil ? named ?? four.first : tables.first,
            boxes.table.columns == 4
        else { return nil }
        let partners = tables.filter {
            $0.signature.name != boxes.signature.name && $0.table.rows == boxes.table.rows
        }
        let partner = partners.first { $0.signature.isNamedAs(scoreWords) }
        guard let scores = partner ?? partners.first else { return nil }
        return Pair(
            boxes: boxes.signature, scores: scores.signature, rows: boxes.table.rows, columns: scores.table.columns)
    }

    private var boxWords: [String] { ["box", "loc", "bbox", "encoding"] }
    private var scoreWords: [String] { ["score", "class", "logit", "conf", "cls", "prob"] }

    /// Whether the boxes are coordinates already; nil where nothing tells.
    private func isDecoded(_ pair: Pair) -> (decoded: Bool, reason: String)? {
        if let head = file.head { return (head == .ssdDecoded, "as described") }
        if pair.boxes.isNamedAs(["encoding", "loc", "delta", "raw", "offset", "regression"]) {
            return (false, "a box name of encodings")
        }
        if pair.scores.isNamedAs(["logit"]) { return (false, "a score name of logits") }
        if model.operatorNames.contains("Exp") { return (true, "sizes decoded in the graph (it has Exp)") }
        if pair.boxes.isNamedAs(["box"]) && pair.scores.isNamedAs(["score", "prob", "conf"]) {
            return (true, "names of finished boxes and scores")
        }
        var parameters = SSDAnchorParameters()
        parameters = file.anchors?.applied(to: parameters) ?? parameters
        guard let rows = pair.rows, rows == parameters.count(for: inputSize) else { return nil }
        return (false, "\(rows) boxes, the number of anchors at \(inputSize)")
    }

    private func activation(_ pair: Pair, _ head: HeadKind) -> (kind: ScoreActivation, reason: String) {
        if head == .ssdDecoded { return (.none, "finished scores") }
        if pair.scores.isNamedAs(["score", "prob", "softmax", "sigmoid"]) && !pair.scores.isNamedAs(["logit"]) {
            return (.none, "output '\(pair.scores.name)' by its name holds finished scores")
        }
        return (.sigmoid, "class logits: sigmoid, as TensorFlow's SSD models (a description file can say softmax)")
    }
}

extension TensorSignature {
    /// Whether the name contains one of `words`, whatever the case.
    func isNamedAs(_ words: [String]) -> Bool {
        let name = name.lowercased()
        return words.contains { name.contains($0) }
    }
}
