import Imaging

/// What a NonMaxSuppression in the graph says of the values that it reads.
package struct SuppressionEvidence: Sendable, Hashable {
    package var boxes: String
    package var scores: String
    /// Whether its boxes are centres and sizes.
    package var areCentres: Bool
    /// Overlap above which it drops the weaker box; nil where unknown.
    package var overlap: Float?

    package init(boxes: String, scores: String, areCentres: Bool, overlap: Float?) {
        self.boxes = boxes
        self.scores = scores
        self.areCentres = areCentres
        self.overlap = overlap
    }
}

/// Recognises the boxes and scores of a NonMaxSuppression in the graph.
struct SuppressedRecognition: FamilyRecognition {
    let heads: [HeadKind] = [.suppressed]
    let model: ModelInterface
    let file: ModelDescriptionFile
    let inputSize: ImageSize

    func match(_ outputs: [TensorSignature]) -> OutputMatch? {
        guard file.head == .suppressed || model.suppression != nil, outputs.count == 2,
            let boxes = outputs.first(where: {
                $0.dimensions.last == 4 && $0.name == model.suppression?.boxes ?? $0.name
            }),
            let scores = outputs.first(where: { $0.name != boxes.name }), scores.dimensions.count == 3,
            boxes.dimensions.count == 3, let classes = scores.dimensions[1]
        else { return nil }
        let areCentres = model.suppression?.areCentres ?? false
        var match = OutputMatch(
            head: .suppressed, outputNames: [boxes.name, scores.name], scoreColumns: classes,
            reasons: [
                "NonMaxSuppression in the graph: the boxes \(boxes) and scores \(scores) that it reads: head nms",
                areCentres
                    ? "boxes as centres and sizes, as it reads them, in pixels; 'box-format' can say otherwise"
                    : "boxes as corners, y before x, in fractions of the input; 'box-format' can say otherwise",
            ])
        match.boxFormat = areCentres ? .centredPixels : .yxyx
        if let overlap = model.suppression?.overlap, (0...1).contains(overlap) {
            match.iou = overlap
            match.reasons.append("overlap \(overlap) from the graph; scores from the run's own floor on")
        }
        return match
    }
}
