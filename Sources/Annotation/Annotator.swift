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
        let ordered = boxes.enumerated().sorted {
            ($0.element.drawingKey, $0.offset) < ($1.element.drawingKey, $1.offset)
        }
        .map(\.element)
        let layers = ordered.flatMap(outline) + plates(of: ordered)
        frame.withPlanes { luma, blue, red, layout in
            for layer in layers { layer.paint(&luma, &blue, &red, layout) }
        }
    }

    private func outline(of box: LabelledBox) -> [Layer] {
        guard let edge = PixelRectangle(box.box) else { return [] }
        return BoxOutline(edge: edge, width: lineWidth).layers(colour: box.colour)
    }

    /// The labels, each where it hides no label placed before.
    private func plates(of boxes: [LabelledBox]) -> [Layer] {
        var placement = PlatePlacement(frameSize: frameSize)
        var layers: [Layer] = []
        for box in boxes {
            guard let edge = PixelRectangle(box.box), let plate = plate(for: box) else { continue }
            let place = placement.place(plate.size, at: edge.grown(by: lineWidth / 2))
            layers += plate.layers(x: place.x, y: place.y, colour: box.colour)
        }
        return layers
    }

    private func plate(for box: LabelledBox) -> LabelPlate? {
        var parts: [(text: String, opacity: UInt8)] = []
        if style.showsLabel, !box.label.isEmpty { parts.append((box.label, 255)) }
        if style.showsTrackID, let trackID = box.trackID { parts.append(("#\(trackID)", 255)) }
        if style.showsScore { parts.append((box.scoreText, 190)) }
        guard !parts.isEmpty else { return nil }
        return LabelPlate(
            masks: parts.map { (mask: words.mask(of: $0.text), opacity: $0.opacity) }, margin: margin, gap: gap)
    }
}

extension LabelledBox {
    /// Tracks in order of their number, then detections without one.
    fileprivate var drawingKey: Int { trackID ?? .max }

    fileprivate var colour: RGBColor { Palette.colour(trackID ?? classIndex) }

    /// `0.87`.
    fileprivate var scoreText: String {
        let hundredths = score.isFinite ? Int((min(max(score, 0), 1) * 100).rounded()) : 0
        return hundredths >= 100 ? "1.00" : "0." + (hundredths < 10 ? "0" : "") + String(hundredths)
    }
}
