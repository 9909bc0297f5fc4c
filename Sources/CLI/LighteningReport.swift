import Foundation
import ModelDefinition

/// What a lightening changed, for people.
struct LighteningReport {
    /// A network, and how long it takes.
    struct Side {
        let name: String
        let network: DefinedNetwork
        /// Nil where nothing was measured.
        let timing: VariantTiming?
    }

    let before: Side
    let after: Side
    let replaced: [Int]

    var lines: [String] {
        Array([totals, rowTable, separableTable].filter { !$0.isEmpty }.joined(separator: [""]))
    }

    private var totals: [String] {
        let (a, b) = (before.network.cost, after.network.cost)
        var rows = [
            row("parameters", Double(a.parameters), Double(b.parameters)) { Int($0).grouped },
            row("multiply-adds, millions", Double(a.multiplyAdds) / 1e6, Double(b.multiplyAdds) / 1e6, places: 1),
            row("weights in f32, MB", Double(a.floatBytes) / 1e6, Double(b.floatBytes) / 1e6, places: 2),
            row("weights in int8, MB", Double(a.byteBytes) / 1e6, Double(b.byteBytes) / 1e6, places: 2),
        ]
        for (first, second) in zip(before.timing?.times ?? [], after.timing?.times ?? []) {
            let threads = first.threads == 1 ? "1 thread" : "\(first.threads) threads"
            rows.append(row("ms, \(threads), fastest", first.minimum * 1e3, second.minimum * 1e3, places: 2))
            rows.append(row("ms, \(threads), median", first.median * 1e3, second.median * 1e3, places: 2))
        }
        let size = "picture of \(before.network.input.width)×\(before.network.input.height)"
        return [size.filled(to: 30) + before.name.filled(before: 22) + after.name.filled(before: 32) + "   change"]
            + rows
    }

    private func row(_ title: String, _ a: Double, _ b: Double, places: Int) -> String {
        row(title, a, b) { $0.formatted(.decimal(places: places)) }
    }

    private func row(_ title: String, _ a: Double, _ b: Double, _ text: (Double) -> String) -> String {
        let change = (100 * (b / max(a, 1e-12) - 1)).formatted(.decimal(places: 1))
        return title.filled(to: 30) + text(a).filled(before: 22) + text(b).filled(before: 32)
            + ((b > a ? "+" : "") + change + " %").filled(before: 9)
    }

    /// Every row of the definition: what it was and is, costs and takes.
    private var rowTable: [String] {
        let time = before.timing?.details == nil ? "" : "ms, 1 thread"
        let header = Self.line("row", "module", "parameters", "million multiply-adds", time)
        return [header] + before.network.rows.indices.map(rowLine)
    }

    private func rowLine(_ index: Int) -> String {
        let sides = replaced.contains(index) ? [before, after] : [before]
        func text(_ value: (Side) -> String) -> String { sides.map(value).joined(separator: " → ") }
        let times = [before, after].compactMap { side in
            side.timing?.details.map { ($0.rows[index] ?? 0).formatted(.decimal(places: 3)) }
        }
        return Self.line(
            "\(index)", text { $0.network.definition.rows[index].module },
            text { $0.network.rows[index].cost.parameters.grouped },
            text { Self.millions($0.network.rows[index].cost, places: 2) }, times.joined(separator: " → "))
    }

    private static func line(
        _ row: String, _ module: String, _ parameters: String, _ products: String, _ time: String
    ) -> String {
        row.filled(to: 5) + module.filled(to: 41) + parameters.filled(to: 24)
            + (time.isEmpty ? products : products.filled(to: 24) + time)
    }

    private static func millions(_ cost: NetworkCost, places: Int) -> String {
        (Double(cost.multiplyAdds) / 1e6).formatted(.decimal(places: places))
    }

    /// Every convolution that became depthwise separable, beside what the formula says.
    private var separableTable: [String] {
        let convolutions = Dictionary(before.network.layers.map { ($0.path, $0) }) { first, _ in first }
        let rows = after.network.layers.compactMap { layer in
            convolutions[layer.path].flatMap { Self.separableLine(layer, was: $0) }
        }
        let header =
            "separable layer".filled(to: 26) + "kernel, channels".filled(to: 18) + "million".filled(before: 12)
            + "now".filled(before: 12) + "share".filled(before: 12) + "1/C2 + 1/k²".filled(before: 14)
        return rows.isEmpty ? [] : [header] + rows
    }

    private static func separableLine(_ layer: LayerRecord, was: LayerRecord) -> String? {
        guard layer.module == "DSConv", was.module == "Conv", let kernel = layer.kernel, let output = layer.output
        else {
            return nil
        }
        let share = Double(layer.cost.multiplyAdds) / Double(max(1, was.cost.multiplyAdds))
        let formula = 1 / Double(output.channels) + 1 / Double(kernel * kernel)
        return layer.path.filled(to: 26)
            + "\(kernel)×\(kernel) \(layer.inputs[0].channels)→\(output.channels)".filled(to: 18)
            + millions(was.cost, places: 3).filled(before: 12) + millions(layer.cost, places: 3).filled(before: 12)
            + share.formatted(.decimal(places: 5)).filled(before: 12)
            + formula.formatted(.decimal(places: 5)).filled(before: 14)
    }
}
