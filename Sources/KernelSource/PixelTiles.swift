import CInstructions

// Accumulators of a register tile: some pixels by one or two blocks of 16 output channels. Nested structs of SIMD
// values stay in registers where arrays would be spilled.

/// How a word of input and a vector of weights add to a sum.
protocol Product {
    /// Values in a word.
    static var values: Int { get }
    static func add(_ x: Vector, _ weights: Vector, to sum: inout Vector)
}

enum FloatProduct: Product {
    @inline(always)
    static var values: Int { 1 }

    @inline(always)
    static func add(_ x: Vector, _ weights: Vector, to sum: inout Vector) { sum.addProduct(x, weights) }
}

#if BFLOAT16_KERNELS
    /// Words are pairs of `BFloat16`.
    enum PairProduct: Product {
        @inline(always)
        static var values: Int { 2 }

        @inline(always)
        static func add(_ x: Vector, _ weights: Vector, to sum: inout Vector) {
            sum = wh_dot_pairs(sum, x, weights)
        }
    }
#endif

/// Words are four bytes, weights four signed bytes; sums are integers in the bits of floats.
enum ByteProduct: Product {
    @inline(always)
    static var values: Int { 4 }

    @inline(always)
    static func add(_ x: Vector, _ weights: Vector, to sum: inout Vector) {
        let integers = wh_dot_bytes(
            unsafeBitCast(sum, to: SIMD16<Int32>.self), unsafeBitCast(x, to: SIMD16<Int32>.self),
            unsafeBitCast(weights, to: SIMD16<Int32>.self))
        sum = unsafeBitCast(integers, to: Vector.self)
    }
}

/// One pixel's accumulators and one step's weights.
protocol Lanes {
    associatedtype P: Product
    static var blocks: Int { get }
    init(weights: UnsafePointer<Float>)
    mutating func accumulate(_ x: Float, _ weights: Self)
    mutating func clamp(_ low: Vector, _ high: Vector)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ blockStride: Int)
    static var zero: Self { get }
    static func + (_ left: Self, _ right: Self) -> Self
    static func - (_ left: Self, _ right: Self) -> Self
}

struct OneBlock<P: Product>: Lanes {
    static var blocks: Int { 1 }
    var a: Vector

    @inline(always)
    init(weights: UnsafePointer<Float>) { a = load(weights) }

    @inline(always)
    private init(_ a: Vector) { self.a = a }

    @inline(always)
    static var zero: OneBlock { OneBlock(Vector(repeating: 0)) }

    @inline(always)
    static func + (_ left: OneBlock, _ right: OneBlock) -> OneBlock { OneBlock(left.a + right.a) }

    @inline(always)
    static func - (_ left: OneBlock, _ right: OneBlock) -> OneBlock { OneBlock(left.a - right.a) }

    @inline(always)
    mutating func accumulate(_ x: Float, _ weights: OneBlock) { P.add(Vector(repeating: x), weights.a, to: &a) }

    @inline(always)
    mutating func clamp(_ low: Vector, _ high: Vector) { a = minimum(maximum(a, low), high) }

    @inline(always)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ blockStride: Int) { store(a, pointer) }
}

struct TwoBlocks<P: Product>: Lanes {
    static var blocks: Int { 2 }
    var a: Vector
    var b: Vector

    @inline(always)
    init(weights: UnsafePointer<Float>) {
        a = load(weights)
        b = load(weights + 16)
    }

    @inline(always)
    private init(_ a: Vector, _ b: Vector) { (self.a, self.b) = (a, b) }

    @inline(always)
    static var zero: TwoBlocks { TwoBlocks(Vector(repeating: 0), Vector(repeating: 0)) }

    @inline(always)
    static func + (_ left: TwoBlocks, _ right: TwoBlocks) -> TwoBlocks { TwoBlocks(left.a + right.a, left.b + right.b) }

    @inline(always)
    static func - (_ left: TwoBlocks, _ right: TwoBlocks) -> TwoBlocks { TwoBlocks(left.a - right.a, left.b - right.b) }

    @inline(always)
    mutating func accumulate(_ x: Float, _ weights: TwoBlocks) {
        let word = Vector(repeating: x)
        P.add(word, weights.a, to: &a)
        P.add(word, weights.b, to: &b)
    }

    @inline(always)
    mutating func clamp(_ low: Vector, _ high: Vector) {
        a = minimum(maximum(a, low), high)
        b = minimum(maximum(b, low), high)
    }

    @inline(always)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ blockStride: Int) {
        store(a, pointer)
        store(b, pointer + blockStride)
    }
}

/// Several pixels, one stride apart in the input and 16 floats apart in the output.
protocol PixelTile {
    associatedtype L: Lanes
    static var pixels: Int { get }
    init(_ bias: L)
    mutating func accumulate(_ x: UnsafePointer<Float>, _ stride: Int, _ weights: L)
    /// Adds to each pixel's sums.
    mutating func add(_ addend: L)
    /// Limits the sums to the range from `low` to `high`.
    mutating func clamp(_ low: Vector, _ high: Vector)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ blockStride: Int)
}

struct OnePixel<L: Lanes>: PixelTile {
    static var pixels: Int { 1 }
    var lanes: L

    @inline(always)
    init(_ bias: L) { lanes = bias }

    @inline(always)
    mutating func accumulate(_ x: UnsafePointer<Float>, _ stride: Int, _ weights: L) {
        lanes.accumulate(x.pointee, weights)
    }

    @inline(always)
    mutating func add(_ addend: L) { lanes = lanes + addend }

    @inline(always)
    mutating func clamp(_ low: Vector, _ high: Vector) { lanes.clamp(low, high) }

    @inline(always)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ blockStride: Int) { lanes.write(pointer, blockStride) }
}

/// Two tiles side by side.
struct Joined<First: PixelTile, Second: PixelTile>: PixelTile where First.L == Second.L {
    static var pixels: Int { First.pixels + Second.pixels }
    var first: First
    var second: Second

    @inline(always)
    init(_ bias: First.L) {
        first = First(bias)
        second = Second(bias)
    }

    @inline(always)
    mutating func accumulate(_ x: UnsafePointer<Float>, _ stride: Int, _ weights: First.L) {
        first.accumulate(x, stride, weights)
        second.accumulate(x + First.pixels * stride, stride, weights)
    }

    @inline(always)
    mutating func add(_ addend: First.L) {
        first.add(addend)
        second.add(addend)
    }

    @inline(always)
    mutating func clamp(_ low: Vector, _ high: Vector) {
        first.clamp(low, high)
        second.clamp(low, high)
    }

    @inline(always)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ blockStride: Int) {
        first.write(pointer, blockStride)
        second.write(pointer + First.pixels * 16, blockStride)
    }
}

typealias Pixels2<L: Lanes> = Joined<OnePixel<L>, OnePixel<L>>
typealias Pixels4<L: Lanes> = Joined<Pixels2<L>, Pixels2<L>>
typealias Pixels5<L: Lanes> = Joined<Pixels4<L>, OnePixel<L>>
typealias Pixels6<L: Lanes> = Joined<Pixels4<L>, Pixels2<L>>
typealias Pixels8<L: Lanes> = Joined<Pixels4<L>, Pixels4<L>>
typealias Pixels12<L: Lanes> = Joined<Pixels8<L>, Pixels4<L>>
typealias Pixels13<L: Lanes> = Joined<Pixels12<L>, OnePixel<L>>
typealias Pixels24<L: Lanes> = Joined<Pixels12<L>, Pixels12<L>>
