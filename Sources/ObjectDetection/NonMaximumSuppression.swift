import Imaging

/// Class-wise greedy non-maximum suppression, as in the YOLOX and YOLOv5 references (`batched_nms`).
package enum NonMaximumSuppression {
    /// The detections that survive, highest score first, equal scores in the order of `candidates`.
    ///
    /// A candidate goes when a better one of the same class overlaps it by more than `iouThreshold`.
    /// At most `limit` are kept.
    package static func survivors(of candidates: [Detection], iouThreshold: Float, limit: Int = .max) -> [Detection] {
        let order = candidates.indices.sorted {
            candidates[$0].score != candidates[$1].score ? candidates[$0].score > candidates[$1].score : $0 < $1
        }
        var kept: [Detection] = []
        var boxesOfClass: [Int: [BoundingBox]] = [:]
        for index in order where kept.count < limit {
            let candidate = candidates[index]
            let rivals = boxesOfClass[candidate.classIndex, default: []]
            guard rivals.allSatisfy({ $0.intersectionOverUnion(with: candidate.box) <= iouThreshold }) else { continue }
            kept.append(candidate)
            boxesOfClass[candidate.classIndex, default: []].append(candidate.box)
        }
        return kept
    }
}
