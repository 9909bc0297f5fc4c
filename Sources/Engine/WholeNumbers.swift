import GraphIR
import Kernels
import Tensors

/// Integers that are computed at run time are floats, which hold whole numbers up to 2²⁴ exactly. That they stay within follows from where
/// they come from: they are indices.
extension GraphLowering {
    private static let largest = 1 << 24

    /// Notes what the integers that `node` computes can be; throws where that is not known, or more than floats hold.
    mutating func noteWholeRange(of node: Node, _ elementType: ElementType) throws(EngineError) {
        guard elementType != .uint8, let range = try wholeRange(of: node) else {
            throw EngineError(
                .unsupported, node.name,
                "computes \(elementType.rawValue) values at run time, only float32 and indices are supported")
        }
        guard range.lowerBound >= -Self.largest, range.upperBound <= Self.largest else {
            throw EngineError(
                .unsupported, node.name, "computes whole numbers up to \(range.upperBound) at run time, more than 2^24")
        }
        for output in node.outputs { wholeRanges[output] = range }
    }

    private func wholeRange(of node: Node) throws(EngineError) -> ClosedRange<Int>? {
        switch node.operation {
        case .topIndices(let axis, _):
            let shape = try shape(of: node.inputs[0])
            return 0...shape[axis < 0 ? axis + shape.rank : axis] - 1
        case .reshape, .flatten, .squeeze, .unsqueeze, .identity, .transpose, .slice, .split, .expand, .tile, .gather,
            .gatherElements, .gatherParts, .reduce(.maximum, _), .reduce(.minimum, _):
            return wholeRange(of: node.inputs[0])
        case .cast:
            // Floats would have to be cut off.
            return try type(of: node.inputs[0]).elementType == .bool ? 0...1 : wholeRange(of: node.inputs[0])
        case .concat: return union(node.inputs)
        case .select: return union(Array(node.inputs.dropFirst()))
        case .binary(let function):
            guard let a = wholeRange(of: node.inputs[0]), let b = wholeRange(of: node.inputs[1]) else { return nil }
            return function.range(a, b)
        default: return nil
        }
    }

    private func wholeRange(of name: String) -> ClosedRange<Int>? {
        if let known = wholeRanges[name] { return known }
        guard let values = graph.constants[name]?.wholeNumbers, let low = values.min(), let high = values.max() else {
            return nil
        }
        return Int(low)...Int(high)
    }

    private func union(_ names: [String]) -> ClosedRange<Int>? {
        let ranges = names.compactMap { wholeRange(of: $0) }
        guard ranges.count == names.count, let low = ranges.map(\.lowerBound).min(),
            let high = ranges.map(\.upperBound).max()
        else { return nil }
        return low...high
    }

    /// Quotient or remainder of integers; false for other operations. Numbers are below 2²⁴, so that the float that is nearest to the quotient
    /// never reaches the next whole number.
    mutating func lowerWholeDivision(_ node: Node, _ function: BinaryFunction) throws(EngineError) -> Bool {
        guard function == .divide || function == .modulo, wholeRanges[node.outputs[0]] != nil else { return false }
        let result = try shape(of: node.outputs[0])
        let (left, right) = (try operand(node.inputs[0], for: node), try operand(node.inputs[1], for: node))
        let output = try makeArray(node.outputs[0])
        let quotient = function == .divide ? output : StorageReference(buffer: newBuffer(result.count))
        combine(node, .divide, left, right, into: quotient, result)
        append(node.name, reads: [quotient], writes: [quotient]) { plan in
            let place = plan.offset(of: quotient)
            return .map(
                MapOperation(
                    input: ArrayView(offset: place), output: place, count: result.count, epilogue: Epilogue(.floor)))
        }
        guard function == .modulo else { return true }
        combine(node, .multiply, (.arena(quotient), result), right, into: quotient, result)
        combine(node, .subtract, left, (.arena(quotient), result), into: output, result)
        return true
    }
}

extension BinaryFunction {
    /// What the function can be of integers in two ranges; nil where it is not computed. Quotients are rounded down, so that only those of
    /// numbers that are not negative are ONNX's.
    fileprivate func range(_ a: ClosedRange<Int>, _ b: ClosedRange<Int>) -> ClosedRange<Int>? {
        switch self {
        case .add: return a.lowerBound + b.lowerBound...a.upperBound + b.upperBound
        case .subtract: return a.lowerBound - b.upperBound...a.upperBound - b.lowerBound
        case .multiply:
            let ends = [a.lowerBound, a.upperBound].flatMap { [$0 * b.lowerBound, $0 * b.upperBound] }
            return (ends.min() ?? 0)...(ends.max() ?? 0)
        case .minimum: return min(a.lowerBound, b.lowerBound)...min(a.upperBound, b.upperBound)
        case .maximum: return max(a.lowerBound, b.lowerBound)...max(a.upperBound, b.upperBound)
        case .divide where a.lowerBound >= 0 && b.lowerBound > 0:
            return a.lowerBound / b.upperBound...a.upperBound / b.lowerBound
        case .modulo where b.lowerBound > 0: return 0...b.upperBound - 1
        default: return nil
        }
    }
}

extension Tensor {
    /// The elements of a tensor of integers as floats; nil where floats do not hold them.
    var wholeNumbers: [Float]? {
        guard let integers, elementType != .bool, integers.allSatisfy({ $0.magnitude <= 1 << 24 }) else { return nil }
        return integers.map { Float($0) }
    }
}
