import Engine
import GraphIR
import Tensors

/// Something to be timed again and again.
protocol Bench {
    /// The model's name.
    var name: String { get }
    var session: InferenceSession { get }
    /// Durations of `count` runs in seconds.
    func burst(_ count: Int) throws -> [Double]
}

/// A model's inference on random input.
struct InferenceBench: Bench {
    let name: String
    let session: InferenceSession
    private let inputs: [[Float]]

    init(name: String, session: InferenceSession) {
        self.name = name
        self.session = session
        var random = SplitMix(state: 1)
        inputs = session.model.inputs.map { port in
            (0..<port.type.shape.count).map { _ in Float.random(in: 0..<1, using: &random) }
        }
    }

    /// Durations of `count` runs in seconds; filling the input is not in them.
    func burst(_ count: Int) -> [Double] {
        let clock = ContinuousClock()
        return (0..<count).map { _ in
            // A run may use its input's memory for other things.
            for (index, values) in inputs.enumerated() { fill(index, values) }
            return clock.measure { session.run() } / .seconds(1)
        }
    }

    private func fill(_ index: Int, _ values: [Float]) {
        session.withInput(index) { span in
            for element in values.indices { span[element] = values[element] }
        }
    }
}

/// A small generator with a seed (splitmix64), so that every bench sees the same numbers.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
