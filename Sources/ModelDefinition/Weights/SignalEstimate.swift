import GraphIR

/// Roughly what the elements of a feature map are where all weights are random: from that follow the statistics of batch norms which
/// make an untrained network's numbers neither die out nor explode.
struct SignalEstimate: Sendable, Hashable {
    var mean: Double
    var variance: Double

    /// A picture of noise between 0 and 1.
    static let picture = SignalEstimate(mean: 0.5, variance: 1.0 / 12)
    /// What leaves a batch norm.
    static let normal = SignalEstimate(mean: 0, variance: 1)

    /// The mean of the squares.
    var square: Double { variance + mean * mean }

    init(mean: Double, variance: Double) {
        self.mean = mean
        self.variance = variance
    }

    private init(mean: Double, square: Double) { self.init(mean: mean, variance: max(0, square - mean * mean)) }

    /// Behind `activation`, where normal numbers went in.
    init(after activation: Activation) {
        switch activation {
        case .silu: self.init(mean: 0.207, square: 0.356)
        case .hardSwish: self.init(mean: 0.166, square: 0.330)
        case .mish: self.init(mean: 0.240, square: 0.393)
        case .relu, .clamp: self.init(mean: 0.399, square: 0.5)
        case .leakyReLU(let slope):
            let slope = Double(slope)
            self.init(mean: 0.399 * (1 - slope), square: 0.5 * (1 + slope * slope))
        case .sigmoid, .hardSigmoid: self.init(mean: 0.5, square: 0.3)
        case .tanh, .elu: self.init(mean: 0, square: 0.5)
        }
    }

    /// The sum of two maps that have nothing to do with each other.
    static func + (a: SignalEstimate, b: SignalEstimate) -> SignalEstimate {
        SignalEstimate(mean: a.mean + b.mean, variance: a.variance + b.variance)
    }

    /// Maps one after the other.
    init(joining maps: [FeatureMap]) {
        let channels = Double(max(1, maps.reduce(0) { $0 + $1.shape.channels }))
        func average(_ value: (SignalEstimate) -> Double) -> Double {
            maps.reduce(0) { $0 + value($1.signal) * Double($1.shape.channels) } / channels
        }
        self.init(mean: average(\.mean), square: average(\.square))
    }

    /// The largest of windows of `side` by `side`: about one and a half deviations higher for squares of two, more for larger ones.
    func largest(side: Int) -> SignalEstimate {
        guard side > 1 else { return self }
        let rise = (2 * Double(side * side)).squareRoot() / Double(side) + Double(side - 1) / 12
        return SignalEstimate(mean: mean + rise * variance.squareRoot(), variance: variance)
    }

    /// Behind gates of about one half.
    var halved: SignalEstimate { SignalEstimate(mean: mean / 2, variance: variance / 4) }

    /// The means of whole maps.
    var averaged: SignalEstimate { SignalEstimate(mean: mean, variance: variance / 100) }
}
