import Foundation
import GraphIR

/// What quantizing did to a model, in a few lines.
struct QuantizationReport {
    let plan: QuantizationPlan
    /// Files.
    let before: String
    let after: String
    let frames: Int
    /// Relative errors of the outputs before and after the sensitive convolutions were left in floats.
    let errors: (all: Double, chosen: Double)?
    /// Convolutions left in floats since 8 bits hurt them most.
    let sensitive: [String]

    var lines: [String] {
        let values = plan.groups.reduce(0) { $0 + $1.count }
        let all = plan.convolutions.count + plan.floats.count
        return [
            "calibrated on \(frames) \(frames == 1 ? "frame" : "frames")",
            "\(values) values in 8 bits, \(plan.groups.count) scales",
            "\(plan.convolutions.count) of \(all) convolutions in 8 bits" + floats,
        ] + error + [
            "\(after): \(Self.megabytes(after)) MB (\(before): \(Self.megabytes(before)) MB)"
        ]
    }

    private var error: [String] {
        guard let errors else { return [] }
        let chosen = "the outputs differ by \(Self.percent(errors.chosen)) from those in floats (root mean square)"
        guard !sensitive.isEmpty else { return [chosen] }
        return [
            chosen + ", by \(Self.percent(errors.all)) with every layer in 8 bits",
            "left in float since 8 bits hurt most there: " + sensitive.joined(separator: ", "),
        ]
    }

    private static func percent(_ share: Double) -> String { (share * 100).formatted(.decimal(places: 2)) + " %" }

    /// The others by their reason.
    private var floats: String {
        let reasons = QuantizationPlan.FloatReason.allCases.compactMap { reason -> String? in
            let count = plan.floats.values.count { $0 == reason }
            return count == 0 ? nil : "\(count) (\(reason.rawValue))"
        }
        return reasons.isEmpty ? "" : "; in float " + reasons.joined(separator: ", ")
    }

    private static func megabytes(_ path: String) -> String {
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let size = (try? FileManager.default.attributesOfItem(atPath: resolved)[.size] as? NSNumber)?.doubleValue ?? 0
        return (size / 1e6).formatted(.decimal(places: 2))
    }
}
