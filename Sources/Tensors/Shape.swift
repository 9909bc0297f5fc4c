/// Extents of a dense array, outermost first; a scalar has none.
package struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    package var dimensions: [Int]

    package init(_ dimensions: [Int]) { self.dimensions = dimensions }
    package init(arrayLiteral elements: Int...) { dimensions = elements }

    package var rank: Int { dimensions.count }
    /// Number of elements; 1 for a scalar.
    package var count: Int { dimensions.reduce(1, *) }
    package subscript(axis: Int) -> Int {
        get { dimensions[axis] }
        set { dimensions[axis] = newValue }
    }
    /// Row-major element strides.
    package var strides: [Int] {
        var strides = Array(repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * dimensions[axis + 1]
        }
        return strides
    }
    package var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }

    /// The common shape under NumPy broadcasting, or nil where the shapes do not agree.
    package func broadcast(with other: Shape) -> Shape? {
        let rank = max(rank, other.rank)
        var result = Array(repeating: 1, count: rank)
        for axis in 0..<rank {
            let a = axis < rank - self.rank ? 1 : self[axis - (rank - self.rank)]
            let b = axis < rank - other.rank ? 1 : other[axis - (rank - other.rank)]
            guard a == b || a == 1 || b == 1 else { return nil }
            result[axis] = a == 1 ? b : a
        }
        return Shape(result)
    }
}
