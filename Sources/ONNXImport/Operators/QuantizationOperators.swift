import GraphIR
import Tensors

extension OperatorTable {
    /// To 8 bits and back, one scale for a tensor or for each index along an axis.
    static let quantizationOperators: [String: OperatorConverter] = [
        "QuantizeLinear": { (node, builder) throws(ModelFailure) in
            try node.requireSingleOutput()
            try node.refuseBlocks()
            let type = try builder.quantizedType(node)
            guard type != .wider else { throw node.unsupported("integers other than int8 and uint8") }
            let axis = try node.attributes.int("axis", default: 1)
            try builder.add(
                .quantizeLinear(axis: axis, isSigned: type == .int8),
                [try node.requiredInput(0), try node.requiredInput(1)] + node.inputs[2...].prefix(1), for: node)
        },
        "DequantizeLinear": { (node, builder) throws(ModelFailure) in
            try node.requireSingleOutput()
            try node.refuseBlocks()
            let axis = try node.attributes.int("axis", default: 1)
            try builder.add(
                .dequantizeLinear(axis: axis),
                [try node.requiredInput(0), try node.requiredInput(1)] + node.inputs[2...].prefix(1), for: node)
        },
    ]
}

/// What QuantizeLinear makes.
private enum QuantizedType {
    case uint8, int8
    /// 4 or 16 bits, or 8-bit floats.
    case wider
}

extension GraphBuilder {
    /// Decided by the zero point's type, which must be a constant; without one by an attribute, and else uint8.
    fileprivate func quantizedType(_ node: ImportedNode) throws(ModelFailure) -> QuantizedType {
        guard let name = node.input(2) else {
            switch try node.attributes.int("output_dtype", default: 0) {
            case 0, 2: return .uint8
            case 3: return .int8
            default: return .wider
            }
        }
        guard let zeroPoint = constants[name] else { throw node.unsupported("a zero point that is computed") }
        if int8Constants.contains(name) { return .int8 }
        return zeroPoint.elementType == .uint8 ? .uint8 : .wider
    }
}

extension ImportedNode {
    fileprivate func refuseBlocks() throws(ModelFailure) {
        if try attributes.int("block_size", default: 0) != 0 { throw unsupported("a scale for each block") }
    }
}
