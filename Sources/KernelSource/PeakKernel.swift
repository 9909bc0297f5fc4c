import Kernels

/// Chains of dependent multiply-adds, twelve vectors side by side: enough to hide the latency of each.
private struct Chains {
    private var a: (Vector, Vector, Vector, Vector)
    private var b: (Vector, Vector, Vector, Vector)
    private var c: (Vector, Vector, Vector, Vector)

    @inline(always)
    init(_ x: Vector) {
        a = (x, x, x, x)
        b = a
        c = a
    }

    @inline(always)
    mutating func step(_ x: Vector, _ y: Vector) {
        a = (y.addingProduct(a.0, x), y.addingProduct(a.1, x), y.addingProduct(a.2, x), y.addingProduct(a.3, x))
        b = (y.addingProduct(b.0, x), y.addingProduct(b.1, x), y.addingProduct(b.2, x), y.addingProduct(b.3, x))
        c = (y.addingProduct(c.0, x), y.addingProduct(c.1, x), y.addingProduct(c.2, x), y.addingProduct(c.3, x))
    }

    #if BFLOAT16_KERNELS
        @inline(always)
        mutating func stepOfPairs(_ x: Vector, _ y: Vector) {
            PairProduct.add(x, y, to: &a.0)
            PairProduct.add(x, y, to: &a.1)
            PairProduct.add(x, y, to: &a.2)
            PairProduct.add(x, y, to: &a.3)
            PairProduct.add(x, y, to: &b.0)
            PairProduct.add(x, y, to: &b.1)
            PairProduct.add(x, y, to: &b.2)
            PairProduct.add(x, y, to: &b.3)
            PairProduct.add(x, y, to: &c.0)
            PairProduct.add(x, y, to: &c.1)
            PairProduct.add(x, y, to: &c.2)
            PairProduct.add(x, y, to: &c.3)
        }
    #endif

    var sum: Vector { a.0 + a.1 + a.2 + a.3 + b.0 + b.1 + b.2 + b.3 + c.0 + c.1 + c.2 + c.3 }
}

extension PeakOperation {
    @inline(never)
    func run() -> Float {
        let (x, y) = (Vector(repeating: factor), Vector(repeating: addend))
        var chains = Chains(y)
        #if BFLOAT16_KERNELS
            if case .bfloat16 = operands {
                var others = chains
                for _ in 0..<rounds {
                    chains.stepOfPairs(x, y)
                    others.stepOfPairs(x, y)
                }
                return chains.sum[0] + others.sum[1]
            }
        #endif
        for _ in 0..<rounds { chains.step(x, y) }
        return chains.sum[0]
    }
}
