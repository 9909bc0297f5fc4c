package import Imaging

/// What `Annotator` draws into pixels, as words for a player to draw: an ASS script with a style for each class, boxes as vector drawings and
/// labels on opaque ground, so that the plate fits whatever font the player has.
package final class OverlayScript {
    /// The script up to its events: `[Script Info]`, `[V4+ Styles]` and the form of an event.
    package let header: String

    private let frameSize: ImageSize
    private let lineWidth: Int
    private let layout: LabelLayout
    /// Names of the styles by class.
    private let styles: [String]
    private var colours: [Int: Colours] = [:]

    /// For classes without a label.
    private static let defaultStyle = "Default"
    private static let mostColours = 4096

    /// A colour and the black or white that reads well on it, `BBGGRR`.
    private struct Colours {
        let paint: String
        let text: String
    }

    /// A script for pictures of `frameSize`, the size that boxes refer to. `labels`: names of the classes by index.
    package init(style: AnnotationStyle = AnnotationStyle(), frameSize: ImageSize, labels: [String]) {
        self.frameSize = frameSize
        lineWidth = style.lineWidth(for: frameSize)
        layout = LabelLayout(style: style, frameSize: frameSize)
        styles = ASSText.styleNames(labels, reserved: Self.defaultStyle)
        let named = zip([Self.defaultStyle] + styles, [0] + styles.indices.map(\.self))
        header = ScriptHeader(frameSize: frameSize, lineHeight: layout.lineHeight, plateRise: layout.rise)
            .text(styles: named.map { (name: $0, colour: Palette.colour($1)) })
    }

    /// The events that show `boxes`: each `Layer,Style,Name,MarginL,MarginR,MarginV,Effect,Text`. Lowest first; dark rims, outlines, labels.
    package func lines(for boxes: [LabelledBox]) -> [String] {
        let ordered = boxes.inDrawingOrder
        let outlines = ordered.compactMap { box in
            PixelRectangle(box.box).map { (box: box, outline: BoxOutline(edge: $0, width: lineWidth)) }
        }
        guard let first = outlines.first else { return [] }
        return [rims(outlines.map(\.outline), style: styleName(first.box))]
            + outlines.map { outline($0.outline, of: $0.box) } + layout.labels(of: ordered).map(label)
    }

    /// The rims of all boxes are of one colour and so one drawing.
    private func rims(_ outlines: [BoxOutline], style: String) -> String {
        let drawing = outlines.map { path($0.rim, width: $0.rimWidth) }.joined(separator: " ")
        let alpha = ASSText.hexadecimal(255 - BoxOutline.rimCoverage)
        return "0,\(style),,0,0,0,,{\\pos(0,0)\\bord0\\1c&H000000&\\1a&H\(alpha)&\\p1}\(drawing)"
    }

    private func outline(_ outline: BoxOutline, of box: LabelledBox) -> String {
        let colour = hasStyleColour(box) ? "" : "\\1c&H\(colours(of: box).paint)&"
        let drawing = path(outline.outer, width: outline.width)
        return "1,\(styleName(box)),,0,0,0,,{\\pos(0,0)\\bord0\(colour)\\p1}\(drawing)"
    }

    private func label(_ label: LabelLayout.PlacedLabel) -> String {
        let (x, y) = (label.place.x + layout.margin, label.place.y + layout.rise)
        let colours = colours(of: label.box)
        let plate = hasStyleColour(label.box) ? "" : "\\3c&H\(colours.paint)&"
        let tags = "\\pos(\(x),\(y))\\xbord\(layout.margin)\(plate)\\1c&H\(colours.text)&"
        let words = label.parts.map { part in
            let alpha = part.opacity == 255 ? "" : "{\\1a&H\(ASSText.hexadecimal(255 - part.opacity))&}"
            return alpha + ASSText.escaped(part.text)
        }
        return "2,\(styleName(label.box)),,0,0,0,,{\(tags)}\(words.joined(separator: " "))"
    }

    private func styleName(_ box: LabelledBox) -> String {
        styles.indices.contains(box.classIndex) ? styles[box.classIndex] : Self.defaultStyle
    }

    private func hasStyleColour(_ box: LabelledBox) -> Bool {
        box.colourIndex == (styles.indices.contains(box.classIndex) ? box.classIndex : 0)
    }

    private func colours(of box: LabelledBox) -> Colours {
        if let known = colours[box.colourIndex] { return known }
        if colours.count >= Self.mostColours { colours = [:] }
        let colour = box.colour
        let made = Colours(paint: ASSText.hexadecimal(colour), text: ASSText.hexadecimal(colour.textColour))
        colours[box.colourIndex] = made
        return made
    }

    /// A band along the inside of `rectangle`: its corners clockwise, then those of the hole the other way round.
    private func path(_ rectangle: PixelRectangle, width: Int) -> String {
        let outer = visible(rectangle)
        let outside =
            "m \(outer.x) \(outer.y) l \(outer.maxX) \(outer.y) \(outer.maxX) \(outer.maxY) \(outer.x) \(outer.maxY)"
        guard rectangle.width > 2 * width, rectangle.height > 2 * width else { return outside }
        let inner = visible(rectangle.grown(by: -width))
        return outside
            + " m \(inner.x) \(inner.y) l \(inner.x) \(inner.maxY) \(inner.maxX) \(inner.maxY) \(inner.maxX) \(inner.y)"
    }

    /// `rectangle` without what lies so far beyond the frame that only a renderer's memory would notice.
    private func visible(_ rectangle: PixelRectangle) -> PixelRectangle {
        let reach = 4 * lineWidth
        func limited(_ value: Int, _ extent: Int) -> Int { min(max(value, -reach), extent + reach) }
        let (x, y) = (limited(rectangle.x, frameSize.width), limited(rectangle.y, frameSize.height))
        return PixelRectangle(
            x: x, y: y, width: limited(rectangle.maxX, frameSize.width) - x,
            height: limited(rectangle.maxY, frameSize.height) - y)
    }
}
