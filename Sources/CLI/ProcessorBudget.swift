import CPlatform
import Foundation

/// Processors that this process may use: those of its affinity mask (which a cpuset narrows, too), and no more than the time that
/// its control groups grant it.
enum ProcessorBudget {
    /// At least 1.
    static var cores: Int { cores(allowed: Int(wh_available_processors()), quota: ControlGroup.quota()) }

    /// A part of a processor counts as one: a worker that is slowed down at times does more than none.
    static func cores(allowed: Int, quota: Double?) -> Int {
        guard let quota, quota < Double(allowed) else { return max(1, allowed) }
        return max(1, Int(quota.rounded(.up)))
    }
}
