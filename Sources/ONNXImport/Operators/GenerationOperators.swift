import GraphIR
import Tensors

extension OperatorTable {
    /// Constants, shapes, conversions and what passes its operand on.
    static let generationOperators: [String: OperatorConverter] = [
        "Constant": { (node, builder) throws(ModelFailure) in
            try node.requireSingleOutput()
            builder.constants[node.outputs[0]] = try builder.constantValue(node)
            if let proto = node.attributes.tensor("value"), TensorDecoding.isInt8(proto) {
                builder.int8Constants.insert(node.outputs[0])
            }
        },
        "ConstantOfShape": { (node, builder) throws(ModelFailure) in
            let value = try node.attributes.tensor("value").map { proto throws(ModelFailure) in
                try builder.decoding.tensor(proto)
            }
            try builder.add(.constantOfShape(value: value ?? .scalar(0)), [try node.requiredInput(0)], for: node)
        },
        "Range": direct(.range, operands: 3),
        "Shape": { (node, builder) throws(ModelFailure) in
            let x = try node.requiredInput(0)
            let start = try node.attributes.int("start", default: 0)
            let end = try node.attributes.int("end")
            guard start != 0 || end != nil else { return try builder.add(.shape, [x], for: node) }
            let shape = builder.intermediate(.shape, [x], for: node, role: "shape")
            let bounds = [
                builder.constant([start], for: node, role: "start"),
                builder.constant([end ?? Int(Int32.max)], for: node, role: "end"),
            ]
            try builder.add(.slice, [shape] + bounds, for: node)
        },
        "Size": { (node, builder) throws(ModelFailure) in
            let shape = builder.intermediate(.shape, [try node.requiredInput(0)], for: node, role: "shape")
            try builder.add(.reduce(.product, keepDimensions: false), [shape], for: node)
        },
        "Cast": { (node, builder) throws(ModelFailure) in
            guard let target = try node.attributes.int("to") else { throw node.invalid("names no type") }
            // The engine's int32 stands for no smaller integer here: it would not wrap around as they do.
            let isNarrow = [3, 4, 5].contains(target)
            guard let elementType = TensorDecoding.elementType(Int32(target)), !isNarrow else {
                throw node.unsupported("the target type number \(target)")
            }
            try builder.add(.cast(elementType), [try node.requiredInput(0)], for: node)
        },
        "Identity": direct(.identity, operands: 1),
        // Those decided by shapes and constants are gone by now.
        "If": { (node, _) throws(ModelFailure) in throw node.unsupported("a condition that depends on the picture") },
        "Dropout": { (node, builder) throws(ModelFailure) in
            try node.requireSingleOutput(unless: "the mask as a second output")
            if let training = node.input(2), builder.constants[training]?.integers != [0] {
                throw node.unsupported("training_mode")
            }
            try builder.add(.identity, [try node.requiredInput(0)], for: node)
        },
    ]
}

extension GraphBuilder {
    fileprivate func constantValue(_ node: ImportedNode) throws(ModelFailure) -> Tensor {
        let attributes = node.attributes
        if let proto = attributes.tensor("value") { return try decoding.tensor(proto) }
        if let value = try attributes.float("value_float") { return .scalar(value) }
        if let values = attributes.floats("value_floats") { return Tensor(values, shape: [values.count]) }
        if let value = try attributes.int("value_int") { return Tensor([Int64(value)], shape: []) }
        if let values = attributes.unboundedInts("value_ints") { return .vector(values) }
        throw node.unsupported("a value that is neither a tensor nor a number")
    }
}
