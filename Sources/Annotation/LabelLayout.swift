import Imaging
import Media

/// Which words the labels of a frame have and where they stand. Keeps rasterised words from frame to frame.
struct LabelLayout {
    /// A label with its place in the frame.
    struct PlacedLabel {
        let box: LabelledBox
        let parts: [AnnotationStyle.LabelPart]
        let plate: LabelPlate
        let place: PixelRectangle
    }

    private let style: AnnotationStyle
    private let frameSize: ImageSize
    private let lineWidth: Int
    private let fontSize: Float
    /// Pixels of a plate beside its words.
    let margin: Int
    private let gap: Int
    private let words: WordCache

    init(style: AnnotationStyle, frameSize: ImageSize) {
        self.style = style
        self.frameSize = frameSize
        lineWidth = style.lineWidth(for: frameSize)
        fontSize = style.fontSize(for: frameSize)
        margin = max(2, Int((fontSize * 0.4).rounded()))
        gap = max(2, Int((fontSize * 0.35).rounded()))
        words = WordCache(fontSize: fontSize)
    }

    /// Pixels of a plate above and below its words.
    var rise: Int { LabelPlate.rise(margin: margin) }

    /// Height of a line of words in pixels, not rounded as masks are.
    var lineHeight: Float {
        let scale: Float = 256
        return fontSize * Float(TextRasterizer(fontSize: scale).rasterize("0").size.height) / scale
    }

    /// The labels of `boxes` that have any, in the same order.
    func labels(of boxes: [LabelledBox]) -> [PlacedLabel] {
        let placed = boxes.compactMap { box in
            PixelRectangle(box.box).map { (box: box, outline: $0.grown(by: lineWidth / 2)) }
        }
        var placement = PlatePlacement(frameSize: frameSize, boxes: placed.map(\.outline))
        return placed.enumerated().compactMap { index, entry in
            choice(for: entry.box, outline: entry.outline).map { choice in
                PlacedLabel(
                    box: entry.box, parts: choice.parts, plate: choice.plate,
                    place: placement.place(choice.plate.size, at: index))
            }
        }
    }

    /// The fullest label that is not much wider than its object, or than a small part of the frame.
    private func choice(
        for box: LabelledBox, outline: PixelRectangle
    ) -> (parts: [AnnotationStyle.LabelPart], plate: LabelPlate)? {
        let limit = max(3 * outline.width, frameSize.width * 2 / 11)
        var shortest: (parts: [AnnotationStyle.LabelPart], plate: LabelPlate)?
        for parts in style.labels(for: box) {
            let masks = parts.map { (mask: words.mask(of: $0.text), opacity: $0.opacity) }
            let plate = LabelPlate(masks: masks, margin: margin, gap: gap)
            if plate.size.width <= limit { return (parts, plate) }
            shortest = (parts, plate)
        }
        return shortest
    }
}
