package import Imaging

/// Everything needed to feed a detector with pictures and to read its answers; complete, nothing left to guess.
///
/// The input is a float tensor `[1, 3, height, width]` whose elements are `(pixel * scale - mean) / std`, with pixels in
/// 0...255 and `mean` and `std` listed in the order of the tensor's channels (`colourOrder`). Padding is normalised too.
package struct ModelDescription: Sendable, Hashable, Codable {
    /// Name of the graph's picture input.
    package var inputName: String
    /// Size of the model's input rectangle, pixels.
    package var inputSize: ImageSize
    package var colourOrder: ColourOrder
    /// Factor applied to pixel values first: 1 keeps 0...255, 1/255 gives 0...1.
    package var scale: Double
    /// Subtracted after `scale`; three values.
    package var mean: [Double]
    /// Divisor after the subtraction; three values, none zero.
    package var standardDeviation: [Double]
    /// How a frame is fitted into the input rectangle.
    package var resizeMode: ResizeMode
    /// How the pixels of the fitted frame are made.
    package var resampling: Resampling
    /// Pixel value around the fitted frame, before normalisation.
    package var padValue: UInt8
    package var head: HeadKind
    /// The outputs that the head reads: the predictions (YOLO), or boxes then scores (SSD).
    package var outputNames: [String]
    /// One name for each class, background not included.
    package var labels: [String]
    /// Cell sizes in input pixels, in output order (heads whose rows belong to cells).
    package var strides: [Int]
    /// Steps of a side's distribution (NanoDet, PicoDet).
    package var bins: Int
    /// Where distances are measured from, in strides from a cell's corner: 0.5 is its middle (NanoDet, PicoDet).
    package var cellCentre: Float
    /// For each stride, width and height of one anchor after the other, in input pixels (YOLOv3, v5 raw, FastestV2).
    package var anchorSizes: [[Float]]
    /// For each stride, how far x and y reach: 1 over the cell, 1.2 a tenth of it further on both sides (YOLOv3).
    package var xyScales: [Float]
    /// Anchors of the `ssd` head.
    package var anchors: SSDAnchorParameters
    /// Factors of ty, tx, th, tw (`ssd`).
    package var variances: [Float]
    /// What the class scores still need (all heads but those decoded in the graph).
    package var scoreActivation: ScoreActivation
    /// Whether class 0 of the score output is the background (SSD).
    package var hasBackground: Bool
    /// What the numbers of boxes are (`nms`, `end-to-end`).
    package var boxFormat: BoxFormat
    /// Overlap above which the weaker of two boxes of a class goes, where nothing else is asked for; 0...1.
    package var iou: Float

    /// A description with the usual values of `head` for what is not given.
    package init(
        head: HeadKind, inputSize: ImageSize, labels: [String], inputName: String = "images", outputNames: [String]
    ) {
        self.head = head
        self.inputSize = inputSize
        self.labels = labels
        self.inputName = inputName
        self.outputNames = outputNames
        strides = [8, 16, 32]
        bins = head == .yolov8Raw ? 16 : 8
        cellCentre = 0.5
        anchorSizes = UsualAnchors.coco
        xyScales = [1, 1, 1]
        padValue = 114
        resampling = .bilinear
        boxFormat = head == .endToEnd ? .xyxyPixels : .yxyx
        iou = head == .endToEnd ? 1 : head.isSSD ? 0.6 : 0.5
        anchors = SSDAnchorParameters()
        variances = [0.1, 0.1, 0.2, 0.2]
        scoreActivation = head == .ssd || head == .yolov3 || head == .yolov5Raw ? .sigmoid : .none
        hasBackground = head == .ssd
        let preparation = Self.usualPreparation(of: head)
        colourOrder = preparation.colourOrder
        scale = preparation.scale
        mean = preparation.mean
        standardDeviation = preparation.deviation
        resizeMode = preparation.resizeMode
    }

    /// Prepares pictures as the reference implementation of `head` does.
    mutating func prepare(as head: HeadKind) {
        let preparation = Self.usualPreparation(of: head)
        colourOrder = preparation.colourOrder
        scale = preparation.scale
        mean = preparation.mean
        standardDeviation = preparation.deviation
        resizeMode = preparation.resizeMode
    }

    /// What the reference implementation of each head does to a picture.
    private static func usualPreparation(of head: HeadKind) -> Preparation {
        switch head {
        case .yolox, .yoloxDecoded: Preparation(.bgr, scale: 1, resizeMode: .letterboxTopLeft)
        case .yolov5Decoded, .yolov5Raw, .yolov8, .yolov8Raw, .endToEnd:
            Preparation(.rgb, scale: 1.0 / 255, resizeMode: .letterbox)
        case .yolov3: Preparation(.rgb, scale: 1.0 / 255, resizeMode: .stretch)
        case .fastestDet, .yoloFastestV2: Preparation(.bgr, scale: 1.0 / 255, resizeMode: .stretch)
        case .nanodet:
            Preparation(
                .bgr, scale: 1, mean: [103.53, 116.28, 123.675], deviation: [57.375, 57.12, 58.395],
                resizeMode: .stretch)
        case .picodet:
            Preparation(
                .rgb, scale: 1, mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375],
                resizeMode: .stretch)
        case .ssd, .ssdDecoded, .suppressed: Preparation(.rgb, scale: 2.0 / 255, mean: [1, 1, 1], resizeMode: .stretch)
        }
    }

    private struct Preparation {
        var colourOrder: ColourOrder
        var scale: Double
        var mean: [Double]
        var deviation: [Double]
        var resizeMode: ResizeMode

        init(
            _ colourOrder: ColourOrder, scale: Double, mean: [Double] = [0, 0, 0], deviation: [Double] = [1, 1, 1],
            resizeMode: ResizeMode
        ) {
            self.colourOrder = colourOrder
            self.scale = scale
            self.mean = mean
            self.deviation = deviation
            self.resizeMode = resizeMode
        }
    }
}
