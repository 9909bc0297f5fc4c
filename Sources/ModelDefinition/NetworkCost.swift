/// What a layer or a network costs.
package struct NetworkCost: Sendable, Hashable {
    /// Trained factors of convolutions.
    package var weights = 0
    /// What is added to each channel, once batch norms are folded.
    package var biases = 0
    /// Trained parameters that are gone once batch norms and implicit knowledge are folded.
    package var folded = 0
    /// Products that convolutions compute for one picture.
    package var multiplyAdds = 0

    /// Parameters of the network as it runs, batch norms folded.
    package var parameters: Int { weights + biases }
    /// Parameters as they are trained.
    package var trainedParameters: Int { parameters + folded }
    /// Bytes of the parameters as 32-bit floats.
    package var floatBytes: Int { 4 * parameters }
    /// Bytes with weights as 8-bit integers, and for each channel a scale and a bias in 32 bits.
    package var byteBytes: Int { weights + 8 * biases }

    package static func + (a: NetworkCost, b: NetworkCost) -> NetworkCost {
        NetworkCost(
            weights: a.weights + b.weights, biases: a.biases + b.biases, folded: a.folded + b.folded,
            multiplyAdds: a.multiplyAdds + b.multiplyAdds)
    }

    package static func - (a: NetworkCost, b: NetworkCost) -> NetworkCost {
        NetworkCost(
            weights: a.weights - b.weights, biases: a.biases - b.biases, folded: a.folded - b.folded,
            multiplyAdds: a.multiplyAdds - b.multiplyAdds)
    }
}

/// What one module, or a part of one, came to.
package struct LayerRecord: Sendable, Hashable {
    /// Its place in the state dictionary, such as `model.2.m.0.cv1`.
    package var path: String
    /// The module's name.
    package var module: String
    package var inputs: [MapShape]
    /// Nil for the detection head.
    package var output: MapShape?
    package var kernel: Int?
    package var cost: NetworkCost
}
