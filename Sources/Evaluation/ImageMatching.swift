/// The objects and detections of one category in one image.
struct ImageMatching {
    private let objects: [COCOAnnotations.Object]
    /// Strongest first, equal ones as they came, no more than the largest limit.
    private let detections: [COCODetection]
    /// Of each detection with each object.
    private let overlaps: [[Double]]

    init(objects: [COCOAnnotations.Object], detections: [COCODetection]) {
        self.objects = objects
        let order = detections.indices.sorted {
            (-detections[$0].score, $0) < (-detections[$1].score, $1)
        }
        let kept = order.prefix(EvaluationScheme.limits.max() ?? 0).map { detections[$0] }
        self.detections = kept
        overlaps = kept.map { detection in
            objects.map { detection.box.overlap(with: $0.box, isCrowd: $0.isCrowd) }
        }
    }

    /// What became of the detections where only objects in `range` count.
    func outcome(in range: AreaRange) -> ImageOutcome {
        let ignored = objects.map { $0.isCrowd || !range.bounds.contains($0.area) }
        // Objects that count come first; a detection takes one of the others only where none of these fits.
        let order = objects.indices.filter { !ignored[$0] } + objects.indices.filter { ignored[$0] }
        let isOutside = detections.map { !range.bounds.contains($0.box.area) }
        let verdicts = EvaluationScheme.overlaps.map { threshold -> [Verdict] in
            let matches = matches(order, ignored, from: min(threshold, 1 - 1e-10))
            return detections.indices.map { index in
                guard let match = matches[index] else { return isOutside[index] ? .ignored : .wrong }
                return ignored[match] ? .ignored : .right
            }
        }
        return ImageOutcome(
            objectCount: ignored.count { !$0 }, scores: detections.map(\.score), verdicts: verdicts)
    }

    /// For each detection the object that it takes, with an overlap of `threshold` or more.
    private func matches(_ order: [Int], _ ignored: [Bool], from threshold: Double) -> [Int?] {
        var isTaken = [Bool](repeating: false, count: objects.count)
        return detections.indices.map { detection in
            var (best, match) = (threshold, Int?.none)
            for object in order where !isTaken[object] || objects[object].isCrowd {
                if let match, !ignored[match], ignored[object] { break }
                // Of equally good ones the last is taken.
                guard overlaps[detection][object] >= best else { continue }
                (best, match) = (overlaps[detection][object], object)
            }
            if let match { isTaken[match] = true }
            return match
        }
    }
}

/// What a detection is worth.
enum Verdict {
    case right, wrong
    /// In a crowd, or of another size than is looked at.
    case ignored
}

/// What became of the detections of one category in one image.
struct ImageOutcome {
    /// Objects to be found.
    let objectCount: Int
    /// Highest first.
    let scores: [Double]
    /// For each overlap of the scheme, of each detection.
    let verdicts: [[Verdict]]
}
