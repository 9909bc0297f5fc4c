import Imaging
import Tensors

/// Reads what a NonMaxSuppression in the graph reads: boxes `[1, N, 4]` and scores `[1, C, N]`. Every class at or above the floor is a
/// candidate of its own, as it is in that operator; the suppression itself is ours, so that its thresholds are the run's.
struct SuppressedHead: DetectionHead {
    private let description: ModelDescription

    init(_ description: ModelDescription) { self.description = description }

    func candidates(in outputs: [Tensor], thresholds: DetectionThresholds) throws(DetectionError) -> [Detection] {
        let boxes = try outputs[0].floatValues(output: description.outputNames[0])
        let scores = try outputs[1].floatValues(output: description.outputNames[1])
        let classes = description.labels.count + (description.hasBackground ? 1 : 0)
        let count = boxes.count / 4
        guard outputs[0].shape.dimensions.last == 4, scores.count == classes * count,
            outputs[1].shape.dimensions.last == count
        else {
            throw .unexpectedOutput(
                description.outputNames[1],
                "shape \(outputs[1].shape) is not \(classes) classes of the boxes \(outputs[0].shape); check the labels"
            )
        }
        var found: [Detection] = []
        for (index, column) in ((description.hasBackground ? 1 : 0)..<classes).enumerated()
        where thresholds.wants(index) {
            for box in 0..<count where scores[column * count + box] >= thresholds.scoreFloor {
                found.append(
                    Detection(
                        classIndex: index, score: scores[column * count + box],
                        box: description.box(boxes.span.vector(at: 4 * box))))
            }
        }
        return found
    }
}
