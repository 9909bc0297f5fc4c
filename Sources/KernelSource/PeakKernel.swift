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

    /// One step of products of words.
    @inline(always)
    mutating func step<P: Product>(of product: P.Type, _ x: Vector, _ y: Vector) {
        P.add(x, y, to: &a.0)
        P.add(x, y, to: &a.1)
        P.add(x, y, to: &a.2)
        P.add(x, y, to: &a.3)
        P.add(x, y, to: &b.0)
        P.add(x, y, to: &b.1)
        P.add(x, y, to: &b.2)
        P.add(x, y, to: &b.3)
        P.add(x, y, to: &c.0)
        P.add(x, y, to: &c.1)
        P.add(x, y, to: &c.2)
        P.add(x, y, to: &c.3)
    }

    /// A number that depends on all sums' chains being computed.
    var first: Float { sum[0] }

    private var sum: Vector { a.0 + a.1 + a.2 + a.3 + b.0 + b.1 + b.2 + b.3 + c.0 + c.1 + c.2 + c.3 }
}

extension PeakOperation {
    @inline(never)
    func run() -> Float {
        let (x, y) = (Vector(repeating: factor), Vector(repeating: addend))
        var chains = Chains(y)
        if operands.isByte { return run(ByteProduct.self, chains) }
        #if BFLOAT16_KERNELS
            if case .bfloat16 = operands { return run(PairProduct.self, chains) }
        #endif
        for _ in 0..<rounds { chains.step(x, y) }
        return chains.first
    }

    /// Words take longer to add up than floats: twice as many vectors.
    @inline(always)
    private func run<P: Product>(_ product: P.Type, _ start: Chains) -> Float {
        let (x, y) = (Vector(repeating: factor), Vector(repeating: addend))
        var (chains, others) = (start, start)
        for _ in 0..<rounds {
            chains.step(of: product, x, y)
            others.step(of: product, x, y)
        }
        return chains.first + others.first
    }
}
