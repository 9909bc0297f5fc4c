import Tensors

/// Random values of parameters: the same for a seed and a name on every machine, whatever else the network has.
struct RandomParameters {
    let seed: UInt64

    /// Added to variances, so that errors of the estimates rather make a network's numbers smaller than larger.
    private static let margin = 1.2

    /// Values of `parameters` by name.
    func values(of parameters: [NetworkParameter]) -> [String: Tensor] {
        var values: [String: Tensor] = [:]
        for parameter in parameters { values[parameter.name] = tensor(parameter, known: values) }
        return values
    }

    /// - Parameter known: what comes before; weights stand before what depends on them.
    private func tensor(_ parameter: NetworkParameter, known: [String: Tensor]) -> Tensor {
        let count = parameter.shape.count
        var random = SplitMix(seed: seed, name: parameter.name)
        let values: [Float]
        switch parameter.start {
        case .constant(let value): values = Array(repeating: value, count: count)
        case .uniform(let bound, let offsets):
            values = (0..<count).map { index in
                (2 * random.unit() - 1) * bound + (offsets.isEmpty ? 0 : offsets[index])
            }
        case .scattered(let mean, let deviation):
            // Twelve uniform numbers have a variance of 1, and need no function that differs between machines.
            values = (0..<count).map { _ in
                mean + deviation * ((0..<12).reduce(Float(0)) { sum, _ in sum + random.unit() } - 6)
            }
        case .meanOfResult(let weights, let input):
            values = Self.sums(known[weights], count) { $0 * input.mean }
        case .varianceOfResult(let weights, let input):
            values = Self.sums(known[weights], count) { $0 * $0 * input.variance * Self.margin }
        }
        return Tensor(values, shape: parameter.shape)
    }

    /// For each of `count` output channels, the sum of `term` over its weights.
    private static func sums(_ weights: Tensor?, _ count: Int, _ term: (Double) -> Double) -> [Float] {
        guard let values = weights?.floats, count > 0 else { return Array(repeating: 0, count: count) }
        let size = values.count / count
        return (0..<count).map { channel in
            Float(values[channel * size..<(channel + 1) * size].reduce(0.0) { $0 + term(Double($1)) })
        }
    }
}

/// A small generator (SplitMix64; Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
private struct SplitMix {
    private var state: UInt64

    init(seed: UInt64, name: String) {
        // FNV-1a of the name.
        state = name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        state ^= seed &* 0xD134_2543_DE82_EF95
    }

    /// In 0..<1, a multiple of 2⁻²⁴.
    mutating func unit() -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Float((mixed ^ mixed >> 31) >> 40) * 0x1p-24
    }
}
