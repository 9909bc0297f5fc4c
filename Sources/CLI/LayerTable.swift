import Engine
import Foundation

/// Where the time of an inference goes, one row a kernel call.
struct LayerTable: Encodable {
    /// One kernel call.
    struct Row: Encodable {
        let node: String
        let kernel: String
        let shape: String
        let milliseconds: Double
        /// 10⁹ floating-point operations a second; nil for steps without multiply-adds.
        let gigaflops: Double?
        /// Part of the fastest that the threads could compute, 0...1.
        let partOfPeak: Double?
        /// Floating-point operations for each byte that must be read or written; nil where that is not known.
        let intensity: Double?
        /// Part of the whole, 0...1.
        let share: Double
    }

    let rows: [Row]
    let milliseconds: Double
    let peak: Double

    /// Times every kernel call of a session.
    init(_ session: InferenceSession, runs: Int) {
        let peak = MachineRates(session).peak * Double(session.threads) / 1e9
        self.init(session.model.steps, session.profile(runs: runs), peak: peak)
    }

    /// - Parameters:
    ///   - durations: the time of each of `steps`.
    ///   - peak: 10⁹ floating-point operations a second that all threads together could reach.
    init(_ steps: [CompiledModel.Step], _ durations: [Duration], peak: Double) {
        self.peak = peak
        let times = durations.map { $0 / .milliseconds(1) }
        let total = times.reduce(0, +)
        milliseconds = total
        rows = zip(steps, times).map { step, time in
            let rate = step.multiplyAdds > 0 ? Double(2 * step.multiplyAdds) / max(time, 1e-6) / 1e6 : nil
            return Row(
                node: step.node, kernel: step.kind, shape: step.shape, milliseconds: time, gigaflops: rate,
                partOfPeak: rate.map { $0 / peak },
                intensity: step.bytes.map { Double(2 * step.multiplyAdds) / Double($0) }, share: time / max(total, 1e-9)
            )
        }
    }

    /// Text for people: all layers, then what each kind of kernel takes together.
    var lines: [String] {
        let header = Self.line("kernel", "shape", "ms", "GFLOP/s", "peak%", "time%", "node")
        let kinds = Dictionary(grouping: rows, by: \.kernel).map { kind, rows in
            (kind, rows.count, rows.reduce(0) { $0 + $1.milliseconds }, rows.reduce(0) { $0 + $1.share })
        }
        let measured = "peak of multiply-adds in registers: \(Self.decimal(peak, 0)) GFLOP/s"
        return [measured, header] + rows.map(\.line) + [""]
            + kinds.sorted { $0.2 > $1.2 }.map { kind, count, time, share in
                Self.line(kind, "\(count) steps", Self.decimal(time, 3), "", "", Self.decimal(share * 100, 1), "")
            }
    }

    fileprivate static func line(
        _ kernel: String, _ shape: String, _ time: String, _ rate: String, _ part: String, _ share: String,
        _ node: String
    ) -> String {
        kernel.filled(to: 20) + shape.filled(to: 26) + time.filled(before: 8) + rate.filled(before: 9)
            + part.filled(before: 6) + share.filled(before: 6) + (node.isEmpty ? "" : "  " + node)
    }

    fileprivate static func decimal(_ value: Double, _ places: Int) -> String {
        value.formatted(.decimal(places: places))
    }
}

extension LayerTable.Row {
    fileprivate var line: String {
        LayerTable.line(
            kernel, shape, LayerTable.decimal(milliseconds, 3), gigaflops.map { LayerTable.decimal($0, 0) } ?? "",
            partOfPeak.map { LayerTable.decimal($0 * 100, 0) } ?? "",
            LayerTable.decimal(share * 100, 1), node)
    }
}
