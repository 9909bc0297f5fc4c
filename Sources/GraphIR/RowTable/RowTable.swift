/// Where the elements of a detector's output `[1, rows, columns]` come from: each row is one prediction for one cell of a
/// feature map, each column one channel of a convolution at that cell, put through functions with constants.
///
/// What it is good for: rows that cannot become detections need not be computed.
package struct RowTable: Sendable, Hashable {
    /// In the order of the rows.
    package let levels: [Level]
    package let columns: Int

    /// The rows of one feature map `[1, C, height, width]`.
    package struct Level: Sendable, Hashable {
        package let firstRow: Int
        /// Predictions for each cell.
        package let anchors: Int
        package let height: Int
        package let width: Int
        /// Rows from one anchor of a cell to the next, and from one cell to the next.
        package let anchorStride: Int
        package let cellStride: Int
        /// All columns, in order.
        package let segments: [Segment]

        package var cells: Int { height * width }

        /// The output's row of a prediction.
        package func row(anchor: Int, cell: Int) -> Int { firstRow + anchor * anchorStride + cell * cellStride }
    }

    /// Neighbouring columns that come from neighbouring channels.
    package struct Segment: Sendable, Hashable {
        package var count: Int
        /// The convolution's result.
        package var source: String
        /// Channel of the first column of anchor 0.
        package var firstChannel: Int
        /// Channels from one anchor to the next.
        package var anchorStride: Int
        /// Applied to the whole channel before `functions`.
        package var activation: Activation?
        package var functions: [CellFunction]
    }

    /// Rows of all levels.
    package var rows: Int { levels.reduce(0) { $0 + $1.anchors * $1.cells } }
}

/// A function of one element and a constant that may differ from cell to cell.
package struct CellFunction: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// `value ∘ constant`, or `constant ∘ value`.
        case binary(BinaryFunction, constantFirst: Bool)
        /// `value · value`.
        case square
    }

    /// Floats from one position along an axis to the next; 0 where the constant is the same for all.
    package struct Strides: Sendable, Hashable {
        package var anchor = 0
        package var column = 0
        package var y = 0
        package var x = 0
    }

    package var kind: Kind
    package var constants: [Float]
    package var offset = 0
    package var strides = Strides()

    /// The function of `value` in `column` of its segment.
    package func callAsFunction(_ value: Float, anchor: Int, column: Int, y: Int, x: Int) -> Float {
        switch kind {
        case .square: return value * value
        case .binary(let function, let constantFirst):
            let index =
                offset + anchor * strides.anchor + column * strides.column + y * strides.y + x * strides.x
            let constant = constants[index]
            return constantFirst ? function(constant, value) : function(value, constant)
        }
    }
}
