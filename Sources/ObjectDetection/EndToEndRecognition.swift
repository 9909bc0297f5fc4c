import Imaging

/// Recognises finished detections: one output of rows of six numbers.
///
/// A YOLO of one class has rows of six numbers as well, but as many as there are cells. So this family is asked twice: first with evidence
/// besides the shape, and where nothing else fits.
struct EndToEndRecognition: FamilyRecognition {
    let heads: [HeadKind] = [.endToEnd]
    let model: ModelInterface
    let file: ModelDescriptionFile
    /// Whether something besides the shape must say so.
    let needsEvidence: Bool

    /// More rows are hardly a choice any more.
    private static let mostRows = 500

    func match(_ outputs: [TensorSignature]) -> OutputMatch? {
        guard outputs.count == 1, let table = outputs[0].table, table.columns == 6 else { return nil }
        guard needsEvidence || (table.rows ?? 1) <= Self.mostRows, let reason = evidence else { return nil }
        var match = OutputMatch(
            head: .endToEnd, outputNames: [outputs[0].name], scoreColumns: classes.count,
            reasons: [
                "output \(outputs[0]): rows of six numbers, \(reason): head end-to-end",
                "boxes as left, top, right, bottom in input pixels; 'box-format' can say otherwise", classes.reason,
                "the model suppresses by itself: no box goes for its overlap unless '--iou' or 'iou' says so",
            ])
        (match.boxFormat, match.iou) = (.xyxyPixels, 1)
        return match
    }

    private var evidence: String? {
        if file.head == .endToEnd { return "as described" }
        if model.metadata["end2end"]?.lowercased() == "true" { return "end-to-end by the model's metadata" }
        if model.operatorNames.contains("TopK") { return "chosen in the graph (it has TopK)" }
        return needsEvidence ? nil : "as many as no grid of cells has"
    }

    /// The output does not say how many classes there are.
    private var classes: (count: Int, reason: String) {
        if let labels = file.labels ?? ExportMetadata(model.metadata).names, !labels.isEmpty {
            return (labels.count, "class numbers are those of the labels")
        }
        return (80, "the number of classes is in no place: taken to be COCO's 80; 'labels' can say otherwise")
    }
}
