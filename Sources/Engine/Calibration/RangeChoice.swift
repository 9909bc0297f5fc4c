package import GraphIR

/// How the range of a value that 8 bits shall cover is chosen from what was seen.
package enum RangeChoice: Sendable, Hashable {
    /// The least mean squared difference between numbers and what their integers stand for; single large numbers are clipped
    /// where that makes the others finer.
    case leastSquaredError
    /// All but the given share of numbers on each side: 0.999 cuts a thousandth at the bottom and one at the top.
    case quantile(Double)

    /// Smallest and largest number to cover.
    package func range(of histogram: ValueHistogram) -> (low: Float, high: Float) {
        switch self {
        case .leastSquaredError: RangeSearch(histogram).best
        case .quantile(let share): (histogram.quantile(1 - share), histogram.quantile(share))
        }
    }
}

extension Quantization {
    /// The mean squared difference between the numbers and what their integers stand for.
    package func meanSquaredError(_ bins: [ValueHistogram.Bin]) -> Double {
        var (sum, count) = (0.0, 0)
        let (lowest, highest) = (Float(-zeroPoint), Float(255 - zeroPoint))
        for bin in bins {
            let integer = min(max((bin.center / scale).rounded(.toNearestOrEven), lowest), highest)
            let error = Double(bin.center - integer * scale)
            sum += error * error * Double(bin.count)
            count += bin.count
        }
        return sum / Double(max(count, 1))
    }
}

/// A search for the range of least squared error: shares of the upper end, then of the lower end, in turns.
private struct RangeSearch {
    private let bins: [ValueHistogram.Bin]
    private let extremes: (low: Float, high: Float)

    init(_ histogram: ValueHistogram) {
        bins = histogram.bins
        extremes = (min(histogram.minimum, 0), max(histogram.maximum, 0))
    }

    /// All that was seen where there is nothing to choose.
    var best: (low: Float, high: Float) {
        guard !bins.isEmpty else { return extremes }
        var shares = (low: Float(1), high: Float(1))
        // Coarse steps over everything, then fine ones around the best.
        for step in [Float(0.05), 0.01] {
            for _ in 0..<2 {
                shares.high = bestShare(around: shares.high, step, extremes.high) { error(shares.low, $0) }
                shares.low = bestShare(around: shares.low, step, extremes.low) { error($0, shares.high) }
            }
        }
        return (extremes.low * shares.low, extremes.high * shares.high)
    }

    /// The share of an end with the least error; the larger of equal ones.
    private func bestShare(around share: Float, _ step: Float, _ end: Float, _ error: (Float) -> Double) -> Float {
        guard end != 0 else { return 1 }
        let reach = step > 0.02 ? 19 : 5
        let candidates = (-reach...reach).reversed().map { share + Float($0) * step }.filter { $0 > 0.04 && $0 <= 1 }
        var best = (share: share, error: error(share))
        for candidate in candidates {
            let error = error(candidate)
            if error < best.error { best = (candidate, error) }
        }
        return best.share
    }

    private func error(_ low: Float, _ high: Float) -> Double {
        Quantization(covering: extremes.low * low, extremes.high * high).meanSquaredError(bins)
    }
}
