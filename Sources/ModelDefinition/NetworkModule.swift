/// One kind of layer that a row of a definition can name.
///
/// A module says once what it is: `build` puts its parts on the inputs it is given, and from that follow the shape of its result, its
/// parameters with their names in a state dictionary, and the multiply-adds that it costs. The comment of each module states all
/// three as formulas, which tests check.
///
/// Adding one takes a file like those in `Modules` and a line in `ModuleRegistry`.
package protocol NetworkModule: Sendable {
    /// Its name in definitions and reports.
    static var name: String { get }
    /// Its arguments in words, for errors and documentation.
    static var form: String { get }
    /// Whether repetitions are a matter of its own (`C3`); else whole modules are repeated.
    static var takesRepetitions: Bool { get }

    /// Reads a row's arguments; the row's inputs say how many channels come in.
    init(_ arguments: ModuleArguments) throws(ModelDefinitionError)

    /// Adds the module's nodes and parameters behind `inputs`; nil where its result is the network's output.
    func build(_ inputs: [FeatureMap], in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap?

    /// Side of the convolution's kernel that gives the module its name; nil where there is no single one.
    var kernel: Int? { get }
}

extension NetworkModule {
    package static var takesRepetitions: Bool { false }
    package var kernel: Int? { nil }
}

/// A module that makes one map out of another and can be a part of other modules.
protocol PlainModule: NetworkModule {
    func build(_ x: FeatureMap, in network: inout NetworkBuilder) throws(ModelDefinitionError) -> FeatureMap
}

extension PlainModule {
    package func build(
        _ inputs: [FeatureMap], in network: inout NetworkBuilder
    ) throws(ModelDefinitionError) -> FeatureMap? {
        try build(inputs[0], in: &network)
    }
}
