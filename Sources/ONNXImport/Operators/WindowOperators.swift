import GraphIR
import Tensors

extension OperatorTable {
    /// Convolutions, pooling and batch normalization.
    static let windowOperators: [String: OperatorConverter] = [
        "Conv": { (node, builder) throws(ModelFailure) in
            let weights = try node.requiredInput(1)
            let window = try WindowAttributes(node, kernel: builder.constants[weights]?.shape)
            let group = try node.attributes.int("group", default: 1)
            guard group > 0 else { throw node.invalid("has \(group) groups") }
            let attributes = ConvolutionAttributes(
                kernel: window.kernel, strides: window.strides, padding: window.padding, dilations: window.dilations,
                group: group, autoPadding: window.autoPadding)
            try builder.add(.convolution(attributes), node.operands(3), for: node)
        },
        "MaxPool": { (node, builder) throws(ModelFailure) in
            try node.requireSingleOutput(unless: "indices as a second output")
            let window = try WindowAttributes(node, kernel: nil)
            try builder.add(.maxPool(try window.poolAttributes(node)), [try node.requiredInput(0)], for: node)
        },
        "AveragePool": { (node, builder) throws(ModelFailure) in
            try node.requireSingleOutput()
            let window = try WindowAttributes(node, kernel: nil)
            let operation = Operator.averagePool(
                try window.poolAttributes(node),
                countIncludesPadding: try node.attributes.flag("count_include_pad"))
            try builder.add(operation, [try node.requiredInput(0)], for: node)
        },
        "GlobalAveragePool": direct(.globalAveragePool, operands: 1),
        "GlobalMaxPool": { (node, builder) throws(ModelFailure) in
            let axes = builder.constant([2, 3], for: node, role: "axes")
            try builder.add(.reduce(.maximum, keepDimensions: true), [try node.requiredInput(0), axes], for: node)
        },
        "BatchNormalization": { (node, builder) throws(ModelFailure) in
            if try node.attributes.flag("training_mode") { throw node.unsupported("training_mode") }
            if node.opset < 9, try node.attributes.int("spatial", default: 1) == 0 {
                throw node.unsupported("spatial = 0")
            }
            try node.requireSingleOutput(unless: "training outputs")
            let epsilon = try node.attributes.float("epsilon", default: 1e-5)
            try builder.add(.batchNormalization(epsilon: epsilon), node.operands(5), for: node)
        },
    ]
}

/// The attributes that convolutions and pooling layers share, defaults applied.
private struct WindowAttributes {
    var kernel: [Int]
    var strides: [Int]
    var padding: [Int]
    var dilations: [Int]
    var autoPadding: AutoPadding

    /// - Parameter kernel: the shape of the weights where `kernel_shape` may be left to it.
    init(_ node: ImportedNode, kernel weights: Shape?) throws(ModelFailure) {
        let attributes = node.attributes
        let derived = weights.map { Array($0.dimensions.dropFirst(2)) } ?? []
        kernel = try attributes.ints("kernel_shape") ?? derived
        guard kernel.count == 2 || kernel.isEmpty && node.type == "Conv" else {
            throw node.unsupported("a \(kernel.count)-dimensional window")
        }
        strides = try attributes.ints("strides") ?? [1, 1]
        padding = try attributes.ints("pads") ?? [0, 0, 0, 0]
        dilations = try attributes.ints("dilations") ?? [1, 1]
        guard let mode = AutoPadding(rawValue: try attributes.string("auto_pad") ?? "NOTSET") else {
            throw node.invalid("has the auto_pad '\(try attributes.string("auto_pad") ?? "")'")
        }
        autoPadding = mode
        guard strides.count == 2, dilations.count == 2, padding.count == 4 else {
            throw node.invalid("has strides \(strides), pads \(padding), dilations \(dilations) for a 2-D window")
        }
        guard (kernel + strides + dilations).allSatisfy({ $0 > 0 }), padding.allSatisfy({ $0 >= 0 }) else {
            throw node.invalid(
                "has the kernel \(kernel), strides \(strides), pads \(padding), dilations \(dilations)")
        }
    }

    func poolAttributes(_ node: ImportedNode) throws(ModelFailure) -> PoolAttributes {
        PoolAttributes(
            kernel: kernel, strides: strides, padding: padding, dilations: dilations,
            ceilMode: try node.attributes.flag("ceil_mode"), autoPadding: autoPadding)
    }
}
