/// Nothing but multiply-adds in registers: the fastest that a core can compute, to measure kernels against.
package struct PeakOperation: Sendable, Hashable {
    package var rounds: Int
    package var factor: Float
    package var addend: Float

    package init(rounds: Int, factor: Float = 0.5, addend: Float = 0.25) {
        self.rounds = rounds
        self.factor = factor
        self.addend = addend
    }

    /// Multiply-adds in all.
    package var multiplyAdds: Int { rounds * 12 * channelBlock }
}
