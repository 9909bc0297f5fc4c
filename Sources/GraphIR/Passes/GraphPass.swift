/// One rewrite of a graph that leaves what it computes as it was.
package protocol GraphPass: Sendable {
    /// A short noun phrase, for messages and traces.
    var name: String { get }

    /// Rewrites `graph`, which is valid and stays so.
    /// - Parameter types: the type of every value of the graph as it comes in.
    func apply(to graph: inout Graph, types: [String: TensorType]) throws(GraphError)
}
