/// Values in groups that grow together: a union-find (Tarjan, "Efficiency of a good but not linear set union algorithm", 1975).
struct ValueGroups {
    private var parents: [String: String] = [:]

    /// Puts the groups of `a` and `b` together.
    mutating func unite(_ a: String, _ b: String) {
        let (first, second) = (root(a), root(b))
        if first != second { parents[second] = first }
    }

    /// The member that stands for the group of `value`; itself where it was never united.
    mutating func root(_ value: String) -> String {
        var root = value
        while let parent = parents[root] { root = parent }
        var next = value
        while let parent = parents[next], parent != root {
            parents[next] = root
            next = parent
        }
        return root
    }
}
