import Engine
import Foundation

/// A roofline as SVG: every convolution of a model by its operations a byte and its operations a second, under what the machine
/// can do.
struct RooflineFigure {
    let title: String
    let rows: [LayerTable.Row]
    let rates: MachineRates
    let threads: Int

    /// Bytes that are copied for the sloping lines: inside the second-level cache, and far outside of any.
    static let copySizes = [512 << 10, 256 << 20]

    private static let (width, height, margin) = (900.0, 600.0, 70.0)
    private static let intensities = (0.25, 256.0)
    private let colours = [
        "pointwise": "#1f77b4", "depthwise": "#2ca02c", "convolution": "#ff7f0e", "stem": "#d62728",
        "grouped convolution": "#9467bd",
    ]

    private var peak: Double { rates.peak * Double(threads) / 1e9 }
    private var range: (low: Double, high: Double) { (peak / 512, peak * 1.6) }

    var svg: String {
        let lines =
            axes + grid + [roof(peak, bandwidth: nil, "\(Self.text(peak)) GFLOP/s, multiply-adds in registers")]
            + rates.copying.map { copying in
                let rate = copying.rate * Double(threads) / 1e9
                return roof(peak, bandwidth: rate, "\(Self.text(rate)) GB/s, copying \(Self.size(copying.bytes))")
            } + points + legend
        return SVG.document(width: Self.width, height: Self.height, margin: Self.margin, title: title, lines)
    }

    private var axes: [String] {
        let operations = "floating-point operations for each byte read or written once"
        return [
            SVG.label(Self.width / 2, Self.height - 14, operations, anchor: "middle"),
            SVG.verticalLabel(Self.height / 2, "GFLOP/s"),
        ]
    }

    private func x(_ intensity: Double) -> Double {
        let (low, high) = Self.intensities
        let part = log2(min(max(intensity, low), high) / low) / log2(high / low)
        return Self.margin + part * (Self.width - 2 * Self.margin)
    }

    private func y(_ rate: Double) -> Double {
        let part = log2(min(max(rate, range.low), range.high) / range.low) / log2(range.high / range.low)
        return Self.height - Self.margin - part * (Self.height - 2 * Self.margin)
    }

    private var grid: [String] {
        let columns = (-2...8).flatMap { exponent -> [String] in
            let value = pow(2, Double(exponent))
            return [
                line(x(value), y(range.low), x(value), y(range.high), "#eee"),
                SVG.label(x(value), y(range.low) + 18, Self.text(value), anchor: "middle"),
            ]
        }
        let first = Int(log2(range.low).rounded(.up))
        let rows = (first...Int(log2(range.high))).flatMap { exponent -> [String] in
            let value = pow(2, Double(exponent))
            return [
                line(x(Self.intensities.0), y(value), x(Self.intensities.1), y(value), "#eee"),
                SVG.label(x(Self.intensities.0) - 8, y(value) + 4, Self.text(value), anchor: "end"),
            ]
        }
        return columns + rows
    }

    /// The flat line of the peak, or the slope of a bandwidth up to it.
    private func roof(_ peak: Double, bandwidth: Double?, _ name: String) -> String {
        guard let bandwidth else {
            return line(x(Self.intensities.0), y(peak), x(Self.intensities.1), y(peak), "#333")
                + SVG.label(x(Self.intensities.1), y(peak) - 8, name, anchor: "end")
        }
        let (left, right) = (max(Self.intensities.0, range.low / bandwidth), peak / bandwidth)
        return line(x(left), y(left * bandwidth), x(right), y(peak), "#888")
            + SVG.label(x(left) + 8, y(left * bandwidth) - 14, name)
    }

    /// A disc for each convolution; its area is its part of the time.
    private var points: [String] {
        rows.compactMap { row in
            guard let intensity = row.intensity, let rate = row.gigaflops else { return nil }
            return SVG.disc(
                x(intensity), y(rate), radius: 2 + 40 * row.share.squareRoot(), fill: colours[row.kernel] ?? "#7f7f7f",
                opacity: 0.55, title: "\(row.node): \(row.kernel) \(row.shape), \(Self.text(rate)) GFLOP/s")
        }
    }

    private var legend: [String] {
        Set(rows.filter { $0.intensity != nil }.map(\.kernel)).sorted().enumerated().flatMap { index, kernel in
            let top = Self.height - Self.margin - 20 - Double(index) * 20
            return [
                SVG.disc(Self.width - 230, top, fill: colours[kernel] ?? "#7f7f7f", opacity: 0.7, title: kernel),
                SVG.label(Self.width - 216, top + 4, kernel),
            ]
        }
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String) -> String {
        SVG.line(x1, y1, x2, y2, colour: colour, width: 1.5)
    }

    private static func text(_ value: Double) -> String {
        value.formatted(.decimal(places: abs(value) < 10 && value != value.rounded() ? 2 : 0))
    }

    private static func size(_ bytes: Int) -> String { bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB" }
}
