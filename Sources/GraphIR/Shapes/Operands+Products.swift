import Tensors

extension Operands {
    func matMulType() throws(GraphError) -> TensorType {
        try requireFloat(0)
        try requireFloat(1)
        var (a, b) = (try shape(0).dimensions, try shape(1).dimensions)
        guard !a.isEmpty, !b.isEmpty else { throw failure(.shapeMismatch, "does not work on scalars") }
        // A vector stands for a row on the left and for a column on the right; its extra axis goes again.
        let (aIsVector, bIsVector) = (a.count == 1, b.count == 1)
        if aIsVector { a.insert(1, at: 0) }
        if bIsVector { b.append(1) }
        guard a[a.count - 1] == b[b.count - 2],
            let batch = Shape(a.dropLast(2)).broadcast(with: Shape(b.dropLast(2)))
        else {
            throw failure(.shapeMismatch, "its operands \(try shape(0)) and \(try shape(1)) do not fit")
        }
        var dimensions = batch.dimensions
        if !aIsVector { dimensions.append(a[a.count - 2]) }
        if !bIsVector { dimensions.append(b[b.count - 1]) }
        return TensorType(.float32, try checked(dimensions))
    }

    func gemmType(_ attributes: GemmAttributes) throws(GraphError) -> TensorType {
        for index in 0...1 {
            try requireFloat(index)
            try requireRank(2, operand: index, "operand")
        }
        let (a, b) = (try shape(0), try shape(1))
        let rows = attributes.transposeA ? a[1] : a[0]
        let columns = attributes.transposeB ? b[0] : b[1]
        guard (attributes.transposeA ? a[0] : a[1]) == (attributes.transposeB ? b[1] : b[0]) else {
            throw failure(.shapeMismatch, "its operands \(a) and \(b) do not fit")
        }
        let result = try checked([rows, columns])
        if isPresent(2), try shape(2).broadcast(with: result) != result {
            throw failure(.shapeMismatch, "its addend \(try shape(2)) does not fit the result \(result)")
        }
        return TensorType(.float32, result)
    }
}
