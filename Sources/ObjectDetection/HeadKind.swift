/// How the numbers that a model puts out stand for boxes and scores.
package enum HeadKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// `[1, N, 5 + C]`, one prediction a cell in raster order, stride after stride: x and y offsets from the cell in strides,
    /// logarithm of width and height in strides, objectness, class scores (both after their sigmoid).
    case yolox
    /// As `yolox`, but the graph has already turned the first four columns into centre, width and height in input pixels.
    case yoloxDecoded = "yolox-decoded"
    /// `[1, N, 5 + C]`, three predictions a cell: centre, width and height in input pixels, objectness, class scores.
    case yolov5Decoded = "yolov5"
    /// `[1, N, 4]` encodings ty, tx, th, tw relative to anchors and `[1, N, K]` class scores or logits.
    case ssd
    /// `[1, N, 4]` boxes as y1, x1, y2, x2 in fractions of the input and `[1, N, K]` class scores.
    case ssdDecoded = "ssd-decoded"

    /// The column of the output that bounds a prediction's score from above: objectness. Nil where there is none.
    package var gateColumn: Int? {
        switch self {
        case .yolox, .yoloxDecoded, .yolov5Decoded: 4
        case .ssd, .ssdDecoded: nil
        }
    }

    /// Whether boxes and scores come as two outputs.
    package var isSSD: Bool { self == .ssd || self == .ssdDecoded }
}

/// The order of the colour channels in the input tensor.
package enum ColourOrder: String, Sendable, Hashable, Codable, CaseIterable {
    case rgb
    case bgr
}

/// What turns class logits into scores.
package enum ScoreActivation: String, Sendable, Hashable, Codable, CaseIterable {
    /// Already scores in 0...1.
    case none
    /// Each class on its own.
    case sigmoid
    /// Across the classes, background included.
    case softmax
}
