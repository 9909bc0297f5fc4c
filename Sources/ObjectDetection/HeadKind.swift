/// How the numbers that a model puts out stand for boxes and scores.
package enum HeadKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// `[1, N, 5 + C]`, one prediction a cell in raster order, stride after stride: x and y offsets from the cell in strides,
    /// logarithm of width and height in strides, objectness, class scores (both after their sigmoid).
    case yolox
    /// As `yolox`, but the graph has already turned the first four columns into centre, width and height in input pixels.
    case yoloxDecoded = "yolox-decoded"
    /// `[1, N, 5 + C]`, three predictions a cell: centre, width and height in input pixels, objectness, class scores.
    case yolov5Decoded = "yolov5"
    /// For each stride `[1, N, C]` class scores and `[1, N, 4 · bins]` distributions of the distances, in strides, from the cell's
    /// centre to the left, top, right and bottom side; or both side by side, scores first.
    case nanodet
    /// As `nanodet`, for pictures prepared as PaddleDetection does.
    case picodet
    /// For each stride `[1, 4 · bins + C, height, width]`: distributions as of `nanodet`, then class scores or logits; or scores
    /// and distributions apart.
    case yolov8Raw = "yolov8-raw"
    /// `[1, 4 + C, N]`, one prediction a cell: centre, width and height in input pixels, class scores.
    case yolov8
    /// For each stride `[1, 3 · (5 + C), height, width]`, numbers before their sigmoid; x and y from the cell, logarithm of width
    /// and height in anchors.
    case yolov3
    /// As `yolov3`, boxes as in YOLOv5 and v7: x and y by up to half a cell outside, sizes as squares.
    case yolov5Raw = "yolov5-raw"
    /// For each stride `[1, 12, …]` boxes of three anchors, `[1, 3, …]` objectness, `[1, C, …]` class scores of all of them.
    case yoloFastestV2 = "yolo-fastestv2"
    /// `[1, 5 + C, height, width]` of one stride: objectness, box, class scores.
    case fastestDet = "fastestdet"
    /// `[1, N, 4]` encodings ty, tx, th, tw relative to anchors and `[1, N, K]` class scores or logits.
    case ssd
    /// `[1, N, 4]` boxes as y1, x1, y2, x2 in fractions of the input and `[1, N, K]` class scores.
    case ssdDecoded = "ssd-decoded"
    /// What a NonMaxSuppression in the graph reads: `[1, N, 4]` boxes, of which `box-format` says more, and `[1, C, N]` class scores.
    case suppressed = "nms"
    /// `[1, N, 6]`, finished detections: a box, of which `box-format` says more, score, class number.
    case endToEnd = "end-to-end"

    /// Whether sides of boxes come as distributions.
    package var isDistribution: Bool { self == .nanodet || self == .picodet || self == .yolov8Raw }

    /// Whether boxes are relative to anchors of each stride.
    package var hasAnchorSizes: Bool { self == .yolov3 || self == .yolov5Raw || self == .yoloFastestV2 }

    /// Whether the outputs are feature maps, whose cells are rows of predictions.
    package var isGrid: Bool { isDistribution || hasAnchorSizes || self == .yolov8 || self == .fastestDet }

    /// Whether class scores may come as logits.
    package var hasScoreActivation: Bool { isSSD || (isGrid && self != .yolov8) }

    /// Whether rows belong to cells of feature maps.
    package var hasStrides: Bool { !isSSD && self != .suppressed && self != .endToEnd }

    /// Whether boxes may be of any format.
    package var hasBoxFormat: Bool { self == .suppressed || self == .endToEnd }

    /// Whether the outputs are boxes and scores of anchors.
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

/// What the four numbers of a finished box are.
package enum BoxFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// Top, left, bottom, right in fractions of the input.
    case yxyx
    /// Left, top, right, bottom in fractions of the input.
    case xyxy
    /// Centre x, centre y, width, height in fractions of the input.
    case centred
    /// As `yxyx`, in input pixels.
    case yxyxPixels = "yxyx-pixels"
    /// As `xyxy`, in input pixels.
    case xyxyPixels = "xyxy-pixels"
    /// As `centred`, in input pixels.
    case centredPixels = "centred-pixels"

    /// Whether numbers are pixels of the input.
    package var isPixels: Bool { self == .yxyxPixels || self == .xyxyPixels || self == .centredPixels }
}
