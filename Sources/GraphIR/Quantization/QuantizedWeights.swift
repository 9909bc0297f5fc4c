/// Weights of a convolution as integers in −127...127, one scale for each filter.
package enum QuantizedWeights {
    /// The scales that reach the largest weight of each filter: max |w| / 127; 1 for a filter of zeros.
    /// - Parameter filters: how many filters `weights`, `[M, C/group, kH, kW]` row-major, hold.
    package static func scales(_ weights: [Float], filters: Int) -> [Float] {
        let length = weights.count / max(filters, 1)
        return (0..<filters).map { filter in
            let largest = weights[(filter * length)..<((filter + 1) * length)].reduce(0) { max($0, abs($1)) }
            let scale = largest / 127
            return scale > 0 && scale.isFinite ? scale : 1
        }
    }

    /// The nearest integers: w ≈ scale · q.
    package static func integers(_ weights: [Float], scales: [Float]) -> [Int8] {
        let length = max(weights.count / max(scales.count, 1), 1)
        return weights.enumerated().map { index, weight in
            let quotient = (weight / scales[index / length]).rounded(.toNearestOrEven)
            return quotient.isNaN ? 0 : Int8(min(max(quotient, -127), 127))
        }
    }

    /// The weights that the nearest integers stand for.
    package static func rounded(_ weights: [Float], scales: [Float]) -> [Float] {
        let length = max(weights.count / max(scales.count, 1), 1)
        return integers(weights, scales: scales).enumerated().map { Float($1) * scales[$0 / length] }
    }
}
