import Foundation
import Tensors

extension Evaluation {
    func activate(_ activation: Activation) throws(GraphError) -> Tensor {
        try mapFloats { Float(activation.value(at: Double($0))) }
    }

    func unary(_ function: UnaryFunction) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        if let integers = x.integers {
            let results: [Int64] =
                switch function {
                case .negate: integers.map { 0 &- $0 }
                case .absolute: integers.map { $0 < 0 ? 0 &- $0 : $0 }
                case .not: integers.map { 1 - $0 }
                default: integers
                }
            return .integers(results, as: x.elementType, shape: x.shape)
        }
        return try mapFloats { Float(function.value(at: Double($0))) }
    }

    func clip() throws(GraphError) -> Tensor {
        let x = try tensor(0)
        if x.elementType == .float32 {
            let low = operands.isPresent(1) ? try floats(1)[0] : -.infinity
            let high = operands.isPresent(2) ? try floats(2)[0] : .infinity
            return try mapFloats { min(max($0, low), high) }
        }
        let low = operands.isPresent(1) ? Int64(try operands.integers(1, "minimum")[0]) : .min
        let high = operands.isPresent(2) ? Int64(try operands.integers(2, "maximum")[0]) : .max
        let clipped = (x.integers ?? []).map { min(max($0, low), high) }
        return .integers(clipped, as: x.elementType, shape: x.shape)
    }

    func batchNormalization(epsilon: Float) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let (scale, bias, mean, variance) = (try floats(1), try floats(2), try floats(3), try floats(4))
        let inner = x.shape.dimensions[2...].reduce(1, *)
        var values = try floats(0)
        for index in values.indices {
            let channel = index / inner % x.shape[1]
            let normal =
                (Double(values[index]) - Double(mean[channel]))
                / (Double(variance[channel]) + Double(epsilon)).squareRoot()
            values[index] = Float(normal * Double(scale[channel]) + Double(bias[channel]))
        }
        return Tensor(values, shape: x.shape)
    }

    func mapFloats(_ transform: (Float) -> Float) throws(GraphError) -> Tensor {
        Tensor(try floats(0).map(transform), shape: try tensor(0).shape)
    }
}

extension Activation {
    /// The function's value, by its definition.
    package func value(at x: Double) -> Double {
        switch self {
        case .relu: x.isNaN ? x : max(x, 0)
        case .clamp(let minimum, let maximum): x.isNaN ? x : min(max(x, Double(minimum)), Double(maximum))
        case .leakyReLU(let slope): x < 0 ? x * Double(slope) : x
        case .sigmoid: logistic(x)
        case .silu: x * logistic(x)
        case .hardSigmoid(let alpha, let beta): min(max(Double(alpha) * x + Double(beta), 0), 1)
        case .hardSwish: x * min(max(x / 6 + 0.5, 0), 1)
        case .tanh: Foundation.tanh(x)
        case .mish: x * Foundation.tanh(logOnePlusExp(x))
        case .elu(let alpha): x < 0 ? Double(alpha) * expm1(x) : x
        }
    }
}

extension UnaryFunction {
    /// The function's value on floats, by its definition.
    package func value(at x: Double) -> Double {
        switch self {
        case .exp: Foundation.exp(x)
        case .log: Foundation.log(x)
        case .sqrt: x.squareRoot()
        case .negate: -x
        case .absolute: abs(x)
        case .floor: x.rounded(.down)
        case .ceil: x.rounded(.up)
        case .reciprocal: 1 / x
        case .not: x == 0 ? 1 : 0
        case .round: x.rounded(.toNearestOrEven)
        case .erf: Foundation.erf(x)
        case .softplus: logOnePlusExp(x)
        }
    }
}

private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// log(1 + exp(x)) without overflow.
private func logOnePlusExp(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
