extension NetworkBuilder {
    /// The most rows that a definition can have.
    private static let maximumRows = 1000
    /// The most repetitions of one row.
    private static let maximumRepetitions = 100

    /// Builds all rows of the definition.
    mutating func addRows() throws(ModelDefinitionError) {
        guard (1...Self.maximumRows).contains(definition.rows.count) else {
            throw ModelDefinitionError(
                .tooLarge, subject: definition.source,
                reason: "it has \(definition.rows.count) rows; give it 1 to \(Self.maximumRows)")
        }
        let picture = FeatureMap(value: "images", shape: inputShape, signal: .picture)
        var results: [FeatureMap?] = []
        for index in definition.rows.indices {
            row = index
            var inputs: [FeatureMap] = []
            for from in definition.rows[index].from {
                inputs.append(try source(from, results, picture))
            }
            results.append(try addRow(inputs))
        }
    }

    /// The map that `from` stands for in the present row.
    private func source(
        _ from: Int, _ results: [FeatureMap?], _ picture: FeatureMap
    ) throws(ModelDefinitionError) -> FeatureMap {
        if row == 0, from == -1 { return picture }
        let position = from < 0 ? row + from : from
        guard (0..<row).contains(position) else {
            throw failure(
                .badInput, "it reads row \(from < 0 ? "\(position) (\(from))" : "\(from)"), which is not before it")
        }
        guard let map = results[position] else {
            throw failure(.badInput, "it reads row \(position), whose result is the network's output")
        }
        return map
    }

    private mutating func addRow(_ inputs: [FeatureMap]) throws(ModelDefinitionError) -> FeatureMap? {
        let written = definition.rows[row]
        guard let type = ModuleRegistry.module(named: written.module) else {
            let names = ModuleRegistry.modules.map { $0.name }.joined(separator: ", ")
            throw failure(.unknownModule, "there is no such module; there are \(names)")
        }
        let repetitions = try repetitions(of: written)
        let arguments = ModuleArguments(
            definition, row: row, inputs: inputs.map(\.shape), repetitions: type.takesRepetitions ? repetitions : 1)
        if type is any PlainModule.Type { _ = try arguments.input() }
        let module = try type.init(arguments)
        rowLayers.append(layers.count)
        guard repetitions > 1, !type.takesRepetitions else {
            return try apply(module, as: "model.\(row)", to: inputs)
        }
        guard let plain = module as? any PlainModule else {
            throw failure(.badArgument, "it cannot be repeated; give it the number 1")
        }
        return try apply(Sequential(module: plain, repetitions: repetitions), as: "model.\(row)", to: inputs)
    }

    /// The number in the row, scaled as the upstream parsers do: to the nearest, halves to even, at least 1.
    private func repetitions(of row: ModuleRow) throws(ModelDefinitionError) -> Int {
        guard (1...Self.maximumRepetitions).contains(row.number) else {
            throw failure(.badArgument, "its number is \(row.number); give 1 to \(Self.maximumRepetitions)")
        }
        guard row.number > 1 else { return 1 }
        let scaled = (Double(row.number) * definition.depthMultiple).rounded(.toNearestOrEven)
        return min(max(1, Int(scaled)), Self.maximumRepetitions)
    }
}

/// One module several times, each on the result of the one before.
private struct Sequential: PlainModule {
    static let name = "Sequential"
    static let form = ""

    let module: any PlainModule
    let repetitions: Int

    init(module: any PlainModule, repetitions: Int) { (self.module, self.repetitions) = (module, repetitions) }

    init(_ arguments: ModuleArguments) throws(ModelDefinitionError) {
        throw arguments.failure(.unknownModule, "it is no module of its own")
    }

    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap {
        var x = x
        for index in 0..<repetitions {
            let channels = x.shape.channels
            x = try network.apply(module, as: "\(index)", to: x)
            guard x.shape.channels == channels else {
                throw network.failure(
                    .badInput,
                    "to be repeated it needs \(x.shape.channels) channels in, but gets \(channels); put one row before it"
                )
            }
        }
        return x
    }
}
