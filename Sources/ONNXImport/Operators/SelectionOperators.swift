import GraphIR
import Tensors

extension OperatorTable {
    /// Operators that take or add elements.
    static let selectionOperators: [String: OperatorConverter] = [
        "Slice": { (node, builder) throws(ModelFailure) in
            let x = try node.requiredInput(0)
            guard node.opset < 10 else { return try builder.add(.slice, node.operands(5), for: node) }
            guard let starts = node.attributes.unboundedInts("starts"), let ends = node.attributes.unboundedInts("ends")
            else { throw node.invalid("has no starts or no ends") }
            var operands = [
                x, builder.constant(.vector(starts), for: node, role: "starts"),
                builder.constant(.vector(ends), for: node, role: "ends"),
            ]
            if let axes = try node.attributes.ints("axes") {
                operands.append(builder.constant(axes, for: node, role: "axes"))
            }
            try builder.add(.slice, operands, for: node)
        },
        "Split": { (node, builder) throws(ModelFailure) in
            let axis = try node.attributes.int("axis", default: 0)
            var operands = [try node.requiredInput(0)]
            if node.opset >= 13 {
                if let sizes = node.input(1) { operands.append(sizes) }
                if let parts = try node.attributes.int("num_outputs"), parts != node.outputs.count {
                    throw node.invalid("has \(node.outputs.count) outputs for \(parts) parts")
                }
            } else if let sizes = try node.attributes.ints("split") {
                operands.append(builder.constant(sizes, for: node, role: "sizes"))
            }
            try builder.add(.split(axis: axis), operands, for: node)
        },
        "Gather": { (node, builder) throws(ModelFailure) in
            let axis = try node.attributes.int("axis", default: 0)
            try builder.add(.gather(axis: axis), [try node.requiredInput(0), try node.requiredInput(1)], for: node)
        },
        "GatherElements": { (node, builder) throws(ModelFailure) in
            let axis = try node.attributes.int("axis", default: 0)
            let operands = [try node.requiredInput(0), try node.requiredInput(1)]
            try builder.add(.gatherElements(axis: axis), operands, for: node)
        },
        "GatherND": { (node, builder) throws(ModelFailure) in
            let batchAxes = try node.attributes.int("batch_dims", default: 0)
            let operands = [try node.requiredInput(0), try node.requiredInput(1)]
            try builder.add(.gatherParts(batchAxes: batchAxes), operands, for: node)
        },
        "ScatterND": { (node, builder) throws(ModelFailure) in
            let reduction = try node.attributes.string("reduction") ?? "none"
            guard reduction == "none" else { throw node.unsupported("the reduction \(reduction)") }
            let operands = [try node.requiredInput(0), try node.requiredInput(1), try node.requiredInput(2)]
            try builder.add(.scatter, operands, for: node)
        },
        "NonMaxSuppression": { (node, builder) throws(ModelFailure) in
            let operands = [try node.requiredInput(0), try node.requiredInput(1)] + node.operands(5).dropFirst(2)
            let areCentres = try node.attributes.flag("center_point_box")
            try node.requireSingleOutput()
            try builder.add(.nonMaximumSuppression(areCentres: areCentres), operands, for: node)
        },
        "Pad": { (node, builder) throws(ModelFailure) in
            let name = try node.attributes.string("mode") ?? "constant"
            guard let mode = PadMode(rawValue: name) else { throw node.unsupported("the mode \(name)") }
            let x = try node.requiredInput(0)
            guard node.opset < 11 else { return try builder.add(.pad(mode: mode), node.operands(4), for: node) }
            guard let pads = try node.attributes.ints("pads") else { throw node.invalid("has no pads") }
            let value = Tensor.scalar(try node.attributes.float("value", default: 0))
            let operands = [
                x, builder.constant(pads, for: node, role: "pads"),
                builder.constant(value, for: node, role: "value"),
            ]
            try builder.add(.pad(mode: mode), operands, for: node)
        },
    ]
}
