import ObjectDetection

extension ByteTracker {
    /// The three stages of matching. Returns the indices of confident detections that no track took.
    mutating func associate(_ detections: [Detection]) -> [Int] {
        let confident = detections.indices.filter { detections[$0].score >= configuration.highThreshold }
        let weak = detections.indices.filter {
            detections[$0].score < configuration.highThreshold && detections[$0].score >= configuration.lowThreshold
        }
        let known = tracks.indices.filter { tracks[$0].state != .tentative }
        let (left, unseen) = match(
            known, confident, of: detections, limit: configuration.matchThreshold, fusesScore: configuration.fusesScore)

        let recent = unseen.filter { tracks[$0].state == .tracked }
        let (_, missed) = match(
            recent, weak, of: detections, limit: configuration.lowMatchThreshold, fusesScore: false)
        for index in missed { tracks[index].state = .lost }

        let tentative = tracks.indices.filter { tracks[$0].state == .tentative }
        return match(
            tentative, left, of: detections, limit: configuration.confirmationThreshold,
            fusesScore: configuration.fusesScore
        ).detections
    }

    /// Matches the tracks at `trackIndices` with the detections at `detectionIndices`; returns what is left of both.
    private mutating func match(
        _ trackIndices: [Int], _ detectionIndices: [Int], of detections: [Detection], limit: Double, fusesScore: Bool
    ) -> (detections: [Int], tracks: [Int]) {
        let boxes = detectionIndices.map { TrackedBox(detections[$0].box) }
        var costs: [Double] = []
        costs.reserveCapacity(trackIndices.count * boxes.count)
        for track in trackIndices {
            let predicted = tracks[track].filter.box
            for (box, index) in zip(boxes, detectionIndices) {
                guard detections[index].classIndex == tracks[track].classIndex else {
                    costs.append(.infinity)
                    continue
                }
                let overlap = predicted.intersectionOverUnion(with: box)
                costs.append(1 - overlap * (fusesScore ? Double(detections[index].score) : 1))
            }
        }
        let columns = Assignment.solve(
            costs: costs, rows: trackIndices.count, columns: detectionIndices.count, limit: limit)
        var isTaken = Array(repeating: false, count: detectionIndices.count)
        for (row, column) in columns.enumerated() {
            guard let column else { continue }
            isTaken[column] = true
            let index = detectionIndices[column]
            tracks[trackIndices[row]].match(detections[index], index: index, frame: frame)
        }
        return (
            detectionIndices.indices.filter { !isTaken[$0] }.map { detectionIndices[$0] },
            trackIndices.indices.filter { columns[$0] == nil }.map { trackIndices[$0] }
        )
    }
}
