import Tensors

/// A trained tensor that a network needs.
struct NetworkParameter: Sendable, Hashable {
    /// Its name in state dictionaries and in the graph.
    var name: String
    var shape: Shape
    /// What it is where nothing has been trained.
    var start: InitialValues
}

/// How an untrained parameter begins.
enum InitialValues: Sendable, Hashable {
    /// Uniform within `±bound`, plus an offset for each element where there are any.
    case uniform(bound: Float, offsets: [Float] = [])
    case constant(Float)
    /// Around `mean`, bell-shaped, with a standard deviation of `deviation`.
    case scattered(mean: Float, deviation: Float)
    /// For each output channel of the convolution whose weights are named, the mean that its result has for such an input.
    case meanOfResult(of: String, input: SignalEstimate)
    /// The same for the variance.
    case varianceOfResult(of: String, input: SignalEstimate)
}
