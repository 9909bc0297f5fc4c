package import Imaging
package import Tensors

/// Which detections to keep.
package struct DetectionThresholds: Sendable, Hashable {
    /// Lowest score kept, 0...1.
    package var scoreFloor: Float
    /// Overlap above which the weaker of two boxes of a class goes, 0...1.
    package var iou: Float
    /// Class indices wanted; nil for all.
    package var classes: Set<Int>?
    /// Most detections kept in a frame.
    package var limit: Int

    package init(scoreFloor: Float, iou: Float = 0.5, classes: Set<Int>? = nil, limit: Int = 300) {
        self.scoreFloor = scoreFloor
        self.iou = iou
        self.classes = classes
        self.limit = limit
    }
}

/// Turns a model's outputs for one frame into detections in pixels of that frame.
package struct DetectionDecoder: Sendable {
    package let description: ModelDescription
    private let head: any DetectionHead

    /// Throws `invalidDescription` where the description contradicts itself.
    package init(description: ModelDescription) throws(DetectionError) {
        try description.validate()
        self.description = description
        head = Self.head(description)
    }

    private static func head(_ description: ModelDescription) -> any DetectionHead {
        if let reader = description.predictionReader { return gridHead(description, reader) }
        return switch description.head {
        case .yolox: YOLOHead(description, boxes: .cellRelative)
        case .ssd: SSDHead(description, boxes: .anchors(SSDAnchors(description)))
        case .ssdDecoded: SSDHead(description, boxes: .corners)
        case .suppressed: SuppressedHead(description)
        case .endToEnd: EndToEndHead(description)
        default: YOLOHead(description, boxes: .inputPixels)
        }
    }

    private static func gridHead(_ description: ModelDescription, _ reader: some PredictionReader) -> any DetectionHead
    {
        GridHead(description, reader)
    }

    /// The detections in `outputs`, highest score first.
    ///
    /// Boxes are clipped to the frame; boxes without area there or with coordinates that are not finite are dropped.
    /// Throws `unexpectedOutput` where an output is missing or does not have the head's shape.
    package func detections(
        in outputs: [String: Tensor], letterbox: Letterbox, thresholds: DetectionThresholds
    ) throws(DetectionError) -> [Detection] {
        var tensors: [Tensor] = []
        for name in description.outputNames {
            guard let tensor = outputs[name] else {
                throw DetectionError(
                    code: .unexpectedOutput, operation: "decode detections", subject: name,
                    reason: "the model has no such output; it has \(outputs.keys.sorted().joined(separator: ", "))")
            }
            tensors.append(tensor)
        }
        let candidates = try head.candidates(in: tensors, thresholds: thresholds)
        return survivors(of: candidates, letterbox: letterbox, thresholds: thresholds)
    }

    /// The detections in some rows of a head with a gate: all rows whose gate reaches its floor, and any others. The same as from
    /// whole outputs.
    ///
    /// - Parameters:
    ///   - indices: each row's place in the output, ascending.
    ///   - values: the columns of each row, one row after the other.
    package func detections(
        inRows indices: [Int], values: [Float], letterbox: Letterbox, thresholds: DetectionThresholds
    ) throws(DetectionError) -> [Detection] {
        guard let head = head as? any RowHead else {
            throw DetectionError(
                code: .unexpectedOutput, operation: "decode detections", subject: description.head.rawValue,
                reason: "its rows have no gate")
        }
        let candidates = head.candidates(inRows: indices, values: values, thresholds: thresholds)
        return survivors(of: candidates, letterbox: letterbox, thresholds: thresholds)
    }

    private func survivors(
        of candidates: [Detection], letterbox: Letterbox, thresholds: DetectionThresholds
    ) -> [Detection] {
        let placed = candidates.compactMap { Self.placed($0, letterbox: letterbox) }
        return NonMaximumSuppression.survivors(of: placed, iouThreshold: thresholds.iou, limit: thresholds.limit)
            .map { Detection(classIndex: $0.classIndex, score: $0.score, box: $0.box.clipped(to: letterbox.source)) }
    }

    /// The candidate in source pixels, not clipped; nil where nothing of it lies inside the frame.
    private static func placed(_ candidate: Detection, letterbox: Letterbox) -> Detection? {
        let box = letterbox.toSource(candidate.box)
        let finite = box.x.isFinite && box.y.isFinite && box.width.isFinite && box.height.isFinite
        guard finite, candidate.score.isFinite, box.clipped(to: letterbox.source).area > 0 else { return nil }
        return Detection(classIndex: candidate.classIndex, score: candidate.score, box: box)
    }
}
