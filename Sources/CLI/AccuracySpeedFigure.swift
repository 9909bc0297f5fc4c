import Evaluation
import Foundation

/// Models by the time of an inference and their accuracy, as SVG.
struct AccuracySpeedFigure {
    struct Point {
        let name: String
        /// Percent.
        let accuracy: Double
        let milliseconds: Double
        /// Weights in megabytes; the disc's area.
        let size: Double
        /// Milliseconds of other engines with as many threads.
        let others: [(engine: String, milliseconds: Double)]
    }

    private let title: String
    private let subtitle: String
    private let points: [Point]

    private static let (width, height, margin) = (900.0, 600.0, 70.0)

    init(_ report: EvaluationReport) {
        points = report.models.compactMap { model in
            guard let time = model.ownTime, model.result.averagePrecision >= 0 else { return nil }
            return Point(
                name: model.name, accuracy: 100 * model.result.averagePrecision, milliseconds: time.minimum,
                size: Double(model.weightBytes) / 1e6,
                others: model.times.filter { !$0.isOwn && $0.threads == time.threads }.map { ($0.engine, $0.minimum) })
        }
        let threads = report.models.compactMap(\.ownTime?.threads).max() ?? 1
        let engines = Set(points.flatMap(\.others).map(\.engine)).sorted()
        title =
            "Accuracy against time: \(report.pictures.evaluated) pictures, \(report.categories.evaluated) categories"
        subtitle =
            "disc: windhover, its area is the weights' size" + engines.map { ", ring: \($0)" }.joined()
            + "; threads: \(threads)"
    }

    init(title: String, subtitle: String, points: [Point]) {
        (self.title, self.subtitle, self.points) = (title, subtitle, points)
    }

    var svg: String {
        let axes = [
            SVG.label(Self.margin, 48, subtitle),
            SVG.label(Self.width / 2, Self.height - 18, "ms of one inference, fastest", anchor: "middle"),
            SVG.verticalLabel(Self.height / 2, "AP, percent"),
        ]
        return SVG.document(
            width: Self.width, height: Self.height, margin: Self.margin, title: title,
            axes + grid + points.indices.flatMap(marks) + labels)
    }

    // Milliseconds lie on a logarithmic axis: models differ by factors.
    private var times: ClosedRange<Double> {
        let all = points.flatMap { [$0.milliseconds] + $0.others.map(\.milliseconds) }
        return (all.min() ?? 1) / 1.4...(all.max() ?? 10) * 1.4
    }

    private var accuracies: ClosedRange<Double> {
        let all = points.map(\.accuracy)
        return max(0, ((all.min() ?? 0) / 5 - 0.3).rounded(.down)) * 5...((all.max() ?? 0) / 5 + 0.3).rounded(.up) * 5
    }

    private func x(_ milliseconds: Double) -> Double {
        let part = log(milliseconds / times.lowerBound) / log(times.upperBound / times.lowerBound)
        return Self.margin + part * (Self.width - 2 * Self.margin)
    }

    private func y(_ accuracy: Double) -> Double {
        let part = (accuracy - accuracies.lowerBound) / (accuracies.upperBound - accuracies.lowerBound)
        return Self.height - Self.margin - part * (Self.height - 2 * Self.margin)
    }

    private var grid: [String] {
        let (left, right) = (Self.margin, Self.width - Self.margin)
        let (top, bottom) = (Self.margin, Self.height - Self.margin)
        let decades = Int(floor(log10(times.lowerBound)))...Int(floor(log10(times.upperBound)))
        let ticks = decades.flatMap { decade in [1, 2, 5].map { $0 * pow(10, Double(decade)) } }
        let columns = ticks.filter(times.contains).flatMap { time in
            [
                SVG.line(x(time), top, x(time), bottom),
                SVG.label(x(time), bottom + 18, SVG.text(time), anchor: "middle"),
            ]
        }
        let rows = stride(from: accuracies.lowerBound, through: accuracies.upperBound, by: 5).flatMap { accuracy in
            [
                SVG.line(left, y(accuracy), right, y(accuracy)),
                SVG.label(left - 8, y(accuracy) + 4, SVG.text(accuracy), anchor: "end"),
            ]
        }
        return columns + rows
    }

    private func radius(_ point: Point) -> Double {
        max(3, 20 * (point.size / max(points.map(\.size).max() ?? 1, 1e-9)).squareRoot())
    }

    private func marks(_ index: Int) -> [String] {
        let (point, colour) = (points[index], SVG.colour(index))
        let height = y(point.accuracy)
        let rings = point.others.flatMap { other in
            [
                SVG.line(x(point.milliseconds), height, x(other.milliseconds), height, colour: colour),
                SVG.disc(
                    x(other.milliseconds), height, radius: 5, fill: "white", stroke: colour,
                    title: "\(point.name), \(other.engine): \(SVG.text(other.milliseconds)) ms"),
            ]
        }
        let words = "\(SVG.text(point.accuracy)) AP, \(SVG.text(point.milliseconds)) ms, \(SVG.text(point.size)) MB"
        return rings + [
            SVG.disc(
                x(point.milliseconds), height, radius: radius(point), fill: colour, opacity: 0.6,
                title: "\(point.name): \(words)")
        ]
    }

    private var labels: [String] {
        let discs = points.map { point in
            LabelPlacement.Box(x(point.milliseconds), y(point.accuracy), radius: radius(point))
        }
        let texts = points.map { "\($0.name), \(SVG.text($0.size)) MB" }
        let area = LabelPlacement.Box(
            left: Self.margin, top: Self.margin, right: Self.width - 10, bottom: Self.height - Self.margin)
        let boxes = LabelPlacement(anchors: discs, obstacles: rings, area: area).boxes(of: texts)
        return boxes.enumerated().flatMap { index, box -> [String] in
            let (colour, disc) = (SVG.colour(index), discs[index])
            let leader =
                box.distance(to: disc) < 8
                ? [] : [SVG.line(disc.centre.x, disc.centre.y, box.nearestX(to: disc), box.centre.y, colour: colour)]
            return leader + [SVG.label(box.left, box.bottom - 4, texts[index], colour: colour)]
        }
    }

    /// Where the rings and the lines to them lie.
    private var rings: [LabelPlacement.Box] {
        points.flatMap { point in
            point.others.map { other -> LabelPlacement.Box in
                let (ends, height) = ([x(point.milliseconds), x(other.milliseconds)].sorted(), y(point.accuracy))
                return LabelPlacement.Box(left: ends[0] - 6, top: height - 6, right: ends[1] + 6, bottom: height + 6)
            }
        }
    }
}
