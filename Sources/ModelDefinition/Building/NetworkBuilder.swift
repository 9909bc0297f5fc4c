import GraphIR
import Tensors

/// A network that is being built: nodes, parameters with their names, and what each layer costs.
///
/// Nodes, values and parameters are named by where they stand, as in a state dictionary: `model.2.cv1.conv`.
package struct NetworkBuilder {
    /// The most trained parameters a network can have.
    static let maximumParameters = 1 << 28
    /// The longest side and the most channels that a map can have.
    private static let maximumSide = 1 << 14
    private static let maximumChannels = 1 << 20
    /// The most nodes a network can have.
    static let maximumNodes = 1 << 16

    let definition: ModelDefinition
    /// Height and width of the input picture.
    let inputShape: MapShape
    /// Trained tensors by name; nil where parameters are to be random.
    let trained: [String: Tensor]?

    private(set) var nodes: [Node] = []
    private(set) var constants: [String: Tensor] = [:]
    private(set) var parameters: [NetworkParameter] = []
    private(set) var layers: [LayerRecord] = []
    /// Position in `layers` of each row.
    var rowLayers: [Int] = []
    private(set) var cost = NetworkCost()
    /// The value of the detection head; empty while there is none.
    var output = ""
    /// What the detection head found out; nil while there is none.
    var detection: DetectionLevels?

    /// The row that is being built, for errors.
    var row = 0
    private var path: [String] = []
    private var parameterTotal = 0
    private var names = UniqueNames(used: [])

    init(_ definition: ModelDefinition, inputShape: MapShape, trained: [String: Tensor]?) {
        self.definition = definition
        self.inputShape = inputShape
        self.trained = trained
    }

    func failure(_ code: ModelDefinitionError.Code, _ reason: String) -> ModelDefinitionError {
        definition.failure(code, row: row, reason)
    }

    /// Where `name` stands: `model.2.cv1` and `conv` make `model.2.cv1.conv`.
    func place(_ name: String) -> String { (path + [name]).joined(separator: ".") }

    /// Builds `module` at `name` and notes what it came to.
    mutating func apply(
        _ module: some NetworkModule, as name: String, to inputs: [FeatureMap]
    ) throws(ModelDefinitionError) -> FeatureMap? {
        let before = cost
        let index = layers.count
        path.append(name)
        layers.append(
            LayerRecord(
                path: path.joined(separator: "."), module: type(of: module).name, inputs: inputs.map(\.shape),
                kernel: module.kernel, cost: cost))
        let result = try module.build(inputs, in: &self)
        path.removeLast()
        if let shape = result?.shape { try check(shape) }
        layers[index].output = result?.shape
        layers[index].cost = cost - before
        return result
    }

    /// Chains of enlargements and concatenations would otherwise overflow.
    private func check(_ shape: MapShape) throws(ModelDefinitionError) {
        guard max(shape.height, shape.width) <= Self.maximumSide, shape.channels <= Self.maximumChannels else {
            throw failure(
                .tooLarge,
                "its result would be \(shape); at most \(Self.maximumChannels) channels and sides of "
                    + "\(Self.maximumSide) are possible")
        }
    }

    /// Builds a part of a module.
    mutating func apply(
        _ module: some PlainModule, as name: String, to x: FeatureMap
    ) throws(ModelDefinitionError) -> FeatureMap {
        // A plain module always has a result.
        try apply(module, as: name, to: [x]) ?? x
    }

    /// Builds parts one after the other, each under its number, in a container called `name`.
    mutating func chain(
        _ modules: [any PlainModule], as name: String, to x: FeatureMap
    ) throws(ModelDefinitionError) -> FeatureMap {
        path.append(name)
        var x = x
        for (index, module) in modules.enumerated() { x = try apply(module, as: "\(index)", to: x) }
        path.removeLast()
        return x
    }

    /// A trained parameter at `name`; returns the name of its value.
    mutating func parameter(
        _ name: String, _ shape: Shape, _ start: InitialValues
    ) throws(ModelDefinitionError) -> String {
        let parameter = NetworkParameter(name: place(name), shape: shape, start: start)
        parameters.append(parameter)
        parameterTotal += shape.count
        guard parameterTotal <= Self.maximumParameters else {
            throw failure(.tooLarge, "the network has more than \(Self.maximumParameters) parameters; make it narrower")
        }
        return parameter.name
    }

    /// A constant that is not trained.
    mutating func constant(_ tensor: Tensor, _ name: String) -> String {
        let name = names.claim(place(name))
        constants[name] = tensor
        return name
    }

    /// Adds a node at `name` with one result of the same name.
    mutating func node(_ name: String, _ operation: Operator, _ inputs: [String]) throws(ModelDefinitionError) -> String
    {
        try node(name, operation, inputs, results: 1)[0]
    }

    /// Adds a node at `name`; returns the names of its results.
    mutating func node(
        _ name: String, _ operation: Operator, _ inputs: [String], results: Int
    ) throws(ModelDefinitionError) -> [String] {
        guard nodes.count < Self.maximumNodes else { throw failure(.tooLarge, "the network has too many layers") }
        let name = names.claim(place(name))
        let outputs = results == 1 ? [name] : (0..<results).map { names.claim("\(name).\($0)") }
        nodes.append(Node(name: name, operation: operation, inputs: inputs, outputs: outputs))
        return outputs
    }

    /// Adds to what the present layer costs.
    mutating func charge(_ cost: NetworkCost) { self.cost = self.cost + cost }
}
