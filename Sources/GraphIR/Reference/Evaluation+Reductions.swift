import Foundation
import Tensors

extension Evaluation {
    func reduce(_ function: ReduceFunction, axes: [Int], shape: Shape) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        // Reduced axes last: then every result is one run of the permuted elements.
        let kept = (0..<x.shape.rank).filter { !axes.contains($0) }
        let ordered = x.permuted(kept + axes)
        let run = axes.map { x.shape[$0] }.reduce(1, *)
        if run == 0, function == .mean || function == .minimum || function == .maximum {
            throw operands.failure(.shapeMismatch, "reduces over no elements")
        }
        if let floats = ordered.floats {
            let results = (0..<shape.count).map { function.value(floats[$0 * run..<($0 + 1) * run]) }
            return Tensor(results, shape: shape)
        }
        let integers = ordered.integers ?? []
        let results = (0..<shape.count).map { function.value(integers[$0 * run..<($0 + 1) * run]) }
        return .integers(results, as: x.elementType, shape: shape)
    }

    func softmax(axis: Int) throws(GraphError) -> Tensor {
        let shape = try tensor(0).shape
        let position = try operands.axis(axis, rank: shape.rank)
        let (extent, stride) = (shape[position], shape.strides[position])
        var values = try floats(0)
        for first in values.indices where first / stride % extent == 0 {
            let run = (0..<extent).map { Double(values[first + $0 * stride]) }
            let largest = run.max() ?? 0
            let powers = run.map { exp($0 - largest) }
            let sum = powers.reduce(0, +)
            for (index, power) in powers.enumerated() { values[first + index * stride] = Float(power / sum) }
        }
        return Tensor(values, shape: shape)
    }
}

extension ReduceFunction {
    fileprivate func value(_ run: ArraySlice<Float>) -> Float {
        switch self {
        case .sum: Float(run.reduce(0.0) { $0 + Double($1) })
        case .mean: Float(run.reduce(0.0) { $0 + Double($1) } / Double(run.count))
        case .product: Float(run.reduce(1.0) { $0 * Double($1) })
        case .minimum: run.min() ?? .infinity
        case .maximum: run.max() ?? -.infinity
        }
    }

    fileprivate func value(_ run: ArraySlice<Int64>) -> Int64 {
        switch self {
        case .sum: run.reduce(0, &+)
        case .mean: run.reduce(0, &+) / Int64(run.count)
        case .product: run.reduce(1, &*)
        case .minimum: run.min() ?? .max
        case .maximum: run.max() ?? .min
        }
    }
}
