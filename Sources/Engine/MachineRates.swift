import Kernels

/// What one core of this machine can do at best, measured: the lines of a roofline (Williams, Waterman and Patterson, "Roofline:
/// an insightful visual performance model", 2009).
package struct MachineRates: Sendable, Hashable {
    /// Copying between buffers that together take `bytes`.
    package struct Copying: Sendable, Hashable {
        package let bytes: Int
        /// Bytes read and written a second.
        package let rate: Double
    }

    /// Floating-point operations a second with nothing but multiply-adds of the model's precision in registers; a multiply-add
    /// counts as two.
    package let peak: Double
    package let copying: [Copying]

    /// Measures for some milliseconds on the calling thread.
    ///
    /// - Parameter copySizes: bytes of both buffers together, such as a half of each cache.
    package init(_ session: InferenceSession, copySizes: [Int] = []) {
        let operation = PeakOperation(operands: ElementKind(session.model.precision), rounds: 20_000)
        var sum: Float = 0
        let fastest = Self.fastest(of: 50) { sum += session.kernels.peak(operation) }
        precondition(sum.isFinite, "the measurement left the range of floats")
        peak = Double(2 * operation.multiplyAdds) / fastest
        copying = copySizes.map { Self.copying($0, session.kernels) }
    }

    private static func copying(_ bytes: Int, _ kernels: KernelTable) -> Copying {
        let count = bytes / 8 / channelBlock * channelBlock
        let memory = KernelMemory(
            arena: AlignedBuffer(count: 2 * count), constants: AlignedBuffer(count: 0), tables: IndexTable([]),
            scratch: AlignedBuffer(count: 0), demand: DemandTable(count: 0))
        let operation = MapOperation(input: ArrayView(offset: 0), output: count, count: count, epilogue: Epilogue())
        let fastest = Self.fastest(of: 30) { kernels.map(operation, memory, 0, operation.units) }
        return Copying(bytes: bytes, rate: Double(8 * count) / fastest)
    }

    /// Seconds of the fastest of some runs.
    private static func fastest(of runs: Int, _ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        return (0..<runs).map { _ in clock.measure(body) / .seconds(1) }.min() ?? .infinity
    }
}
