/// Precision against recall of one category over all images.
struct PrecisionCurve {
    /// At each recall of the scheme, for each of its overlaps one after the other.
    let precisions: [Double]
    /// The share of the objects that was found, for each overlap of the scheme.
    let recalls: [Double]

    /// Nil where there are no objects to be found.
    ///
    /// - Parameter limit: how many detections count in each image.
    init?(_ outcomes: [ImageOutcome], limit: Int) {
        let objectCount = outcomes.reduce(0) { $0 + $1.objectCount }
        guard objectCount > 0 else { return nil }
        let order = Self.order(outcomes, limit: limit)
        var (precisions, recalls): ([Double], [Double]) = ([], [])
        for threshold in EvaluationScheme.overlaps.indices {
            let verdicts = order.map { outcomes[$0.image].verdicts[threshold][$0.detection] }
            let (points, recall) = Self.curve(verdicts, objectCount: objectCount)
            precisions += points
            recalls.append(recall)
        }
        (self.precisions, self.recalls) = (precisions, recalls)
    }

    private typealias Place = (image: Int, detection: Int, score: Double)

    /// All detections, strongest first, equal ones image by image.
    private static func order(_ outcomes: [ImageOutcome], limit: Int) -> [Place] {
        let places = outcomes.enumerated().flatMap { image, outcome in
            outcome.scores.prefix(limit).enumerated().map { Place(image, $0.offset, $0.element) }
        }
        return places.sorted { ($1.score, $0.image, $0.detection) < ($0.score, $1.image, $1.detection) }
    }

    /// The precision at each recall of the scheme, and the recall in the end.
    private static func curve(_ verdicts: [Verdict], objectCount: Int) -> (precisions: [Double], recall: Double) {
        var (right, wrong) = (0.0, 0.0)
        var (precisions, recalls): ([Double], [Double]) = ([], [])
        for verdict in verdicts {
            right += verdict == .right ? 1 : 0
            wrong += verdict == .wrong ? 1 : 0
            recalls.append(right / Double(objectCount))
            // Where all so far were ignored this is 0, not undefined.
            precisions.append(right / (right + wrong + Double.ulpOfOne))
        }
        // Never more with a lower recall: the best from here on counts.
        for index in precisions.indices.dropFirst().reversed() {
            precisions[index - 1] = max(precisions[index - 1], precisions[index])
        }
        var position = 0
        let points = EvaluationScheme.recalls.map { recall in
            while position < recalls.count, recalls[position] < recall { position += 1 }
            return position < precisions.count ? precisions[position] : 0
        }
        return (points, recalls.last ?? 0)
    }
}
