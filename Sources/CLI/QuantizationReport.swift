import Foundation
import GraphIR

/// What quantizing did to a model, in a few lines.
struct QuantizationReport {
    let plan: QuantizationPlan
    /// Files.
    let before: String
    let after: String
    let frames: Int

    var lines: [String] {
        let values = plan.groups.reduce(0) { $0 + $1.count }
        let all = plan.convolutions.count + plan.floats.count
        return [
            "calibrated on \(frames) frames",
            "\(values) values in 8 bits, \(plan.groups.count) scales",
            "\(plan.convolutions.count) of \(all) convolutions in 8 bits" + floats,
            "\(after): \(Self.megabytes(after)) MB (\(before): \(Self.megabytes(before)) MB)",
        ]
    }

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
