import GraphIR

/// Source positions of every output position along one axis of ONNX Resize.
struct ResizeAxis {
    /// Nearest source index.
    var nearest: [Int] = []
    /// For linear interpolation: first and second source index of each output position, one after the other.
    var pairs: [Int] = []
    /// Weight of the second index.
    var fractions: [Float] = []

    init(_ attributes: ResizeAttributes, input: Int, output: Int, scale: Float) {
        for index in 0..<output {
            let position = attributes.sourceCoordinate(of: index, input: input, output: output, scale: scale)
            nearest.append(min(max(Self.round(position, attributes.rounding), 0), input - 1))
            let limited = min(max(position, 0), Float(input - 1))
            let lower = min(Int(limited), input - 1)
            pairs += [lower, min(lower + 1, input - 1)]
            fractions.append(limited - Float(lower))
        }
    }

    private static func round(_ x: Float, _ rounding: ResizeAttributes.NearestRounding) -> Int {
        switch rounding {
        case .roundPreferFloor: Int((x - 0.5).rounded(.up))
        case .roundPreferCeil: Int((x + 0.5).rounded(.down))
        case .floor: Int(x.rounded(.down))
        case .ceil: Int(x.rounded(.up))
        }
    }
}
