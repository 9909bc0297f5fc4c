import Foundation
import GraphIR
import Tensors

/// What `Detect` and `IDetect` have in common: anchors, first biases, and what makes boxes of the convolutions' results.
struct DetectionLevels: Sendable {
    let classCount: Int
    /// Widths and heights in input pixels, alternating, one list a level.
    private(set) var anchors: [[Double]]
    /// Input pixels from one cell to the next, one a level; known once the levels have been decoded.
    private(set) var strides: [Int] = []

    private var anchorCount: Int { anchors[0].count / 2 }
    private var columns: Int { 5 + classCount }
    /// Channels of each level's convolution.
    private var channels: Int { anchorCount * columns }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        try arguments.refuse(beyond: 2)
        classCount = try arguments.integer(
            at: 0, default: arguments.definition.classCount, "the number of classes", 1...10_000)
        anchors = try arguments.anchors(at: 1)
        guard anchors.count == arguments.inputs.count else {
            throw arguments.failure(
                .badInput, "it reads \(arguments.inputs.count) rows, but there are anchors for \(anchors.count) levels")
        }
    }

    /// The same with the anchors that were trained, where the tensors have them: `[levels, anchors, 2]`, in cells.
    func trained(in network: NetworkBuilder) throws(ModelDefinitionError) -> DetectionLevels {
        guard let tensor = network.trained?[network.place("anchors")] else { return self }
        guard tensor.shape == [anchors.count, anchorCount, 2], let values = tensor.floats else {
            throw network.failure(
                .badWeights, "\(network.place("anchors")) is \(tensor.shape), not [\(anchors.count), \(anchorCount), 2]"
            )
        }
        var result = self
        result.cells = stride(from: 0, to: values.count, by: 2 * anchorCount).map { start in
            values[start..<start + 2 * anchorCount].map(Double.init)
        }
        return result
    }

    /// Trained anchors in cells; nil where those of the definition count.
    private var cells: [[Double]]?

    /// The 1×1 convolution of a level.
    func predictions(
        of level: Int, _ x: FeatureMap, in network: inout NetworkBuilder
    ) throws(ModelDefinitionError) -> FeatureMap {
        try network.biasedConvolution(
            x, ConvolutionForm(channels: channels, kernel: 1), as: "m.\(level)",
            offsets: bias(x.shape, input: network.inputShape))
    }

    /// What to add to each channel's first bias, so that an untrained network finds little: eight objects in a picture of 640 pixels,
    /// all classes as rare as each other.
    private func bias(_ shape: MapShape, input: MapShape) -> [Float] {
        let stride = Double(input.height) / Double(shape.height)
        let objectness = Float(log(8 / pow(640 / stride, 2)))
        let score = Float(log(0.6 / (Double(classCount) - 0.99999)))
        let one = [0, 0, 0, 0, objectness] + Array(repeating: score, count: classCount)
        return (0..<anchorCount).flatMap { _ in one }
    }

    /// Makes the network's output of the levels' maps.
    func decode(_ maps: [FeatureMap], in network: inout NetworkBuilder) throws(ModelDefinitionError) {
        guard network.detection == nil else {
            throw network.failure(.badInput, "an earlier row is the detection head already; a network has one")
        }
        var result = self
        var rows: [String] = []
        for (level, map) in maps.enumerated() {
            let stride = try network.stride(of: map.shape)
            result.strides.append(stride)
            if let cells { result.anchors[level] = cells[level].map { $0 * Double(stride) } }
            rows.append(try result.rows(level, map, in: &network))
        }
        network.output = try network.node("output", .concat(axis: 1), rows)
        network.detection = result
    }

    /// `[1, anchors · height · width, columns]`.
    private func rows(
        _ level: Int, _ map: FeatureMap, in network: inout NetworkBuilder
    ) throws(ModelDefinitionError) -> String {
        let (height, width, place) = (map.shape.height, map.shape.width, "level\(level)")
        let grouped = try network.reshaped(map.value, [1, anchorCount, columns, height, width], "\(place).anchors")
        let turned = try network.node("\(place).cells", .transpose(permutation: [0, 1, 3, 4, 2]), [grouped])
        let unit = try network.node("\(place).sigmoid", .activation(.sigmoid), [turned])
        let sizes = network.constant(.vector([2, 2, Int64(columns - 4)]), "\(place).sizes")
        let parts = try network.node("\(place).parts", .split(axis: 4), [unit, sizes], results: 3)
        let centre = try centre(level, parts[0], map.shape, in: &network)
        let size = try size(level, parts[1], in: &network)
        let joined = try network.node("\(place).join", .concat(axis: 4), [centre, size, parts[2]])
        return try network.reshaped(joined, [1, anchorCount * height * width, columns], "\(place).rows")
    }

    /// (2·x − 1/2 + cell) · stride.
    private func centre(
        _ level: Int, _ value: String, _ shape: MapShape, in network: inout NetworkBuilder
    ) throws(ModelDefinitionError) -> String {
        let stride = Float(strides[level])
        var grid: [Float] = []
        for y in 0..<shape.height {
            for x in 0..<shape.width { grid += [(Float(x) - 0.5) * stride, (Float(y) - 0.5) * stride] }
        }
        let place = "level\(level).centre"
        let scale = network.constant(.scalar(2 * stride), "\(place).scale")
        let scaled = try network.node("\(place).scaled", .binary(.multiply), [value, scale])
        let cells = network.constant(Tensor(grid, shape: [1, 1, shape.height, shape.width, 2]), "\(place).grid")
        return try network.node(place, .binary(.add), [scaled, cells])
    }

    /// (2·x)² · anchor.
    private func size(
        _ level: Int, _ value: String, in network: inout NetworkBuilder
    ) throws(ModelDefinitionError) -> String {
        let place = "level\(level).size"
        let square = try network.node("\(place).square", .binary(.multiply), [value, value])
        let sides = anchors[level].map { Float(4 * $0) }
        let constant = network.constant(Tensor(sides, shape: [1, anchorCount, 1, 1, 2]), "\(place).anchors")
        return try network.node(place, .binary(.multiply), [square, constant])
    }
}

extension NetworkBuilder {
    /// Input pixels from one position of a map to the next.
    fileprivate func stride(of shape: MapShape) throws(ModelDefinitionError) -> Int {
        let stride = inputShape.height / shape.height
        guard stride * shape.height == inputShape.height, stride * shape.width == inputShape.width else {
            throw failure(
                .badInput,
                "a level of \(shape) does not divide the picture of \(inputShape.width)×\(inputShape.height); give another --size"
            )
        }
        return stride
    }
}

extension ModuleArguments {
    /// `anchors`, the definition's own, or lists of numbers.
    fileprivate func anchors(at position: Int) throws(ModelDefinitionError) -> [[Double]] {
        let wanted = "'anchors', or a list of widths and heights for each level"
        let anchors: [[Double]]
        switch self[position] {
        case nil, .text("anchors"): anchors = definition.anchors
        case .list(let levels):
            var read: [[Double]] = []
            for level in levels {
                guard let numbers = level.numbers else { throw wrong(position, wanted) }
                read.append(numbers)
            }
            anchors = read
        default: throw wrong(position, wanted)
        }
        guard let count = anchors.first?.count, count > 0, count % 2 == 0, count <= 64,
            anchors.allSatisfy({ $0.count == count && $0.allSatisfy { $0 > 0 && $0.isFinite } })
        else { throw failure(.badArgument, "its anchors are not pairs of positive numbers, as many on each level") }
        return anchors
    }
}

extension ModuleArgument {
    /// The numbers of a list of numbers.
    package var numbers: [Double]? {
        guard case .list(let items) = self else { return nil }
        let numbers = items.compactMap { item -> Double? in
            switch item {
            case .integer(let value): Double(value)
            case .number(let value): value
            default: nil
            }
        }
        return numbers.count == items.count ? numbers : nil
    }
}
