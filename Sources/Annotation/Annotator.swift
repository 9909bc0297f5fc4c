package import Imaging
package import Media

/// Draws boxes with labels on frames of one size. Keeps rasterised words from frame to frame.
package final class Annotator {
    private let lineWidth: Int
    private let layout: LabelLayout

    /// An annotator for frames of `frameSize` as displayed.
    package init(style: AnnotationStyle = AnnotationStyle(), frameSize: ImageSize) {
        lineWidth = style.lineWidth(for: frameSize)
        layout = LabelLayout(style: style, frameSize: frameSize)
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
        let ordered = boxes.inDrawingOrder
        let plates = layout.labels(of: ordered).flatMap { label in
            label.plate.layers(x: label.place.x, y: label.place.y, colour: label.box.colour)
        }
        for layer in ordered.flatMap(outline) + plates { layer.paint(&luma, &blue, &red, canvas) }
    }

    private func outline(of box: LabelledBox) -> [Layer] {
        guard let edge = PixelRectangle(box.box) else { return [] }
        return BoxOutline(edge: edge, width: lineWidth).layers(colour: box.colour)
    }
}
