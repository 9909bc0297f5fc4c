import Imaging
import Tensors

/// Reads SSD outputs: boxes `[1, N, 4]` and scores `[1, N, K]`. A box counts for its best class; of equal
/// ones for that with the lower index.
struct SSDHead: DetectionHead {
    /// What the box output holds.
    enum BoxEncoding: Sendable {
        /// ty, tx, th, tw relative to anchors.
        case anchors(SSDAnchors)
        /// y1, x1, y2, x2 in fractions of the input.
        case corners
    }

    private let boxes: BoxEncoding
    private let description: ModelDescription
    /// Columns of the score output.
    private let columns: Int

    init(_ description: ModelDescription, boxes: BoxEncoding) {
        self.boxes = boxes
        self.description = description
        columns = description.labels.count + (description.hasBackground ? 1 : 0)
    }

    func candidates(in outputs: [Tensor], thresholds: DetectionThresholds) throws(DetectionError) -> [Detection] {
        let encodings = try outputs[0].floatValues(output: description.outputNames[0])
        let scores = try outputs[1].floatValues(output: description.outputNames[1])
        let count = encodings.count / 4
        guard outputs[0].shape.dimensions.last == 4 else {
            throw .unexpectedOutput(description.outputNames[0], "shape \(outputs[0].shape) does not end in 4")
        }
        guard scores.count == count * columns, outputs[1].shape.dimensions.last == columns else {
            throw .unexpectedOutput(
                description.outputNames[1],
                "shape \(outputs[1].shape) is not \(count) boxes of \(columns) classes; check labels and background")
        }
        if case .anchors(let anchors) = boxes, anchors.boxes.count != count {
            throw .unexpectedOutput(
                description.outputNames[0],
                "\(count) boxes, but \(anchors.boxes.count) anchors as described; check input-size and anchors")
        }
        return scan(encodings.span, scores.span, count: count, thresholds)
    }

    private func scan(
        _ encodings: Span<Float>, _ scores: Span<Float>, count: Int, _ thresholds: DetectionThresholds
    ) -> [Detection] {
        let firstClass = description.hasBackground ? 1 : 0
        let reader = ScoreReader(description.scoreActivation, floor: thresholds.scoreFloor)
        var found: [Detection] = []
        for index in 0..<count {
            let row = scores.extracting(index * columns..<(index + 1) * columns)
            var best = firstClass
            for column in firstClass..<columns where row[column] > row[best] { best = column }
            guard row[best] >= reader.gate(for: row), thresholds.wants(best - firstClass) else { continue }
            let score = reader.score(of: best, in: row)
            guard score >= thresholds.scoreFloor else { continue }
            let box = box(encodings.vector(at: 4 * index), index)
            found.append(Detection(classIndex: best - firstClass, score: score, box: box))
        }
        return found
    }

    /// The box in input pixels.
    private func box(_ encoding: SIMD4<Float>, _ index: Int) -> BoundingBox {
        let (width, height) = (Float(description.inputSize.width), Float(description.inputSize.height))
        switch boxes {
        case .corners:
            return BoundingBox(
                minX: encoding.y * width, minY: encoding.x * height, maxX: encoding.w * width, maxY: encoding.z * height
            )
        case .anchors(let anchors):
            let anchor = anchors.boxes[index]
            let variances = description.variances
            let centreY = encoding.x * variances[0] * anchor.z + anchor.x
            let centreX = encoding.y * variances[1] * anchor.w + anchor.y
            let extentY = exponential(encoding.z * variances[2]) * anchor.z
            let extentX = exponential(encoding.w * variances[3]) * anchor.w
            return BoundingBox(centred: SIMD4(centreX * width, centreY * height, extentX * width, extentY * height))
        }
    }
}

/// Class scores from the numbers of one row, with a cheap test that spares most exponentials.
private struct ScoreReader {
    private let activation: ScoreActivation
    private let bound: Float

    init(_ activation: ScoreActivation, floor: Float) {
        self.activation = activation
        bound =
            switch activation {
            case .none: floor
            case .sigmoid: logitBelow(floor)
            case .softmax: logitMargin(floor)
            }
    }

    /// Columns below this cannot reach the floor.
    func gate(for row: Span<Float>) -> Float {
        activation == .softmax ? largest(row) + bound : bound
    }

    func score(of column: Int, in row: Span<Float>) -> Float {
        switch activation {
        case .none: return row[column]
        case .sigmoid: return sigmoid(row[column])
        case .softmax:
            let largest = largest(row)
            var sum: Float = 0
            for index in 0..<row.count { sum += exponential(row[index] - largest) }
            return exponential(row[column] - largest) / sum
        }
    }

    private func largest(_ row: Span<Float>) -> Float {
        var largest = row[0]
        for index in 1..<row.count { largest = max(largest, row[index]) }
        return largest
    }
}
