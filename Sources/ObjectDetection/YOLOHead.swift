import Imaging
import Tensors

/// Reads `[1, N, 5 + C]`: box, objectness, class scores. The score is objectness times the best class score; of equal
/// classes the lower index counts.
struct YOLOHead: RowHead {
    /// What the first four columns hold.
    enum BoxEncoding: Sendable {
        /// YOLOX: x, y from the cell and log width, log height, all in strides; one prediction a cell.
        case cellRelative
        /// Centre, width and height in input pixels.
        case inputPixels
    }

    private let boxes: BoxEncoding
    private let classCount: Int
    private let outputName: String
    private let levels: [GridLevel]

    init(_ description: ModelDescription, boxes: BoxEncoding) {
        self.boxes = boxes
        classCount = description.labels.count
        outputName = description.outputNames[0]
        levels = GridLevel.levels(of: description.inputSize, strides: description.strides)
    }

    func candidates(in outputs: [Tensor], thresholds: DetectionThresholds) throws(DetectionError) -> [Detection] {
        let tensor = outputs[0]
        let columns = 5 + classCount
        let values = try tensor.floatValues(output: outputName)
        guard tensor.shape.dimensions.last == columns, values.count % columns == 0 else {
            throw .unexpectedOutput(
                outputName, "shape \(tensor.shape) does not end in 5 + \(classCount) columns; check the labels")
        }
        let rows = values.count / columns
        guard boxes != .cellRelative || rows == cells else {
            throw .unexpectedOutput(
                outputName,
                "\(rows) predictions, but \(cells) cells of strides \(levels.map(\.stride)); check strides")
        }
        var found: [Detection] = []
        for row in 0..<rows {
            if let detection = detection(row, values.span, at: row * columns, thresholds) { found.append(detection) }
        }
        return found
    }

    /// What some rows of the output hold. `values` has the columns of each row of `indices`, one row after the other.
    func candidates(inRows indices: [Int], values: [Float], thresholds: DetectionThresholds) -> [Detection] {
        indices.enumerated().compactMap { position, row in
            detection(row, values.span, at: position * (5 + classCount), thresholds)
        }
    }

    private var cells: Int { levels.reduce(0) { $0 + $1.cellCount } }

    /// What row `row`, whose columns begin at `start`, holds; nil below the score floor. Objectness is looked at first: most
    /// rows end there.
    @inline(__always)
    private func detection(
        _ row: Int, _ values: Span<Float>, at start: Int, _ thresholds: DetectionThresholds
    ) -> Detection? {
        let objectness = values[start + 4]
        guard objectness >= thresholds.scoreFloor else { return nil }
        var best = 0
        for index in 1..<classCount where values[start + 5 + index] > values[start + 5 + best] { best = index }
        let score = objectness * values[start + 5 + best]
        guard score >= thresholds.scoreFloor, thresholds.wants(best) else { return nil }
        let encoded = values.vector(at: start)
        let box = boxes == .cellRelative ? decode(encoded, row: row) : encoded
        return Detection(classIndex: best, score: score, box: BoundingBox(centred: box))
    }

    /// A YOLOX prediction as centre, width and height in input pixels.
    private func decode(_ encoded: SIMD4<Float>, row: Int) -> SIMD4<Float> {
        var cell = row
        for level in levels {
            if cell < level.cellCount { return level.decode(encoded, cell: cell) }
            cell -= level.cellCount
        }
        return encoded
    }
}

extension BoundingBox {
    /// From centre x, centre y, width, height.
    init(centred box: SIMD4<Float>) {
        self.init(x: box.x - box.z / 2, y: box.y - box.w / 2, width: box.z, height: box.w)
    }
}

extension DetectionThresholds {
    func wants(_ classIndex: Int) -> Bool { classes?.contains(classIndex) ?? true }
}

extension Tensor {
    /// The elements, or an error naming `output` where they are not float32.
    func floatValues(output: String) throws(DetectionError) -> [Float] {
        guard let floats else { throw .unexpectedOutput(output, "its elements are \(elementType), float32 is needed") }
        return floats
    }
}

extension DetectionError {
    static func unexpectedOutput(_ output: String, _ reason: String) -> DetectionError {
        DetectionError(
            code: .unexpectedOutput, operation: "decode detections", subject: "output '\(output)'", reason: reason)
    }
}

extension Span<Float> {
    /// The four values from `index` on.
    func vector(at index: Int) -> SIMD4<Float> {
        SIMD4(self[index], self[index + 1], self[index + 2], self[index + 3])
    }
}
