import Foundation

/// The few shapes that figures are made of, as SVG.
enum SVG {
    /// A whole figure of `width` by `height` units on white ground, with `title` above it.
    static func document(width: Double, height: Double, margin: Double, title: String, _ shapes: [String]) -> String {
        let head = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(width)) \(number(height))" \
            font-family="sans-serif" font-size="13">
            <rect width="100%" height="100%" fill="white"/>
            """
        return ([head, label(margin, 28, title, size: 17)] + shapes + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    static func line(
        _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, colour: String = "#e4e4e4", width: Double = 1
    ) -> String {
        """
        <line x1="\(number(x1))" y1="\(number(y1))" x2="\(number(x2))" y2="\(number(y2))" stroke="\(colour)" \
        stroke-width="\(number(width))"/>
        """
    }

    static func label(
        _ x: Double, _ y: Double, _ text: String, anchor: String = "start", size: Int = 13, colour: String = "#222"
    ) -> String {
        """
        <text x="\(number(x))" y="\(number(y))" text-anchor="\(anchor)" font-size="\(size)" \
        fill="\(colour)">\(escaped(text))</text>
        """
    }

    /// What the vertical axis means, read from below, at the left edge around `y`.
    static func verticalLabel(_ y: Double, _ text: String) -> String {
        """
        <text transform="translate(18 \(number(y))) rotate(-90)" text-anchor="middle">\(escaped(text))</text>
        """
    }

    /// - Parameter title: what a browser shows under the pointer.
    static func disc(
        _ x: Double, _ y: Double, radius: Double = 6, fill: String, stroke: String = "none", opacity: Double = 1,
        title: String = ""
    ) -> String {
        """
        <circle cx="\(number(x))" cy="\(number(y))" r="\(number(radius))" fill="\(fill)" stroke="\(stroke)" \
        stroke-width="2" fill-opacity="\(number(opacity))"><title>\(escaped(title))</title></circle>
        """
    }

    /// A colour for the thing with number `index` of several, the same ones again after the tenth.
    static func colour(_ index: Int) -> String { colours[index % colours.count] }

    private static let colours = [
        "#333333", "#1f77b4", "#2ca02c", "#ff7f0e", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#17becf",
        "#bcbd22",
    ]

    /// A number for people: at most one decimal.
    static func text(_ value: Double) -> String { text(value, places: 1) }

    /// A coordinate: at most two decimals.
    private static func number(_ value: Double) -> String { text(value, places: 2) }

    private static func text(_ value: Double, places: Int) -> String {
        value.formatted(.decimal(places: value == value.rounded() ? 0 : places))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
