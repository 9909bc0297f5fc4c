/// Nothing but multiply-adds in registers: the fastest that a core can compute, to measure kernels against.
package struct PeakOperation: Sendable, Hashable {
    /// What is multiplied: floats, pairs of half the precision, or fours of bytes.
    package var operands: ElementKind
    package var rounds: Int
    package var factor: Float
    package var addend: Float

    package init(operands: ElementKind = .float32, rounds: Int, factor: Float = 0.5, addend: Float = 0.25) {
        self.operands = operands
        self.rounds = rounds
        self.factor = factor
        self.addend = addend
    }

    /// Multiply-adds in all: words of several values take longer to add up, and are measured on twice as many vectors.
    package var multiplyAdds: Int {
        let vectors = operands.valuesPerWord == 1 ? 12 : 24
        return rounds * vectors * channelBlock * operands.valuesPerWord
    }
}
