import Foundation
import Tensors

extension Evaluation {
    /// Interpolation along one axis after the other, which is what bilinear and bicubic mean.
    func resize(_ attributes: ResizeAttributes, shape: Shape) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let axes = try operands.resizeAxes()
        if attributes.mode == .nearest {
            return x.selecting(
                axes.map { axis in (0..<axis.output).map { attributes.nearestSource(of: $0, along: axis) } })
        }
        var (values, current) = (try floats(0).map(Double.init), x.shape)
        for (position, axis) in axes.enumerated() where axis.output != axis.input || axis.scale != 1 {
            let taps = (0..<axis.output).map { attributes.taps(of: $0, along: axis) }
            (values, current) = interpolate(values, current, axis: position, taps: taps)
        }
        return Tensor(values.map { Float($0) }, shape: shape)
    }

    private func interpolate(
        _ values: [Double], _ shape: Shape, axis: Int, taps: [[(index: Int, weight: Double)]]
    ) -> ([Double], Shape) {
        var resized = shape
        resized[axis] = taps.count
        let inner = shape.strides[axis]
        let outer = shape.dimensions[..<axis].reduce(1, *)
        var result: [Double] = []
        result.reserveCapacity(resized.count)
        for block in 0..<outer {
            for list in taps {
                for offset in 0..<inner {
                    result.append(
                        list.reduce(0.0) { $0 + $1.weight * values[(block * shape[axis] + $1.index) * inner + offset] })
                }
            }
        }
        return (result, resized)
    }
}

extension ResizeAttributes {
    /// Input coordinate of output element `index`, in single precision as other runtimes have it.
    package func sourceCoordinate(of index: Int, input: Int, output: Int, scale: Float) -> Float {
        let x = Float(index)
        switch coordinates {
        case .halfPixel: return (x + 0.5) / scale - 0.5
        case .pytorchHalfPixel: return output > 1 ? (x + 0.5) / scale - 0.5 : 0
        case .alignCorners: return output > 1 ? x * Float(input - 1) / Float(output - 1) : 0
        case .asymmetric: return x / scale
        case .halfPixelSymmetric:
            let adjustment = Float(output) / (scale * Float(input))
            let offset = Float(input) / 2 * (1 - adjustment)
            return Float(Double(offset) + (Double(x) + 0.5) / Double(scale) - 0.5)
        }
    }

    fileprivate func nearestSource(of index: Int, along axis: ResizeAxis) -> Int {
        if axis.input == axis.output && axis.scale == 1 { return index }
        let x = sourceCoordinate(of: index, input: axis.input, output: axis.output, scale: axis.scale)
        let rounded: Float =
            switch rounding {
            case .floor: x.rounded(.down)
            case .ceil: x.rounded(.up)
            // Not (x - 0.5).rounded(.up): the sum can round to a whole number.
            case .roundPreferFloor: x == x.rounded(.down) + 0.5 ? x.rounded(.down) : x.rounded()
            case .roundPreferCeil: x == x.rounded(.down) + 0.5 ? x.rounded(.up) : x.rounded()
            }
        return min(max(Int(rounded), 0), axis.input - 1)
    }

    /// Input elements and weights that make output element `index`.
    fileprivate func taps(of index: Int, along axis: ResizeAxis) -> [(index: Int, weight: Double)] {
        let x = sourceCoordinate(of: index, input: axis.input, output: axis.output, scale: axis.scale)
        if mode == .cubic { return cubicTaps(x, extent: axis.input) }
        let inside = min(max(x, 0), Float(axis.input - 1))
        let low = Int(inside)
        let fraction = Double(inside - Float(low))
        return [(low, 1 - fraction), (min(low + 1, axis.input - 1), fraction)]
    }

    private func cubicTaps(_ x: Float, extent: Int) -> [(index: Int, weight: Double)] {
        let base = Int(x.rounded(.down))
        let t = Double(x - x.rounded(.down))
        return (-1...2).map { offset in
            (min(max(base + offset, 0), extent - 1), cubicWeight(abs(t - Double(offset))))
        }
    }

    /// Keys' convolution kernel at `distance`.
    private func cubicWeight(_ distance: Double) -> Double {
        let a = Double(cubicCoefficient)
        if distance <= 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
        if distance < 2 { return ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a }
        return 0
    }
}
