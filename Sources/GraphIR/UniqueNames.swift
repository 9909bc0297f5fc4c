/// Names in use, and new ones made from a base by counting.
package struct UniqueNames: Sendable {
    private var used: Set<String>
    /// The number to try next for a base, so that a thousand equal names do not cost a million tries.
    private var next: [String: Int] = [:]

    package init(used: Set<String> = []) { self.used = used }

    /// `base`, or where it is taken `base` with a number; taken from now on.
    package mutating func claim(_ base: String) -> String {
        if used.insert(base).inserted { return base }
        var number = next[base] ?? 2
        while !used.insert("\(base)_\(number)").inserted { number += 1 }
        next[base] = number + 1
        return "\(base)_\(number)"
    }
}
