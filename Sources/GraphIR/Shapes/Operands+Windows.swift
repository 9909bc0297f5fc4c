import Tensors

/// One axis of a sliding window: what auto_pad and ceil_mode come to for a given extent.
struct WindowAxis: Hashable {
    /// Padding before and after the input.
    var before: Int
    var after: Int
    /// Number of window positions.
    var count: Int
}

/// What a convolution and a pooling layer have in common.
struct Window {
    var kernel: [Int]
    var strides: [Int]
    var padding: [Int]
    var dilations: [Int]
    var autoPadding: AutoPadding
    var ceilMode = false

    init(_ attributes: ConvolutionAttributes) {
        kernel = attributes.kernel
        strides = attributes.strides
        padding = attributes.padding
        dilations = attributes.dilations
        autoPadding = attributes.autoPadding
    }

    init(_ attributes: PoolAttributes) {
        kernel = attributes.kernel
        strides = attributes.strides
        padding = attributes.padding
        dilations = attributes.dilations
        autoPadding = attributes.autoPadding
        ceilMode = attributes.ceilMode
    }

    /// Whether all lists have two spatial entries within what makes sense.
    var isWellFormed: Bool {
        let limit = 1 << 24
        return kernel.count == 2 && strides.count == 2 && dilations.count == 2 && padding.count == 4
            && kernel.allSatisfy { (1...limit).contains($0) } && strides.allSatisfy { (1...limit).contains($0) }
            && dilations.allSatisfy { (1...limit).contains($0) } && padding.allSatisfy { (0...limit).contains($0) }
    }

    /// Padding and positions along axis 0 (vertical) or 1 (horizontal) of an input of `extent`; the count is not
    /// positive where the window does not fit.
    func resolve(axis: Int, extent: Int) -> WindowAxis {
        let reach = (kernel[axis] - 1) * dilations[axis] + 1
        let stride = strides[axis]
        switch autoPadding {
        case .explicit:
            let (before, after) = (padding[axis], padding[axis + 2])
            return WindowAxis(
                before: before, after: after,
                count: positions(padded: extent + before + after, reach: reach, stride: stride, inside: extent + before)
            )
        case .valid:
            return WindowAxis(
                before: 0, after: 0, count: positions(padded: extent, reach: reach, stride: stride, inside: extent))
        case .sameUpper, .sameLower:
            let count = (extent + stride - 1) / stride
            let total = max((count - 1) * stride + reach - extent, 0)
            let smaller = total / 2
            let before = autoPadding == .sameUpper ? smaller : total - smaller
            return WindowAxis(before: before, after: total - before, count: count)
        }
    }

    private func positions(padded: Int, reach: Int, stride: Int, inside: Int) -> Int {
        guard padded >= reach else { return 0 }
        let span = padded - reach
        guard ceilMode else { return span / stride + 1 }
        let count = (span + stride - 1) / stride + 1
        // A window that would start behind the input and its leading padding is dropped.
        return (count - 1) * stride >= inside ? count - 1 : count
    }
}

extension Operands {
    func convolutionType(_ attributes: ConvolutionAttributes) throws(GraphError) -> TensorType {
        try requireFloat()
        try requireRank(4, operand: 0, "input")
        try requireRank(4, operand: 1, "weights")
        let (x, weights) = (try shape(0), try shape(1))
        var window = Window(attributes)
        if window.kernel.isEmpty { window.kernel = [weights[2], weights[3]] }
        guard attributes.group > 0, weights[0] % attributes.group == 0 else {
            throw failure(.shapeMismatch, "cannot make \(weights[0]) channels in \(attributes.group) groups")
        }
        guard x[1] == weights[1] &* attributes.group else {
            throw failure(
                .shapeMismatch,
                "its input has \(x[1]) channels, but weights \(weights) in \(attributes.group) groups take "
                    + "\(weights[1] &* attributes.group)")
        }
        guard window.kernel == [weights[2], weights[3]] else {
            throw failure(.shapeMismatch, "its kernel is \(window.kernel), but the weights are \(weights)")
        }
        if isPresent(2), try shape(2) != [weights[0]] {
            throw failure(.shapeMismatch, "its bias \(try shape(2)) does not fit \(weights[0]) channels")
        }
        let result = try windowed(window, x, channels: weights[0])
        if attributes.residual != .none, try shape(3) != result {
            throw failure(.shapeMismatch, "its addend \(try shape(3)) does not fit the result \(result)")
        }
        return TensorType(.float32, result)
    }

    func poolType(_ attributes: PoolAttributes) throws(GraphError) -> TensorType {
        if case .averagePool = node.operation { try requireFloat() }
        try requireRank(4, operand: 0, "input")
        let type = try type(0)
        return TensorType(type.elementType, try windowed(Window(attributes), type.shape, channels: type.shape[1]))
    }

    private func windowed(_ window: Window, _ x: Shape, channels: Int) throws(GraphError) -> Shape {
        guard window.isWellFormed else {
            throw failure(
                .invalidValue,
                "its kernel \(window.kernel), strides \(window.strides), pads \(window.padding) or dilations "
                    + "\(window.dilations) are not those of a two-dimensional window")
        }
        let (rows, columns) = (window.resolve(axis: 0, extent: x[2]), window.resolve(axis: 1, extent: x[3]))
        guard rows.count > 0, columns.count > 0 else {
            throw failure(.shapeMismatch, "its input \(x) is smaller than the window \(window.kernel)")
        }
        return try checked([x[0], channels, rows.count, columns.count])
    }
}
