import GraphIR
import Tensors

extension OperatorTable {
    static let resizeOperators: [String: OperatorConverter] = [
        "Upsample": { (node, builder) throws(ModelFailure) in
            var scales = node.input(1)
            if node.opset < 9 {
                guard let values = node.attributes.floats("scales") else { throw node.invalid("has no scales") }
                scales = builder.constant(Tensor(values, shape: [values.count]), for: node, role: "scales")
            }
            guard let scales else { throw node.invalid("has no scales") }
            let operation = Operator.resize(try node.asymmetricResize(by: builder.constants[scales]?.floats))
            try builder.add(operation, [try node.requiredInput(0), "", scales], for: node)
        },
        "Resize": { (node, builder) throws(ModelFailure) in
            let x = try node.requiredInput(0)
            guard node.opset >= 11 else {
                let scales = try node.requiredInput(1)
                let operation = Operator.resize(try node.asymmetricResize(by: builder.constants[scales]?.floats))
                return try builder.add(operation, [x, "", scales], for: node)
            }
            let operation = Operator.resize(try node.resizeAttributes())
            var (scales, sizes) = (node.input(2) ?? "", node.input(3) ?? "")
            if let axes = try node.attributes.ints("axes") {
                if sizes.isEmpty {
                    scales = try builder.scales(scales, for: axes, of: node)
                } else {
                    sizes = try builder.sizes(sizes, for: axes, of: node)
                }
            }
            try builder.add(operation, [x, "", scales, sizes], for: node)
        },
    ]
}

extension ImportedNode {
    /// What Upsample and the first Resize do. Their text leaves open which neighbour is nearest; other runtimes take the
    /// one before when they enlarge and the one behind when they shrink.
    fileprivate func asymmetricResize(by scales: [Float]?) throws(ModelFailure) -> ResizeAttributes {
        let shrinks = scales?.contains { $0 < 1 } ?? false
        if shrinks, scales?.contains(where: { $0 > 1 }) == true, try resizeMode() == .nearest {
            throw unsupported("scales that shrink one axis and enlarge another")
        }
        return ResizeAttributes(
            mode: try resizeMode(), coordinates: .asymmetric, rounding: shrinks ? .ceil : .floor)
    }

    fileprivate func resizeAttributes() throws(ModelFailure) -> ResizeAttributes {
        let coordinates = try attributes.string("coordinate_transformation_mode") ?? "half_pixel"
        guard let transformation = ResizeAttributes.CoordinateTransformation(rawValue: coordinates) else {
            throw unsupported("the coordinate_transformation_mode \(coordinates)")
        }
        let rounding = try attributes.string("nearest_mode") ?? "round_prefer_floor"
        guard let nearest = ResizeAttributes.NearestRounding(rawValue: rounding) else {
            throw unsupported("the nearest_mode \(rounding)")
        }
        let mode = try resizeMode()
        if try attributes.flag("antialias"), mode != .nearest { throw unsupported("antialias") }
        if try attributes.flag("exclude_outside"), mode == .cubic { throw unsupported("exclude_outside") }
        let policy = try attributes.string("keep_aspect_ratio_policy") ?? "stretch"
        guard policy == "stretch" || input(3) == nil else { throw unsupported("keep_aspect_ratio_policy \(policy)") }
        return ResizeAttributes(
            mode: mode, coordinates: transformation, rounding: nearest,
            cubicCoefficient: try attributes.float("cubic_coeff_a", default: -0.75))
    }

    private func resizeMode() throws(ModelFailure) -> ResizeAttributes.Mode {
        let name = try attributes.string("mode") ?? "nearest"
        guard let mode = ResizeAttributes.Mode(rawValue: name) else { throw unsupported("the mode \(name)") }
        return mode
    }
}

extension GraphBuilder {
    /// Scales given for some axes, as scales of all four.
    fileprivate mutating func scales(
        _ scales: String, for axes: [Int], of node: ImportedNode
    ) throws(ModelFailure) -> String {
        let one = constant(Tensor([Float(1)], shape: [1]), for: node, role: "one")
        return try spread(scales, over: axes, of: node) { builder, _ in one }
    }

    /// Sizes given for some axes, as sizes of all four.
    fileprivate mutating func sizes(
        _ sizes: String, for axes: [Int], of node: ImportedNode
    ) throws(ModelFailure) -> String {
        let shape = intermediate(.shape, [try node.requiredInput(0)], for: node, role: "shape")
        return try spread(sizes, over: axes, of: node) { builder, axis in
            let index = builder.constant([axis], for: node, role: "axis")
            return builder.intermediate(.gather(axis: 0), [shape, index], for: node, role: "size")
        }
    }

    /// A vector over the axes N, C, H, W with entries of `values` on `axes` and of `otherwise` elsewhere.
    private mutating func spread(
        _ values: String, over axes: [Int], of node: ImportedNode,
        otherwise: (inout GraphBuilder, Int) -> String
    ) throws(ModelFailure) -> String {
        let positions = axes.map { $0 < 0 ? $0 + 4 : $0 }
        guard positions.allSatisfy({ (0..<4).contains($0) }), Set(positions).count == positions.count else {
            throw node.unsupported("the axes \(axes)")
        }
        var parts: [String] = []
        for axis in 0..<4 {
            if let entry = positions.firstIndex(of: axis) {
                let index = constant([entry], for: node, role: "entry")
                parts.append(intermediate(.gather(axis: 0), [values, index], for: node, role: "value"))
            } else {
                parts.append(otherwise(&self, axis))
            }
        }
        return intermediate(.concat(axis: 0), parts, for: node, role: "spread")
    }
}
