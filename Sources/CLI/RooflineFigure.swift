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
            [head] + grid + [roof(peak, bandwidth: nil, "\(Self.text(peak)) GFLOP/s, multiply-adds in registers")]
            + rates.copying.map { copying in
                let rate = copying.rate * Double(threads) / 1e9
                return roof(peak, bandwidth: rate, "\(Self.text(rate)) GB/s, copying \(Self.size(copying.bytes))")
            } + points + legend + ["</svg>"]
        return lines.joined(separator: "\n") + "\n"
    }

    private var head: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.text(Self.width)) \(Self.text(Self.height))" \
        font-family="sans-serif" font-size="13">
        <rect width="100%" height="100%" fill="white"/>
        <text x="\(Self.text(Self.margin))" y="28" font-size="17">\(Self.escaped(title))</text>
        <text x="\(Self.text(Self.width / 2))" y="\(Self.text(Self.height - 14))" text-anchor="middle">\
        floating-point operations for each byte read or written once</text>
        <text transform="translate(18 \(Self.text(Self.height / 2))) rotate(-90)" text-anchor="middle">GFLOP/s</text>
        """
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
        let columns = (-2...8).map { exponent -> String in
            let value = pow(2, Double(exponent))
            return line(x(value), y(range.low), x(value), y(range.high), "#eee")
                + label(x(value), y(range.low) + 18, Self.text(value), anchor: "middle")
        }
        let first = Int(log2(range.low).rounded(.up))
        let rows = (first...Int(log2(range.high))).map { exponent -> String in
            let value = pow(2, Double(exponent))
            return line(x(Self.intensities.0), y(value), x(Self.intensities.1), y(value), "#eee")
                + label(x(Self.intensities.0) - 8, y(value) + 4, Self.text(value), anchor: "end")
        }
        return columns + rows
    }

    /// The flat line of the peak, or the slope of a bandwidth up to it.
    private func roof(_ peak: Double, bandwidth: Double?, _ name: String) -> String {
        guard let bandwidth else {
            return line(x(Self.intensities.0), y(peak), x(Self.intensities.1), y(peak), "#333")
                + label(x(Self.intensities.1), y(peak) - 8, name, anchor: "end")
        }
        let (left, right) = (max(Self.intensities.0, range.low / bandwidth), peak / bandwidth)
        return line(x(left), y(left * bandwidth), x(right), y(peak), "#888")
            + label(x(left) + 8, y(left * bandwidth) - 14, name, anchor: "start")
    }

    /// A disc for each convolution; its area is its part of the time.
    private var points: [String] {
        rows.compactMap { row in
            guard let intensity = row.intensity, let rate = row.gigaflops else { return nil }
            let name = Self.escaped("\(row.node): \(row.kernel) \(row.shape), \(Self.text(rate)) GFLOP/s")
            return """
                <circle cx="\(Self.text(x(intensity)))" cy="\(Self.text(y(rate)))" \
                r="\(Self.text(2 + 40 * row.share.squareRoot()))" fill="\(colours[row.kernel] ?? "#7f7f7f")" \
                fill-opacity="0.55"><title>\(name)</title></circle>
                """
        }
    }

    private var legend: [String] {
        Set(rows.filter { $0.intensity != nil }.map(\.kernel)).sorted().enumerated().map { index, kernel in
            let top = Self.height - Self.margin - 20 - Double(index) * 20
            return """
                <circle cx="\(Self.text(Self.width - 230))" cy="\(Self.text(top))" r="6" \
                fill="\(colours[kernel] ?? "#7f7f7f")" fill-opacity="0.7"/>
                """ + label(Self.width - 216, top + 4, kernel, anchor: "start")
        }
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ colour: String) -> String {
        """
        <line x1="\(Self.text(x1))" y1="\(Self.text(y1))" x2="\(Self.text(x2))" y2="\(Self.text(y2))" \
        stroke="\(colour)" stroke-width="1.5"/>
        """
    }

    private func label(_ x: Double, _ y: Double, _ text: String, anchor: String) -> String {
        """
        <text x="\(Self.text(x))" y="\(Self.text(y))" text-anchor="\(anchor)">\(Self.escaped(text))</text>
        """
    }

    private static func text(_ value: Double) -> String {
        value.formatted(.decimal(places: abs(value) < 10 && value != value.rounded() ? 2 : 0))
    }

    private static func size(_ bytes: Int) -> String { bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes >> 10) KiB" }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
