/// How a feature map is represented in 8 bits: value = scale · (q − zeroPoint), q in 0...255.
///
/// The affine scheme of ONNX's QuantizeLinear, one scale for a whole map
/// (https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html).
package struct Quantization: Sendable, Hashable {
    /// Difference between the values of neighbouring integers, above 0.
    package var scale: Float
    /// The integer that stands for 0, in 0...255.
    package var zeroPoint: Int

    package init(scale: Float, zeroPoint: Int) {
        self.scale = scale
        self.zeroPoint = zeroPoint
    }

    /// The finest quantization that reaches from `minimum` to `maximum` and has an integer for 0.
    ///
    /// The range is widened to contain 0, which padding needs; an empty one gets scale 1.
    package init(covering minimum: Float, _ maximum: Float) {
        let (low, high) = (min(minimum, 0), max(maximum, 0))
        let scale = (high - low) / 255
        guard scale > 0, scale.isFinite else {
            self.init(scale: 1, zeroPoint: 0)
            return
        }
        self.init(scale: scale, zeroPoint: min(255, max(0, Int((-low / scale).rounded(.toNearestOrEven)))))
    }
}

/// What of a graph is meant to be computed in 8 bits.
///
/// A convolution is where its weights have scales and its input a quantization. Values and weights without one stay floats.
package struct QuantizationTable: Sendable, Hashable {
    /// By the name of the value.
    package var values: [String: Quantization]
    /// By the name of the value, an entry for each channel, of maps that nothing but depthwise convolutions reads: these never
    /// add up numbers of different channels, so each channel can have the finest quantization for itself.
    package var channelValues: [String: [Quantization]] = [:]
    /// By the name of the constant `[M, C/group, kH, kW]`: one scale for each output channel, w = scale[m] · q, q in −127...127.
    package var weightScales: [String: [Float]]

    package init(values: [String: Quantization] = [:], weightScales: [String: [Float]] = [:]) {
        self.values = values
        self.weightScales = weightScales
    }

    package var isEmpty: Bool { values.isEmpty && channelValues.isEmpty && weightScales.isEmpty }
}
