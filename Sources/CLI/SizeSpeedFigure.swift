import Foundation

/// Networks by the size of their weights and the time of an inference, as SVG.
struct SizeSpeedFigure {
    struct Point {
        let name: String
        /// Weights in megabytes.
        let size: Double
        /// Milliseconds with one thread, and with all.
        let times: [(threads: Int, milliseconds: Double)]
    }

    let title: String
    let points: [Point]

    private static let (width, height, margin) = (900.0, 560.0, 70.0)
    private static let colours = ["#333333", "#1f77b4", "#2ca02c", "#ff7f0e", "#d62728", "#9467bd", "#8c564b"]

    var svg: String {
        ([head] + grid + points.indices.flatMap(marks) + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private var sizeLimit: Double { Self.roundedUp(points.map(\.size).max() ?? 1) }
    private var timeLimit: Double { Self.roundedUp(points.flatMap(\.times).map(\.milliseconds).max() ?? 1) }

    /// The next 1, 2 or 5 times a power of ten above, in fifths of it.
    private static func roundedUp(_ value: Double) -> Double {
        let step = pow(10, floor(log10(max(value, 1e-6)))) / 2
        return (value * 1.05 / step).rounded(.up) * step
    }

    private var head: String {
        let threads = points.first?.times.map { "\($0.threads)" } ?? []
        let legend = threads.count > 1 ? "ring: 1 thread, disc: \(threads[1]) threads" : "ring: 1 thread"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.text(Self.width)) \(Self.text(Self.height))" \
            font-family="sans-serif" font-size="13">
            <rect width="100%" height="100%" fill="white"/>
            \(label(Self.margin, 28, title, size: 17))
            \(label(Self.margin, 48, legend))
            \(label(Self.width / 2, Self.height - 18, "weights in f32, MB", anchor: "middle"))
            <text transform="translate(18 \(Self.text(Self.height / 2))) rotate(-90)" text-anchor="middle">\
            ms of one inference</text>
            """
    }

    private func x(_ size: Double) -> Double { Self.margin + size / sizeLimit * (Self.width - 2 * Self.margin) }
    private func y(_ time: Double) -> Double {
        Self.height - Self.margin - time / timeLimit * (Self.height - 2 * Self.margin)
    }

    private var grid: [String] {
        (0...5).flatMap { step -> [String] in
            let (size, time) = (sizeLimit * Double(step) / 5, timeLimit * Double(step) / 5)
            return [
                line(x(size), y(0), x(size), y(timeLimit)), line(x(0), y(time), x(sizeLimit), y(time)),
                label(x(size), y(0) + 18, Self.text(size), anchor: "middle"),
                label(x(0) - 8, y(time) + 4, Self.text(time), anchor: "end"),
            ]
        }
    }

    private func marks(_ index: Int) -> [String] {
        let (point, colour) = (points[index], Self.colours[index % Self.colours.count])
        let marks = point.times.enumerated().map { position, time in
            disc(
                x(point.size), y(time.milliseconds), colour, isFilled: position > 0,
                "\(point.name): \(Self.text(point.size)) MB, \(Self.text(time.milliseconds)) ms, threads: \(time.threads)"
            )
        }
        // Light networks are fast: the upper left is free for the names.
        let (left, top) = (Self.margin + 20, Self.margin + 22 + 20 * Double(index))
        let times = point.times.map { Self.text($0.milliseconds) }.joined(separator: " and ")
        let words = "\(point.name): \(Self.text(point.size)) MB, \(times) ms"
        return marks + [
            disc(left, top, colour, isFilled: true, words), label(left + 14, top + 5, words, colour: colour),
        ]
    }

    private func disc(_ x: Double, _ y: Double, _ colour: String, isFilled: Bool, _ title: String) -> String {
        """
        <circle cx="\(Self.text(x))" cy="\(Self.text(y))" r="6" stroke="\(colour)" stroke-width="2" \
        fill="\(isFilled ? colour : "white")"><title>\(Self.escaped(title))</title></circle>
        """
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        """
        <line x1="\(Self.text(x1))" y1="\(Self.text(y1))" x2="\(Self.text(x2))" y2="\(Self.text(y2))" stroke="#e4e4e4"/>
        """
    }

    private func label(
        _ x: Double, _ y: Double, _ text: String, anchor: String = "start", size: Int = 13, colour: String = "#222"
    ) -> String {
        """
        <text x="\(Self.text(x))" y="\(Self.text(y))" text-anchor="\(anchor)" font-size="\(size)" \
        fill="\(colour)">\(Self.escaped(text))</text>
        """
    }

    private static func text(_ value: Double) -> String {
        value.formatted(.decimal(places: value == value.rounded() ? 0 : 1))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
