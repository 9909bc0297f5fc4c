package import Tensors

/// ONNX NonMaxSuppression (https://onnx.ai/onnx/operators/onnx__NonMaxSuppression.html), with the arithmetic and the order of
/// equal scores that ONNX Runtime has.
package struct BoxSuppression: Sendable, Hashable {
    /// Whether boxes are centre x, centre y, width and height; else two corners, y before x.
    package var areCentres: Bool
    /// Most boxes of each class of each batch.
    package var limit: Int
    /// Overlap above which the weaker box goes.
    package var overlap: Float
    /// The score to exceed; nil takes all.
    package var threshold: Float?

    package init(areCentres: Bool, limit: Int, overlap: Float, threshold: Float?) {
        self.areCentres = areCentres
        self.limit = limit
        self.overlap = overlap
        self.threshold = threshold
    }

    /// Batch, class and box of what is kept, `[count, 3]`: batch by batch, class by class, best first.
    ///
    /// `boxes` are `[B, N, 4]`, `scores` `[B, C, N]`.
    package func selected(boxes: [Float], scores: [Float], shape: Shape) -> Tensor {
        var rows: [Int64] = []
        let (batches, classes, count) = (shape[0], shape[1], shape[2])
        for batch in 0..<batches {
            let areas = (0..<count).map { Area(boxes, at: (batch * count + $0) * 4, areCentres: areCentres) }
            for index in 0..<classes {
                let first = (batch * classes + index) * count
                for box in kept(areas, scores[first..<first + count]) {
                    rows += [Int64(batch), Int64(index), Int64(box)]
                }
            }
        }
        return Tensor(rows, shape: [rows.count / 3, 3])
    }

    private func kept(_ areas: [Area], _ scores: ArraySlice<Float>) -> [Int] {
        let candidates = areas.indices.filter { index in
            threshold.map { scores[scores.startIndex + index] > $0 } ?? true
        }
        let order = candidates.sorted {
            let (a, b) = (scores[scores.startIndex + $0], scores[scores.startIndex + $1])
            return a != b ? a > b : $0 < $1
        }
        var kept: [Int] = []
        for index in order where kept.count < limit {
            if !kept.contains(where: { areas[index].overlap(with: areas[$0]) > overlap }) { kept.append(index) }
        }
        return kept
    }

    /// The sides of a box.
    private struct Area {
        let minX, minY, maxX, maxY: Float

        init(_ boxes: [Float], at first: Int, areCentres: Bool) {
            let (a, b, c, d) = (boxes[first], boxes[first + 1], boxes[first + 2], boxes[first + 3])
            if areCentres {
                (minX, maxX, minY, maxY) = (a - c / 2, a + c / 2, b - d / 2, b + d / 2)
            } else {
                (minY, maxY, minX, maxX) = (min(a, c), max(a, c), min(b, d), max(b, d))
            }
        }

        /// Intersection over union; 0 where a box is empty.
        func overlap(with other: Area) -> Float {
            let width = min(maxX, other.maxX) - max(minX, other.minX)
            let height = min(maxY, other.maxY) - max(minY, other.minY)
            guard width > 0, height > 0 else { return 0 }
            let intersection = width * height
            let (own, others) = ((maxX - minX) * (maxY - minY), (other.maxX - other.minX) * (other.maxY - other.minY))
            let union = own + others - intersection
            guard intersection > 0, own > 0, others > 0, union > 0 else { return 0 }
            return intersection / union
        }
    }
}

extension Operands {
    /// The most rows that a suppression can give, and what each holds.
    func suppressionType() throws(GraphError) -> TensorType {
        let (boxes, scores) = (try shape(0), try shape(1))
        guard boxes.rank == 3, scores.rank == 3, boxes[2] == 4, boxes[0] == scores[0], boxes[1] == scores[2] else {
            throw failure(.shapeMismatch, "its boxes have the shape \(boxes) and its scores \(scores)")
        }
        try requireFloat(0)
        try requireFloat(1)
        let each = min(try suppression().limit, boxes[1])
        return TensorType(.int64, try checked([scores[0] * scores[1] * each, 3]))
    }

    /// The suppression with its thresholds, which must be known.
    func suppression() throws(GraphError) -> BoxSuppression {
        guard case .nonMaximumSuppression(let areCentres) = node.operation else {
            throw failure(.invalidGraph, "is no suppression")
        }
        let limit = isPresent(2) ? try integers(2, "number of boxes").first ?? 0 : 0
        let overlap = isPresent(3) ? try floats(3, "overlap").first ?? 0 : 0
        let threshold = isPresent(4) ? try floats(4, "score threshold").first : nil
        return BoxSuppression(areCentres: areCentres, limit: max(0, limit), overlap: overlap, threshold: threshold)
    }
}

extension Graph {
    /// The suppression that makes the value `name` and the names of its boxes and scores; nil where something else makes it, or its
    /// thresholds are not known.
    package func suppression(making name: String) -> (settings: BoxSuppression, boxes: String, scores: String)? {
        guard let node = nodes.first(where: { $0.outputs.first == name }), case .nonMaximumSuppression = node.operation
        else { return nil }
        let operands = Operands(node: node, types: [], values: node.inputs.map { constants[$0] })
        return (try? operands.suppression()).map { ($0, node.inputs[0], node.inputs[1]) }
    }
}
