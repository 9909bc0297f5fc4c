import Tensors

extension Evaluation {
    func matMul(shape: Shape) throws(GraphError) -> Tensor {
        var (a, b) = (try tensor(0), try tensor(1))
        if a.shape.rank == 1 { a = a.reshaped([1, a.shape[0]]) }
        if b.shape.rank == 1 { b = b.reshaped([b.shape[0], 1]) }
        let (rows, inner) = (a.shape[a.shape.rank - 2], a.shape[a.shape.rank - 1])
        let columns = b.shape[b.shape.rank - 1]
        let batch = Shape(a.shape.dimensions.dropLast(2)).broadcast(with: Shape(b.shape.dimensions.dropLast(2))) ?? []
        let x = a.broadcast(to: Shape(batch.dimensions + [rows, inner])).floats ?? []
        let y = b.broadcast(to: Shape(batch.dimensions + [inner, columns])).floats ?? []
        var result: [Float] = []
        for matrix in 0..<batch.count {
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = 0.0
                    for k in 0..<inner {
                        sum +=
                            Double(x[(matrix * rows + row) * inner + k])
                            * Double(y[(matrix * inner + k) * columns + column])
                    }
                    result.append(Float(sum))
                }
            }
        }
        return Tensor(result, shape: shape)
    }

    func gemm(_ attributes: GemmAttributes, shape: Shape) throws(GraphError) -> Tensor {
        let a = attributes.transposeA ? try tensor(0).permuted([1, 0]) : try tensor(0)
        let b = attributes.transposeB ? try tensor(1).permuted([1, 0]) : try tensor(1)
        let (x, y) = (a.floats ?? [], b.floats ?? [])
        let addend = operands.isPresent(2) ? try tensor(2).broadcast(to: shape).floats : nil
        let (inner, columns) = (a.shape[1], shape[1])
        var result: [Float] = []
        for row in 0..<shape[0] {
            for column in 0..<columns {
                var sum = 0.0
                for k in 0..<inner { sum += Double(x[row * inner + k]) * Double(y[k * columns + column]) }
                sum *= Double(attributes.alpha)
                if let addend { sum += Double(attributes.beta) * Double(addend[row * columns + column]) }
                result.append(Float(sum))
            }
        }
        return Tensor(result, shape: shape)
    }
}
