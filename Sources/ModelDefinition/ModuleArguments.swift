package import GraphIR

/// A row's arguments as its module reads them: by position, with what stands there when they are left out.
package struct ModuleArguments: Sendable {
    /// What the row reads.
    package let inputs: [MapShape]
    /// How often the module is repeated, after `depth_multiple`.
    package let repetitions: Int
    package let definition: ModelDefinition
    private let row: ModuleRow
    private let index: Int

    init(_ definition: ModelDefinition, row index: Int, inputs: [MapShape], repetitions: Int) {
        self.definition = definition
        self.index = index
        self.inputs = inputs
        self.repetitions = repetitions
        row = definition.rows[index]
    }

    package var count: Int { row.arguments.count }

    /// An error that names the row.
    package func failure(_ code: ModelDefinitionError.Code, _ reason: String) -> ModelDefinitionError {
        definition.failure(code, row: index, reason)
    }

    /// The one map that the row reads.
    package func input() throws(ModelDefinitionError) -> MapShape {
        guard inputs.count == 1 else { throw failure(.badInput, "it reads \(inputs.count) rows; give it one") }
        return inputs[0]
    }

    /// Throws where there are more arguments than the module takes.
    package func refuse(beyond count: Int) throws(ModelDefinitionError) {
        guard row.arguments.count > count else { return }
        throw failure(.badArgument, "it has \(row.arguments.count) arguments; the most it takes is \(count)")
    }

    /// The argument at `position`, `nc` as the number that it stands for; nil where it is left out.
    package subscript(position: Int) -> ModuleArgument? {
        guard position < row.arguments.count else { return nil }
        let argument = row.arguments[position]
        return argument == .text("nc") ? .integer(definition.classCount) : argument
    }

    /// Whether `position` holds a whole number.
    package func isInteger(at position: Int) -> Bool {
        if case .integer = self[position] { true } else { false }
    }

    /// Output channels, scaled by `width_multiple` to a multiple of 8; the detector's own number of channels stays as it is.
    package func channels(at position: Int = 0) throws(ModelDefinitionError) -> Int {
        let channels = try integer(at: position, "the number of output channels", 1...1 << 16)
        guard !definition.isPredictionWidth(channels) else { return channels }
        return Int((Double(channels) * definition.widthMultiple / 8).rounded(.up)) * 8
    }

    /// - Parameter meaning: the argument in words, for errors.
    package func integer(
        at position: Int, default usual: Int? = nil, _ meaning: String, _ range: ClosedRange<Int>
    ) throws(ModelDefinitionError) -> Int {
        if self[position] == nil, let usual { return usual }
        guard case .integer(let value) = self[position], range.contains(value) else {
            throw wrong(position, "\(meaning), a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A whole number, or nil for `None`.
    package func optionalInteger(
        at position: Int, _ meaning: String, _ range: ClosedRange<Int>
    ) throws(ModelDefinitionError) -> Int? {
        if self[position] == nil || self[position] == ModuleArgument.none { return nil }
        return try integer(at: position, meaning, range)
    }

    package func number(
        at position: Int, default usual: Double, _ meaning: String, _ range: ClosedRange<Double>
    ) throws(ModelDefinitionError) -> Double {
        let value: Double
        switch self[position] {
        case nil: return usual
        case .integer(let number): value = Double(number)
        case .number(let number): value = number
        default: value = .nan
        }
        guard range.contains(value) else {
            throw wrong(position, "\(meaning), a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A truth value; 0 and 1 count as such.
    package func flag(at position: Int, default usual: Bool, _ meaning: String) throws(ModelDefinitionError) -> Bool {
        switch self[position] {
        case nil: return usual
        case .bool(let value): return value
        case .integer(let value) where value == 0 || value == 1: return value == 1
        default: throw wrong(position, "\(meaning), True or False")
        }
    }

    package func integers(
        at position: Int, default usual: [Int], _ meaning: String, _ range: ClosedRange<Int>
    ) throws(ModelDefinitionError) -> [Int] {
        guard let argument = self[position] else { return usual }
        guard case .list(let items) = argument, (1...8).contains(items.count) else {
            throw wrong(position, "\(meaning), a list of whole numbers")
        }
        var values: [Int] = []
        for item in items {
            guard case .integer(let value) = item, range.contains(value) else {
                throw wrong(position, "\(meaning), each from \(range.lowerBound) to \(range.upperBound)")
            }
            values.append(value)
        }
        return values
    }

    /// What follows a convolution: nil for nothing.
    package func activation(at position: Int) throws(ModelDefinitionError) -> Activation? {
        switch self[position] {
        case nil, .bool(true):
            guard let usual = definition.activation else { return .silu }
            return try activation(named: usual)
        case .bool(false), .some(.none): return nil
        case .some(let argument): return try activation(named: argument)
        }
    }

    private func activation(named argument: ModuleArgument) throws(ModelDefinitionError) -> Activation? {
        guard case .text(let text) = argument, let function = ActivationName(text) else {
            throw failure(.badArgument, "'\(argument.text)' is no activation; known are \(ActivationName.examples)")
        }
        return function.activation
    }

    /// An argument that is not what it should be.
    package func wrong(_ position: Int, _ wanted: String) -> ModelDefinitionError {
        let given = self[position].map { "'\($0.text)'" } ?? "missing"
        return failure(.badArgument, "argument \(position + 1) is \(given); it should be \(wanted)")
    }
}

extension ModelDefinition {
    /// An error that names row `index`.
    func failure(_ code: ModelDefinitionError.Code, row index: Int, _ reason: String) -> ModelDefinitionError {
        let line = rows[index].line.map { ":\($0)" } ?? ""
        return ModelDefinitionError(
            code, subject: source + line, reason: "row \(index) (\(rows[index].module)): \(reason)")
    }

    /// Whether `channels` is what a detection level puts out.
    fileprivate func isPredictionWidth(_ channels: Int) -> Bool {
        anchors.first.map { $0.count / 2 * predictionSize } == channels
    }
}
