import Tensors

/// A detector whose prediction rows are computed only where their gate lets them become detections.
///
/// The gate is one column of every row, such as objectness, that bounds a score from above, or several neighbouring ones, such
/// as the class scores, the largest of which does. A rewritten graph computes gates everywhere and everything else only at
/// cells where a gate reaches the score floor, and around them where a convolution with a window follows. What is computed has
/// the same bits as in the full graph.
package struct LazyHead: Sendable {
    /// The full output's rows.
    package let table: RowTable
    /// One for each level of the table.
    package let gates: [Gate]
    /// By name, the nodes that are computed where demanded.
    package let demands: [String: Demand]

    /// Where the gates of a level's cells are: channels of a value that is computed everywhere.
    package struct Gate: Sendable, Hashable {
        package let source: String
        /// Channel of anchor 0, and channels from one anchor to the next.
        package let firstChannel: Int
        package let anchorStride: Int
        /// Neighbouring channels that are gates of one row; several only where a cell has one row.
        package var columns = 1
    }

    /// Which cells of a node's result are needed.
    package struct Demand: Sendable, Hashable {
        package let level: Int
        /// Cells around each demanded one, in both directions.
        package var radius: Int
    }
}
