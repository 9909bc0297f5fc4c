import Tensors

extension Evaluation {
    func convolution(_ attributes: ConvolutionAttributes, shape: Shape) throws(GraphError) -> Tensor {
        let (x, weights) = (try floats(0), try floats(1))
        let bias = operands.isPresent(2) ? try floats(2) : Array(repeating: 0, count: shape[1])
        let loop = ConvolutionLoop(attributes, input: try tensor(0).shape, weights: try tensor(1).shape, output: shape)
        var result: [Float] = []
        result.reserveCapacity(shape.count)
        for image in 0..<shape[0] {
            for channel in 0..<shape[1] {
                for row in 0..<shape[2] {
                    for column in 0..<shape[3] {
                        let sum = loop.sum(x, weights, image: image, channel: channel, row: row, column: column)
                        result.append(Float(sum + Double(bias[channel])))
                    }
                }
            }
        }
        let addend = attributes.residual == .none ? nil : try floats(3)
        for index in result.indices {
            if let addend, attributes.residual == .beforeActivation { result[index] += addend[index] }
            if let activation = attributes.activation {
                result[index] = Float(activation.value(at: Double(result[index])))
            }
            if let addend, attributes.residual == .afterActivation { result[index] += addend[index] }
        }
        return Tensor(result, shape: shape)
    }

    func maxPool(_ attributes: PoolAttributes, shape: Shape) throws(GraphError) -> Tensor {
        let x = try tensor(0)
        let cover = PoolCover(attributes, input: x.shape)
        var sources: [Int] = []
        sources.reserveCapacity(shape.count)
        for index in 0..<shape.count {
            let positions = cover.positions(index, of: shape)
            guard let largest = positions.max(by: { x.storage.precedes($0, $1) }) else { throw emptyWindow() }
            sources.append(largest)
        }
        return x.gathering(sources, shape: shape)
    }

    func averagePool(_ attributes: PoolAttributes, countsPadding: Bool, shape: Shape) throws(GraphError) -> Tensor {
        let x = try floats(0)
        let cover = PoolCover(attributes, input: try tensor(0).shape)
        var means: [Float] = []
        means.reserveCapacity(shape.count)
        for index in 0..<shape.count {
            let positions = cover.positions(index, of: shape)
            let count = countsPadding ? cover.paddedCount(index, of: shape) : positions.count
            guard count > 0 else { throw emptyWindow() }
            means.append(Float(positions.reduce(0.0) { $0 + Double(x[$1]) } / Double(count)))
        }
        return Tensor(means, shape: shape)
    }

    private func emptyWindow() -> GraphError {
        operands.failure(.shapeMismatch, "has a window that covers only padding")
    }
}

/// What the windows of a pooling layer cover.
private struct PoolCover {
    private let rows: WindowCover
    private let columns: WindowCover
    private let input: Shape

    init(_ attributes: PoolAttributes, input: Shape) {
        rows = WindowCover(Window(attributes), axis: 0, extent: input[2])
        columns = WindowCover(Window(attributes), axis: 1, extent: input[3])
        self.input = input
    }

    /// The input's linear positions under the window of the result's element `index`.
    func positions(_ index: Int, of shape: Shape) -> [Int] {
        let plane = index / (shape[2] * shape[3]) * input[2] * input[3]
        return rows.inside(index / shape[3] % shape[2]).flatMap { y in
            columns.inside(index % shape[3]).map { plane + y * input[3] + $0 }
        }
    }

    /// How many taps of the window are inside the padded input.
    func paddedCount(_ index: Int, of shape: Shape) -> Int {
        rows.paddedCount(index / shape[3] % shape[2]) * columns.paddedCount(index % shape[3])
    }
}

/// What the positions of a window cover along one axis.
private struct WindowCover {
    private let resolved: WindowAxis
    private let kernel: Int
    private let stride: Int
    private let dilation: Int
    private let extent: Int

    init(_ window: Window, axis: Int, extent: Int) {
        resolved = window.resolve(axis: axis, extent: extent)
        kernel = window.kernel[axis]
        stride = window.strides[axis]
        dilation = window.dilations[axis]
        self.extent = extent
    }

    /// Input coordinates under window `position`.
    func inside(_ position: Int) -> [Int] { taps(position).filter { (0..<extent).contains($0) } }

    /// How many taps of window `position` are inside the padded input.
    func paddedCount(_ position: Int) -> Int { taps(position).count { $0 < extent + resolved.after } }

    private func taps(_ position: Int) -> [Int] {
        (0..<kernel).map { position * stride - resolved.before + $0 * dilation }
    }
}

/// The inner loops of a convolution. All numbers are kept apart and `while` is used, because this is also run in debug
/// builds, where ranges and arrays of two cost several times the sum itself.
private struct ConvolutionLoop {
    private let height: Int
    private let width: Int
    private let inputChannels: Int
    private let channelsPerGroup: Int
    private let filtersPerGroup: Int
    private let rows: Tap
    private let columns: Tap

    /// Where the taps of a window lie along one axis.
    private struct Tap {
        let kernel: Int
        let stride: Int
        let dilation: Int
        let before: Int

        init(_ window: Window, axis: Int, extent: Int) {
            kernel = window.kernel[axis]
            stride = window.strides[axis]
            dilation = window.dilations[axis]
            before = window.resolve(axis: axis, extent: extent).before
        }
    }

    init(_ attributes: ConvolutionAttributes, input: Shape, weights: Shape, output: Shape) {
        var window = Window(attributes)
        window.kernel = [weights[2], weights[3]]
        height = input[2]
        width = input[3]
        inputChannels = input[1]
        channelsPerGroup = weights[1]
        filtersPerGroup = output[1] / attributes.group
        rows = Tap(window, axis: 0, extent: input[2])
        columns = Tap(window, axis: 1, extent: input[3])
    }

    func sum(_ x: [Float], _ w: [Float], image: Int, channel: Int, row: Int, column: Int) -> Double {
        var sum = 0.0
        let firstPlane = image * inputChannels + channel / filtersPerGroup * channelsPerGroup
        let (kernelColumns, dilation) = (columns.kernel, columns.dilation)
        let left = column * columns.stride - columns.before
        let inside = width
        var weight = channel * channelsPerGroup * rows.kernel * kernelColumns
        var plane = firstPlane
        while plane < firstPlane + channelsPerGroup {
            var y = row * rows.stride - rows.before
            let end = y + rows.kernel * rows.dilation
            while y < end {
                if y < 0 || y >= height {
                    weight += kernelColumns
                } else {
                    let line = (plane * height + y) * inside
                    var column = left
                    let stop = weight + kernelColumns
                    while weight < stop {
                        if column >= 0 && column < inside { sum += Double(x[line + column]) * Double(w[weight]) }
                        column += dilation
                        weight += 1
                    }
                }
                y += rows.dilation
            }
            plane += 1
        }
        return sum
    }
}

extension Tensor.Storage {
    /// Whether element `a` is less than element `b`.
    func precedes(_ a: Int, _ b: Int) -> Bool {
        switch self {
        case .float32(let values): values[a] < values[b]
        case .int64(let values): values[a] < values[b]
        case .int32(let values): values[a] < values[b]
        case .uint8(let values): values[a] < values[b]
        case .bool(let values): !values[a] && values[b]
        }
    }
}
