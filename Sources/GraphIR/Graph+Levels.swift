import Tensors

extension Graph {
    /// Whether all that is made of the input `name` begins with a shift or a scaling by numbers that are meant for levels of
    /// 0...255: means above 2, factors below 1/50.
    package func normalisesLevels(of name: String) -> Bool {
        let index = GraphIndex(self)
        var (pending, seen, found) = ([name], Set([name]), false)
        while let value = pending.popLast() {
            for position in index.users(of: value) {
                let node = nodes[position]
                switch node.operation {
                case .cast, .transpose, .reshape, .squeeze, .unsqueeze, .identity:
                    pending += node.outputs.filter { seen.insert($0).inserted }
                case .binary(let function):
                    guard isForLevels(function, of: node, value) else { return false }
                    found = true
                default: return false
                }
            }
        }
        return found
    }

    private func isForLevels(_ function: BinaryFunction, of node: Node, _ value: String) -> Bool {
        guard let other = node.inputs.first(where: { $0 != value }), let numbers = constants[other]?.floats,
            !numbers.isEmpty, numbers.count <= 3
        else { return false }
        switch function {
        case .subtract, .add: return numbers.allSatisfy { abs($0) > 2 }
        case .multiply: return numbers.allSatisfy { abs($0) < 1.0 / 50 }
        case .divide: return node.inputs[0] == value && numbers.allSatisfy { abs($0) > 50 }
        default: return false
        }
    }
}
