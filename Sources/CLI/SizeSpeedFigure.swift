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

    var svg: String {
        SVG.document(
            width: Self.width, height: Self.height, margin: Self.margin, title: title,
            axes + grid + points.indices.flatMap(marks))
    }

    private var sizeLimit: Double { Self.roundedUp(points.map(\.size).max() ?? 1) }
    private var timeLimit: Double { Self.roundedUp(points.flatMap(\.times).map(\.milliseconds).max() ?? 1) }

    /// The next 1, 2 or 5 times a power of ten above, in fifths of it.
    private static func roundedUp(_ value: Double) -> Double {
        let step = pow(10, floor(log10(max(value, 1e-6)))) / 2
        return (value * 1.05 / step).rounded(.up) * step
    }

    private var axes: [String] {
        let threads = points.first?.times.map { "\($0.threads)" } ?? []
        let legend = threads.count > 1 ? "ring: 1 thread, disc: \(threads[1]) threads" : "ring: 1 thread"
        return [
            SVG.label(Self.margin, 48, legend),
            SVG.label(Self.width / 2, Self.height - 18, "weights in f32, MB", anchor: "middle"),
            SVG.verticalLabel(Self.height / 2, "ms of one inference"),
        ]
    }

    private func x(_ size: Double) -> Double { Self.margin + size / sizeLimit * (Self.width - 2 * Self.margin) }
    private func y(_ time: Double) -> Double {
        Self.height - Self.margin - time / timeLimit * (Self.height - 2 * Self.margin)
    }

    private var grid: [String] {
        (0...5).flatMap { step -> [String] in
            let (size, time) = (sizeLimit * Double(step) / 5, timeLimit * Double(step) / 5)
            return [
                SVG.line(x(size), y(0), x(size), y(timeLimit)), SVG.line(x(0), y(time), x(sizeLimit), y(time)),
                SVG.label(x(size), y(0) + 18, SVG.text(size), anchor: "middle"),
                SVG.label(x(0) - 8, y(time) + 4, SVG.text(time), anchor: "end"),
            ]
        }
    }

    private func marks(_ index: Int) -> [String] {
        let (point, colour) = (points[index], SVG.colour(index))
        let marks = point.times.enumerated().map { position, time in
            SVG.disc(
                x(point.size), y(time.milliseconds), fill: position > 0 ? colour : "white", stroke: colour,
                title:
                    "\(point.name): \(SVG.text(point.size)) MB, \(SVG.text(time.milliseconds)) ms, threads: \(time.threads)"
            )
        }
        // Light networks are fast: the upper left is free for the names.
        let (left, top) = (Self.margin + 20, Self.margin + 22 + 20 * Double(index))
        let times = point.times.map { SVG.text($0.milliseconds) }.joined(separator: " and ")
        let words = "\(point.name): \(SVG.text(point.size)) MB, \(times) ms"
        return marks + [
            SVG.disc(left, top, fill: colour, stroke: colour, title: words),
            SVG.label(left + 14, top + 5, words, colour: colour),
        ]
    }
}
