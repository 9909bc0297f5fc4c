import GraphIR
import Tensors

extension NetworkBuilder {
    /// Maps of one size, one after the other along channels.
    mutating func concat(_ maps: [FeatureMap], as name: String = "concat") throws(ModelDefinitionError) -> FeatureMap {
        guard var shape = maps.first?.shape else { throw failure(.badInput, "it reads nothing") }
        for map in maps where map.shape.height != shape.height || map.shape.width != shape.width {
            let listed = maps.map(\.shape.description).joined(separator: ", ")
            throw failure(.badInput, "its inputs differ in size: \(listed); read rows of the same stride")
        }
        shape.channels = maps.reduce(0) { $0 + $1.shape.channels }
        return FeatureMap(
            value: try node(name, .concat(axis: 1), maps.map(\.value)), shape: shape,
            signal: SignalEstimate(joining: maps))
    }

    /// The sum of two maps of one shape.
    mutating func sum(_ a: FeatureMap, _ b: FeatureMap) throws(ModelDefinitionError) -> FeatureMap {
        FeatureMap(
            value: try node("sum", .binary(.add), [a.value, b.value]), shape: a.shape, signal: a.signal + b.signal)
    }

    /// Each channel of `x` times its gate `[1, C, 1, 1]`.
    mutating func gated(_ x: FeatureMap, by gate: FeatureMap) throws(ModelDefinitionError) -> FeatureMap {
        FeatureMap(
            value: try node("scale", .binary(.multiply), [x.value, gate.value]), shape: x.shape, signal: x.signal.halved
        )
    }

    /// The mean of each channel, `[1, C, 1, 1]`.
    mutating func mean(_ x: FeatureMap) throws(ModelDefinitionError) -> FeatureMap {
        let shape = MapShape(channels: x.shape.channels, height: 1, width: 1)
        return FeatureMap(
            value: try node("pool", .globalAveragePool, [x.value]), shape: shape, signal: x.signal.averaged)
    }

    /// The largest of each window.
    mutating func maxPool(
        _ x: FeatureMap, kernel: Int, stride: Int, padding: Int, as name: String = "pool"
    ) throws(ModelDefinitionError) -> FeatureMap {
        var shape = x.shape
        shape.height = (shape.height + 2 * padding - kernel) / stride + 1
        shape.width = (shape.width + 2 * padding - kernel) / stride + 1
        guard x.shape.height + 2 * padding >= kernel, x.shape.width + 2 * padding >= kernel else {
            throw failure(.badInput, "its window is larger than its input of \(x.shape); give a larger --size")
        }
        let attributes = PoolAttributes(
            kernel: [kernel, kernel], strides: [stride, stride], padding: Array(repeating: padding, count: 4))
        return FeatureMap(
            value: try node(name, .maxPool(attributes), [x.value]), shape: shape, signal: x.signal.largest(side: kernel)
        )
    }

    /// Every pixel `factor` by `factor` times.
    mutating func enlarged(_ x: FeatureMap, by factor: Int) throws(ModelDefinitionError) -> FeatureMap {
        let shape = MapShape(
            channels: x.shape.channels, height: x.shape.height * factor, width: x.shape.width * factor)
        let scales = constant(Tensor([1, 1, Float(factor), Float(factor)], shape: [4]), "scales")
        let attributes = ResizeAttributes(mode: .nearest, coordinates: .asymmetric, rounding: .floor)
        return FeatureMap(
            value: try node("resize", .resize(attributes), [x.value, "", scales]), shape: shape, signal: x.signal)
    }

    /// The four pixels of each 2×2 square as channels: top left, bottom left, top right, bottom right.
    mutating func squaresToChannels(_ x: FeatureMap) throws(ModelDefinitionError) -> FeatureMap {
        guard x.shape.height % 2 == 0, x.shape.width % 2 == 0 else {
            throw failure(.badInput, "its input of \(x.shape) has an odd side; give another --size")
        }
        let (axes, steps) = (constant(.vector([2, 3]), "axes"), constant(.vector([2, 2]), "steps"))
        let ends = constant(.vector([Int64(x.shape.height), Int64(x.shape.width)]), "ends")
        let shape = MapShape(
            channels: x.shape.channels, height: x.shape.height / 2, width: x.shape.width / 2)
        var parts: [FeatureMap] = []
        for (top, left) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let starts = constant(.vector([Int64(top), Int64(left)]), "starts")
            let value = try node("slice", .slice, [x.value, starts, ends, axes, steps])
            parts.append(FeatureMap(value: value, shape: shape, signal: x.signal))
        }
        return try concat(parts)
    }

    /// The first and the second half of the channels.
    mutating func halves(_ x: FeatureMap) throws(ModelDefinitionError) -> (FeatureMap, FeatureMap) {
        var shape = x.shape
        shape.channels /= 2
        let sizes = constant(.vector([Int64(shape.channels), Int64(shape.channels)]), "sizes")
        let values = try node("split", .split(axis: 1), [x.value, sizes], results: 2)
        let parts = values.map { FeatureMap(value: $0, shape: shape, signal: x.signal) }
        return (parts[0], parts[1])
    }

    /// Channels of two groups in turn: a0, b0, a1, b1 …
    mutating func shuffled(_ x: FeatureMap) throws(ModelDefinitionError) -> FeatureMap {
        let (channels, height, width) = (x.shape.channels, x.shape.height, x.shape.width)
        let grouped = try reshaped(x.value, [1, 2, channels / 2, height, width], "group")
        let turned = try node("shuffle", .transpose(permutation: [0, 2, 1, 3, 4]), [grouped])
        return FeatureMap(
            value: try reshaped(turned, [1, channels, height, width], "ungroup"), shape: x.shape, signal: x.signal)
    }

    /// `value` in `shape`.
    mutating func reshaped(_ value: String, _ shape: [Int], _ name: String) throws(ModelDefinitionError) -> String {
        let extents = constant(.vector(shape.map(Int64.init)), name + ".shape")
        return try node(name, .reshape(allowZero: false), [value, extents])
    }
}
