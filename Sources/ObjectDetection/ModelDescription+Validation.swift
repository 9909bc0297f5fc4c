import Imaging

extension ModelDescription {
    /// Throws where fields contradict each other.
    package func validate() throws(DetectionError) {
        func check(_ holds: Bool, _ field: String, _ reason: String) throws(DetectionError) {
            guard !holds else { return }
            throw DetectionError(
                code: .invalidDescription, operation: "use the model description", subject: field, reason: reason)
        }
        let sides = 1...16384
        try check(
            sides.contains(inputSize.width) && sides.contains(inputSize.height), "input-size",
            "\(inputSize) is not within 1...16384 pixels a side")
        try check(scale.isFinite && scale != 0, "scale", "it must be a number other than 0")
        try check(mean.count == 3 && mean.allSatisfy(\.isFinite), "mean", "give one number or three")
        try check(
            standardDeviation.count == 3 && standardDeviation.allSatisfy { $0.isFinite && $0 != 0 }, "std",
            "give one number or three, none of them 0")
        try check(!labels.isEmpty, "labels", "there must be at least one")
        try check(outputCounts.contains(outputNames.count), "outputs", outputHint)
        try check(
            !head.hasStrides || (!strides.isEmpty && strides.allSatisfy { (1...1024).contains($0) }),
            "strides",
            "give at least one cell size within 1...1024")
        try check(
            variances.count == 4 && variances.allSatisfy(\.isFinite), "variances", "give four numbers: y, x, h, w")
        try check((0...1).contains(iou), "iou", "it must be within 0...1")
        try check((2...64).contains(bins), "bins", "it must be within 2...64")
        try check(cellCentre.isFinite, "cell-centre", "it must be a number")
        try check(
            scoreActivation != .softmax || head.isSSD || head == .fastestDet || head == .yoloFastestV2,
            "score-activation", "the head has none or sigmoid")
        try check(!head.hasAnchorSizes || hasAnchors, "anchors", anchorHint)
        try check(
            head != .yolov3 || (xyScales.count == strides.count && xyScales.allSatisfy { $0 >= 1 && $0 <= 3 }),
            "xy-scale",
            "give one number or one for each stride, 1 to 3")
        if head == .ssd { try anchors.validate() }
    }

    /// How many outputs the head may have.
    private var outputCounts: Set<Int> {
        switch head {
        case .ssd, .ssdDecoded, .suppressed: [2]
        case .nanodet, .picodet, .yolov8Raw: [1, 2, strides.count, 2 * strides.count]
        case .yoloFastestV2: [strides.count, 3 * strides.count]
        case .yolov3, .yolov5Raw, .fastestDet: [strides.count]
        case .yolox, .yoloxDecoded, .yolov5Decoded, .yolov8, .endToEnd: [1]
        }
    }

    private var outputHint: String {
        switch head {
        case .ssd, .ssdDecoded, .suppressed: "name the box output, then the score output"
        case .nanodet, .picodet, .yolov8Raw:
            "name the score outputs of all strides, then the distance outputs of all strides, or outputs of both"
        case .yoloFastestV2: "name the box outputs of all strides, those of objectness, those of classes"
        case .yolov3, .yolov5Raw, .fastestDet: "name one output for each stride"
        case .yolox, .yoloxDecoded, .yolov5Decoded, .yolov8, .endToEnd: "name the one prediction output"
        }
    }

    private var hasAnchors: Bool {
        let count = anchorSizes.first?.count ?? 0
        return anchorSizes.count == strides.count && count >= 2 && count.isMultiple(of: 2)
            && anchorSizes.allSatisfy { $0.count == count && $0.allSatisfy { $0 > 0 && $0.isFinite } }
    }

    private var anchorHint: String {
        "give a list of widths and heights for each of the \(strides.count) strides, as [[10, 13, 16, 30], [30, 61, 62, 45]]"
    }
}
