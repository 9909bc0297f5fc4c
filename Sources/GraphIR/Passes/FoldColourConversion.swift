import Tensors

/// A first convolution of stride 2 that reads RGB → one that reads the planes of a 4:2:0 picture.
///
/// RGB is linear in luma and the two colour differences (up to the clamp to a level's range), and four pixels share their colour
/// differences; so weights of three colours become those of one luma sample a pixel and two colour differences for four. The input
/// `[1, 3, H, W]` becomes `[1, 3, H/2, W]`: luma rows of even number, of odd number, and rows of a blue and a red difference in
/// turn. A kernel of k×k is widened with zeros to whole squares of four pixels and is an ordinary one of half as many rows then,
/// of stride 1 downwards and 2 to the right: 54 weights in place of 108 where k is 6.
package struct FoldColourConversion: GraphPass {
    package let name = "fold the conversion of colours"
    private let input: String
    private let weights: [[Double]]

    /// - Parameters:
    ///   - input: the graph's input that is the picture.
    ///   - weights: for each of its channels, what a unit of luma, of the blue and of the red difference adds to a value.
    package init(input: String, weights: [[Double]]) {
        self.input = input
        self.weights = weights
    }

    package func apply(to graph: inout Graph, types: [String: TensorType]) throws(GraphError) {
        let stem: PictureStem
        switch PictureStem.find(in: graph, types: types, input: input) {
        case .success(let found): stem = found
        case .failure(let obstacle):
            throw GraphError(.shapeMismatch, operation: "Pass", subject: name, reason: obstacle.reason)
        }
        var names = NewNames(graph)
        let node = graph.nodes[stem.node]
        let folded = names.name(of: stem.folded(by: weights), base: "\(node.name)/folded", in: &graph)
        graph.nodes[stem.node].operation = .convolution(stem.attributes)
        graph.nodes[stem.node].inputs[1] = folded
        for index in graph.inputs.indices where graph.inputs[index].name == input {
            graph.inputs[index].dimensions = stem.inputShape.dimensions
        }
        graph.quantization.values[input] = nil
    }

    /// Why the graph's input cannot be read as planes, a clause without a subject; nil where it can.
    package static func obstacle(in graph: Graph, types: [String: TensorType], input: String) -> String? {
        switch PictureStem.find(in: graph, types: types, input: input) {
        case .success: nil
        case .failure(let obstacle): obstacle.reason
        }
    }
}

/// The convolution that reads the picture.
private struct PictureStem {
    struct Obstacle: Error {
        let reason: String
    }

    let node: Int
    private let original: ConvolutionAttributes
    private let weights: Tensor
    private let values: [Float]
    private let picture: Shape
    private let rows: CellWindow
    private let columns: CellWindow

    static func find(in graph: Graph, types: [String: TensorType], input: String) -> Result<PictureStem, Obstacle> {
        let readers = graph.nodes.indices.filter { graph.nodes[$0].inputs.contains(input) }
        guard readers.count == 1, !graph.outputs.contains(input) else {
            return .failure(Obstacle(reason: "its picture is read in \(readers.count) places"))
        }
        guard case .convolution(let attributes) = graph.nodes[readers[0]].operation else {
            let reader = graph.nodes[readers[0]].operation.name
            return .failure(Obstacle(reason: "its picture goes into \(reader), not into a convolution"))
        }
        guard let picture = types[input]?.shape, picture.rank == 4, picture[0] == 1, picture[1] == 3,
            picture[2] % 2 == 0, picture[3] % 2 == 0
        else { return .failure(Obstacle(reason: "its input has no even width and height")) }
        guard let stem = PictureStem(graph, readers[0], attributes, picture) else {
            return .failure(Obstacle(reason: "its first convolution has not a stride of 2 over all colours"))
        }
        return .success(stem)
    }

    private init?(_ graph: Graph, _ index: Int, _ attributes: ConvolutionAttributes, _ picture: Shape) {
        let node = graph.nodes[index]
        guard attributes.strides == [2, 2], attributes.dilations == [1, 1], attributes.group == 1,
            attributes.autoPadding == .explicit, let weights = graph.constants[node.inputs[1]],
            let values = weights.floats,
            let rows = CellWindow(attributes, axis: 0, extent: picture[2]),
            let columns = CellWindow(attributes, axis: 1, extent: picture[3])
        else { return nil }
        self.node = index
        original = attributes
        self.weights = weights
        self.values = values
        self.picture = picture
        self.rows = rows
        self.columns = columns
    }

    var inputShape: Shape { [1, 3, picture[2] / 2, picture[3]] }

    var attributes: ConvolutionAttributes {
        var result = original
        result.kernel = [rows.cells, 2 * columns.cells]
        result.strides = [1, 2]
        result.padding = [rows.before, 2 * columns.before, rows.after, 2 * columns.after]
        return result
    }

    /// The weights `[M, 3, rows, 2 · columns]`, rows and columns in squares of four pixels.
    func folded(by conversion: [[Double]]) -> Tensor {
        let shape: Shape = [weights.shape[0], 3, rows.cells, 2 * columns.cells]
        var sums = Array(repeating: 0.0, count: shape.count)
        for (index, weight) in values.enumerated() {
            let column = index % weights.shape[3] + columns.shift
            let row = index / weights.shape[3] % weights.shape[2] + rows.shift
            let channel = index / (weights.shape[3] * weights.shape[2]) % 3
            let filter = index / (weights.shape[3] * weights.shape[2] * 3)
            let parts = conversion[channel].map { $0 * Double(weight) }
            func place(_ plane: Int, _ column: Int) -> Int {
                ((filter * 3 + plane) * shape[2] + row / 2) * shape[3] + column
            }
            sums[place(row % 2, column)] += parts[0]
            sums[place(2, column / 2 * 2)] += parts[1]
            sums[place(2, column / 2 * 2 + 1)] += parts[2]
        }
        return Tensor(sums.map { Float($0) }, shape: shape)
    }
}

/// A window of stride 2 along one axis, in cells of two pixels.
private struct CellWindow {
    /// Cells that the window touches.
    let cells: Int
    /// Whether it begins at the second pixel of a cell: 0 or 1.
    let shift: Int
    /// Padding before and after, in cells.
    let before: Int
    let after: Int

    init?(_ attributes: ConvolutionAttributes, axis: Int, extent: Int) {
        let (kernel, padding) = (attributes.kernel[axis], (attributes.padding[axis], attributes.padding[axis + 2]))
        let outputs = (extent + padding.0 + padding.1 - kernel) / 2 + 1
        before = (padding.0 + 1) / 2
        shift = 2 * before - padding.0
        cells = (shift + kernel + 1) / 2
        after = outputs + cells - 1 - extent / 2 - before
        guard outputs > 0, after >= 0 else { return nil }
    }
}
