package import Imaging
package import Media

/// Draws boxes with labels on frames of one size. Keeps rasterised words from frame to frame.
package final class Annotator {
    private let style: AnnotationStyle
    private let frameSize: ImageSize
    private let lineWidth: Int
    private let margin: Int
    private let gap: Int
    private let words: WordCache

    /// An annotator for frames of `frameSize` as displayed.
    package init(style: AnnotationStyle = AnnotationStyle(), frameSize: ImageSize) {
        self.style = style
        self.frameSize = frameSize
        lineWidth = style.lineWidth(for: frameSize)
        let fontSize = style.fontSize(for: frameSize)
        margin = max(2, Int((fontSize * 0.4).rounded()))
        gap = max(2, Int((fontSize * 0.35).rounded()))
        words = WordCache(fontSize: fontSize)
    }

    /// Draws `boxes` on `frame`: outlines first, then labels, so that no line crosses a label.
    ///
    /// The result depends only on the boxes and the frame. Boxes beyond the frame are clipped; labels stay inside.
    package func draw(_ boxes: [LabelledBox], on frame: YUVFrame) {
        frame.withPlanes { luma, blue, red, layout in
            draw(boxes, &luma, &blue, &red, Canvas(layout))
        }
    }

    /// As `draw(_:on:)`, on the planes of a frame.
    package func draw(
        _ boxes: [LabelledBox], _ luma: inout MutableSpan<UInt8>, _ blue: inout MutableSpan<UInt8>,
        _ red: inout MutableSpan<UInt8>, _ canvas: Canvas
    ) {
        let ordered = boxes.enumerated()
            .sorted { ($0.element.drawingKey, $0.offset) < ($1.element.drawingKey, $1.offset) }.map(\.element)
        for layer in ordered.flatMap(outline) + plates(of: ordered) { layer.paint(&luma, &blue, &red, canvas) }
    }

    private func outline(of box: LabelledBox) -> [Layer] {
        guard let edge = PixelRectangle(box.box) else { return [] }
        return BoxOutline(edge: edge, width: lineWidth).layers(colour: box.colour)
    }

    private func plates(of boxes: [LabelledBox]) -> [Layer] {
        let placed = boxes.compactMap { box in
            PixelRectangle(box.box).map { (box: box, outline: $0.grown(by: lineWidth / 2)) }
        }
        var placement = PlatePlacement(frameSize: frameSize, boxes: placed.map(\.outline))
        var layers: [Layer] = []
        for (index, entry) in placed.enumerated() {
            guard let plate = plate(for: entry.box, outline: entry.outline) else { continue }
            let place = placement.place(plate.size, at: index)
            layers += plate.layers(x: place.x, y: place.y, colour: entry.box.colour)
        }
        return layers
    }

    /// The fullest label that is not much wider than its object, or than a small part of the frame.
    private func plate(for box: LabelledBox, outline: PixelRectangle) -> LabelPlate? {
        let limit = max(3 * outline.width, frameSize.width * 2 / 11)
        var shortest: LabelPlate?
        for parts in style.labels(for: box) {
            let masks = parts.map { (mask: words.mask(of: $0.text), opacity: $0.opacity) }
            let plate = LabelPlate(masks: masks, margin: margin, gap: gap)
            if plate.size.width <= limit { return plate }
            shortest = plate
        }
        return shortest
    }
}

extension LabelledBox {
    /// Tracks in order of their number, then detections without one.
    fileprivate var drawingKey: Int { trackID ?? .max }

    fileprivate var colour: RGBColor { Palette.colour(trackID ?? classIndex) }
}
