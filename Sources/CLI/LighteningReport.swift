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
        [totals, rowTable, separableTable].filter { !$0.isEmpty }.map { $0 + [""] }.joined().dropLast().map { $0 }
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
        let header = "row  module".filled(to: 46) + "parameters".filled(to: 24) + "million multiply-adds".filled(to: 24)
        let timed = before.timing != nil
        let threads = before.timing?.times.first?.threads ?? 1
        return [header + (timed ? "ms, \(threads == 1 ? "1 thread" : "\(threads) threads")" : "")]
            + before.network.rows.indices.map { index in
                let (a, b) = (before.network.rows[index], after.network.rows[index])
                let names = [before, after].map { $0.network.definition.rows[index].module }
                let isSame = !replaced.contains(index)
                func pair(_ value: (NetworkCost) -> String) -> String {
                    isSame ? value(a.cost) : "\(value(a.cost)) → \(value(b.cost))"
                }
                let time = before.timing.map { first in
                    [first, after.timing ?? first].map { ($0.rows[index] ?? 0).formatted(.decimal(places: 3)) }
                        .joined(separator: " → ")
                }
                return "\(index)".filled(to: 5)
                    + (isSame ? names[0] : names.joined(separator: " → ")).filled(to: 41)
                    + pair { $0.parameters.grouped }.filled(to: 24)
                    + pair { (Double($0.multiplyAdds) / 1e6).formatted(.decimal(places: 2)) }.filled(to: 24)
                    + (time ?? "")
            }
    }

    /// Every convolution that became depthwise separable, beside what the formula says.
    private var separableTable: [String] {
        let convolutions = Dictionary(before.network.layers.map { ($0.path, $0) }) { first, _ in first }
        let rows = after.network.layers.compactMap { layer -> String? in
            guard ["DSConv", "DWConv"].contains(layer.module), let kernel = layer.kernel, let output = layer.output,
                let was = convolutions[layer.path], was.module == "Conv", was.cost.multiplyAdds > 0
            else { return nil }
            let share = Double(layer.cost.multiplyAdds) / Double(was.cost.multiplyAdds)
            let formula = 1 / Double(output.channels) + 1 / Double(kernel * kernel)
            let channels = "\(layer.inputs[0].channels)→\(output.channels)"
            func millions(_ cost: NetworkCost) -> String {
                (Double(cost.multiplyAdds) / 1e6).formatted(.decimal(places: 3))
            }
            return layer.path.filled(to: 26) + "\(kernel)×\(kernel) \(channels)".filled(to: 18)
                + millions(was.cost).filled(before: 12) + millions(layer.cost).filled(before: 12)
                + share.formatted(.decimal(places: 5)).filled(before: 12)
                + formula.formatted(.decimal(places: 5)).filled(before: 14)
        }
        guard !rows.isEmpty else { return [] }
        return [
            "separable layer".filled(to: 26) + "kernel, channels".filled(to: 18) + "million".filled(before: 12)
                + "now".filled(before: 12) + "share".filled(before: 12) + "1/C2 + 1/k²".filled(before: 14)
        ] + rows
    }
}
