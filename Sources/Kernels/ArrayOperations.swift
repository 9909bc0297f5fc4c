/// Functions of two floats. Truth values are 1 and 0.
package enum BinaryKind: UInt8, Sendable, Hashable {
    case add, subtract, multiply, divide, power, minimum, maximum
    case equal, greater, less
    /// The first operand where the second is true, or where it is false; else 0.
    case when, unless
}

/// Where an operand lies: in the arena or in the constants, from an offset on.
package struct ArrayView: Sendable, Hashable {
    package var offset: Int
    package var isConstant: Bool

    package init(offset: Int, isConstant: Bool = false) {
        self.offset = offset
        self.isConstant = isConstant
    }
}

/// An element-by-element function over contiguous values; input and output may be the same where they are stored alike.
package struct MapOperation: Sendable, Hashable {
    package var input: ArrayView
    package var output: Int
    /// Values; whole vectors of 16 where input or output are no 32-bit floats.
    package var count: Int
    package var epilogue: Epilogue
    package var inputElement: ElementKind
    /// How the result is stored, and the residual.
    package var outputElement: ElementKind
    /// What bytes of the input and of the result stand for.
    package var inputScale = ByteScale()
    package var outputScale = ByteScale()

    package init(
        input: ArrayView, output: Int, count: Int, epilogue: Epilogue, inputElement: ElementKind = .float32,
        outputElement: ElementKind = .float32
    ) {
        self.input = input
        self.output = output
        self.count = count
        self.epilogue = epilogue
        self.inputElement = inputElement
        self.outputElement = outputElement
    }

    /// Values in one unit of work.
    package static let grain = 1024
    package var units: Int { (count + Self.grain - 1) / Self.grain }
}

/// A strided copy of an array of up to eight axes: transposition, slicing, broadcasting, concatenation.
package struct StridedCopyOperation: Sendable, Hashable {
    package var input: ArrayView
    package var output: Int
    /// Position in the index table: rank extents, then input strides, then output strides.
    package var table: Int
    package var rank: Int
    /// Extent of the outermost axis, which kernels split; at least one axis is needed.
    package var outer: Int

    package init(input: ArrayView, output: Int, table: Int, rank: Int, outer: Int) {
        self.input = input
        self.output = output
        self.table = table
        self.rank = rank
        self.outer = outer
    }

    package var units: Int { outer }
}

/// A binary function with NumPy broadcasting; operand strides are 0 along broadcast axes, the result is contiguous.
package struct BroadcastOperation: Sendable, Hashable {
    package var function: BinaryKind
    package var left: ArrayView
    package var right: ArrayView
    package var output: Int
    /// Position in the index table: rank extents, then left strides, then right strides.
    package var table: Int
    package var rank: Int
    /// Extent of the outermost axis.
    package var outer: Int
    /// Result floats in one step of the outermost axis.
    package var outerStride: Int

    package init(
        function: BinaryKind, left: ArrayView, right: ArrayView, output: Int, table: Int, rank: Int, outer: Int,
        outerStride: Int
    ) {
        self.function = function
        self.left = left
        self.right = right
        self.output = output
        self.table = table
        self.rank = rank
        self.outer = outer
        self.outerStride = outerStride
    }

    package var units: Int { outer }
}

/// Softmax or a reduction over the middle axis of `[outer, extent, inner]`.
package struct ReductionOperation: Sendable, Hashable {
    package enum Kind: UInt8, Sendable, Hashable { case softmax, sum, mean, maximum, minimum, product }
    package var kind: Kind
    package var input: ArrayView
    package var output: Int
    package var outer: Int
    package var extent: Int
    package var inner: Int

    package init(kind: Kind, input: ArrayView, output: Int, outer: Int, extent: Int, inner: Int) {
        self.kind = kind
        self.input = input
        self.output = output
        self.outer = outer
        self.extent = extent
        self.inner = inner
    }

    package var units: Int { outer }
}

/// Copies whole slices along one axis by index: input `[outer, extent, inner]` → `[outer, indices, inner]`.
package struct GatherOperation: Sendable, Hashable {
    package var input: ArrayView
    package var output: Int
    package var outer: Int
    package var extent: Int
    package var inner: Int
    /// Position in the index table of the indices, all in 0..<extent.
    package var indices: Int
    package var indexCount: Int

    package init(input: ArrayView, output: Int, outer: Int, extent: Int, inner: Int, indices: Int, indexCount: Int) {
        self.input = input
        self.output = output
        self.outer = outer
        self.extent = extent
        self.inner = inner
        self.indices = indices
        self.indexCount = indexCount
    }

    package var units: Int { outer }
}

/// Batched matrix product `[rows, depth] · [depth, columns]`, row-major, with operand strides for transposition.
package struct MatrixProductOperation: Sendable {
    package var left: ArrayView
    package var right: ArrayView
    package var output: Int
    package var rows: Int
    package var depth: Int
    package var columns: Int
    /// Strides (row, column) of the operands, floats.
    package var leftStrides: (row: Int, column: Int)
    package var rightStrides: (row: Int, column: Int)
    /// Position in the index table of the pairs (left, right) of matrix offsets, one for each batch element.
    package var batchTable: Int
    package var batch: Int
    package var scale: Float

    package init(
        left: ArrayView, right: ArrayView, output: Int, rows: Int, depth: Int, columns: Int,
        leftStrides: (row: Int, column: Int), rightStrides: (row: Int, column: Int), batchTable: Int, batch: Int,
        scale: Float = 1
    ) {
        self.left = left
        self.right = right
        self.output = output
        self.rows = rows
        self.depth = depth
        self.columns = columns
        self.leftStrides = leftStrides
        self.rightStrides = rightStrides
        self.batchTable = batchTable
        self.batch = batch
        self.scale = scale
    }

    package var units: Int { batch * rows }
}
