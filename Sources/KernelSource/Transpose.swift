/// Sixteen vectors, a square of 16 by 16 floats, that can be transposed in registers.
struct Square {
    var top: HalfSquare
    var bottom: HalfSquare

    /// Sixteen rows, `stride` floats apart.
    @inline(always)
    init<E: Element>(_ source: UnsafePointer<E>, stride: Int) {
        top = HalfSquare(source, stride: stride)
        bottom = HalfSquare(source + 8 * stride, stride: stride)
    }

    /// Rows and columns exchanged: four rounds, each of which rotates the eight bits of an element's address (row, column)
    /// by one, by parting pairs of rows into their even and odd columns.
    @inline(always)
    mutating func transpose() {
        rotate()
        rotate()
        rotate()
        rotate()
    }

    @inline(always)
    private mutating func rotate() {
        let (upper, lower) = (top, bottom)
        top = HalfSquare(evenColumnsOf: upper, lower)
        bottom = HalfSquare(oddColumnsOf: upper, lower)
    }

    /// Writes the first `count` rows, `stride` floats apart.
    @inline(always)
    func write<E: Element>(_ target: UnsafeMutablePointer<E>, stride: Int, count: Int = 16) {
        top.write(target, stride: stride, count: count)
        bottom.write(target + 8 * stride, stride: stride, count: count - 8)
    }
}

/// Eight rows of a square.
struct HalfSquare {
    private var a: Vector
    private var b: Vector
    private var c: Vector
    private var d: Vector
    private var e: Vector
    private var f: Vector
    private var g: Vector
    private var h: Vector

    @inline(always)
    init<E: Element>(_ source: UnsafePointer<E>, stride: Int) {
        (a, b, c, d) = (load(source), load(source + stride), load(source + 2 * stride), load(source + 3 * stride))
        let rest = source + 4 * stride
        (e, f, g, h) = (load(rest), load(rest + stride), load(rest + 2 * stride), load(rest + 3 * stride))
    }

    @inline(always)
    init(evenColumnsOf x: HalfSquare, _ y: HalfSquare) {
        (a, b, c, d) = (even(x.a, x.b), even(x.c, x.d), even(x.e, x.f), even(x.g, x.h))
        (e, f, g, h) = (even(y.a, y.b), even(y.c, y.d), even(y.e, y.f), even(y.g, y.h))
    }

    @inline(always)
    init(oddColumnsOf x: HalfSquare, _ y: HalfSquare) {
        (a, b, c, d) = (odd(x.a, x.b), odd(x.c, x.d), odd(x.e, x.f), odd(x.g, x.h))
        (e, f, g, h) = (odd(y.a, y.b), odd(y.c, y.d), odd(y.e, y.f), odd(y.g, y.h))
    }

    @inline(always)
    func write<E: Element>(_ target: UnsafeMutablePointer<E>, stride: Int, count: Int) {
        guard count < 8 else {
            store(a, target)
            store(b, target + stride)
            store(c, target + 2 * stride)
            store(d, target + 3 * stride)
            store(e, target + 4 * stride)
            store(f, target + 5 * stride)
            store(g, target + 6 * stride)
            return store(h, target + 7 * stride)
        }
        if count > 0 { store(a, target) }
        if count > 1 { store(b, target + stride) }
        if count > 2 { store(c, target + 2 * stride) }
        if count > 3 { store(d, target + 3 * stride) }
        if count > 4 { store(e, target + 4 * stride) }
        if count > 5 { store(f, target + 5 * stride) }
        if count > 6 { store(g, target + 6 * stride) }
    }
}

@inline(always)
private func even(_ x: Vector, _ y: Vector) -> Vector { SIMD32(lowHalf: x, highHalf: y).evenHalf }

@inline(always)
private func odd(_ x: Vector, _ y: Vector) -> Vector { SIMD32(lowHalf: x, highHalf: y).oddHalf }
