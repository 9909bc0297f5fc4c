import Kernels

// Two neighbouring output pixels at once, from a kernel of six columns and stride 2: columns of one parity are a kernel of three
// with stride 1, and two of its results take four products in place of six (Winograd's F(2, 3)). Operands and weights are
// transformed beforehand, the operands once for all output channels.

/// Transformed weights of one step.
private struct PairWeights<L: Lanes> {
    var a: L
    var b: L
    var c: L
    var d: L

    @inline(always)
    init(_ weights: UnsafePointer<Float>) {
        let step = L.blocks * 16
        a = L(weights: weights)
        b = L(weights: weights + step)
        c = L(weights: weights + 2 * step)
        d = L(weights: weights + 3 * step)
    }
}

/// Some pairs of pixels, 8 words apart in the transformed rows and 32 values apart in the output.
private protocol PairTile {
    associatedtype L: Lanes
    static var pairs: Int { get }
    init(bias: L, zero: L)
    mutating func accumulate(_ x: UnsafePointer<Float>, _ weights: PairWeights<L>)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ blockStride: Int)
}

private struct OnePair<L: Lanes>: PairTile {
    static var pairs: Int { 1 }
    var a: L
    var b: L
    var c: L
    var d: L

    /// The second sum is in both results with the same sign, so the bias begins there.
    @inline(always)
    init(bias: L, zero: L) { (a, b, c, d) = (zero, bias, zero, zero) }

    @inline(always)
    mutating func accumulate(_ x: UnsafePointer<Float>, _ weights: PairWeights<L>) {
        a.accumulate(x[0], weights.a)
        b.accumulate(x[2], weights.b)
        c.accumulate(x[4], weights.c)
        d.accumulate(x[6], weights.d)
    }

    @inline(always)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ blockStride: Int) {
        (a + b + c).write(pointer, blockStride)
        (b - c - d).write(pointer + 16, blockStride)
    }
}

private struct JoinedPairs<First: PairTile, Second: PairTile>: PairTile where First.L == Second.L {
    static var pairs: Int { First.pairs + Second.pairs }
    var first: First
    var second: Second

    @inline(always)
    init(bias: First.L, zero: First.L) {
        first = First(bias: bias, zero: zero)
        second = Second(bias: bias, zero: zero)
    }

    @inline(always)
    mutating func accumulate(_ x: UnsafePointer<Float>, _ weights: PairWeights<First.L>) {
        first.accumulate(x, weights)
        second.accumulate(x + First.pairs * 8, weights)
    }

    @inline(always)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ blockStride: Int) {
        first.write(pointer, blockStride)
        second.write(pointer + First.pairs * 32, blockStride)
    }
}

private typealias TwoPairs<L: Lanes> = JoinedPairs<OnePair<L>, OnePair<L>>
private typealias ThreePairs<L: Lanes> = JoinedPairs<TwoPairs<L>, OnePair<L>>
private typealias SixPairs<L: Lanes> = JoinedPairs<ThreePairs<L>, ThreePairs<L>>

/// One tile: over the taps in order, first the even columns, then the odd ones.
@inline(always)
private func contract<T: PairTile>(
    _ tile: T.Type, _ c: Contraction, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
) {
    var sums = T(bias: T.L(weights: c.starts), zero: T.L.zero)
    var weights = c.weights
    for tap in 0..<c.tapCount {
        let operands = x + c.taps[tap]
        for parity in 0..<2 {
            sums.accumulate(operands + parity, PairWeights(weights))
            weights += 4 * T.L.blocks * 16
        }
    }
    sums.write(out, c.blockStride)
}

#if !WIDE_REGISTERS
    /// The same for six pairs where registers hold one of the four sums of each at a time: collected in `stage`, 4·6·16 floats.
    private enum SumsInTurns {
        static var pairs: Int { 6 }
        private typealias Tile = Pixels6<OneBlock<FloatProduct>>

        @inline(always)
        static func contract(
            _ c: Contraction, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
            _ stage: UnsafeMutablePointer<Float>
        ) {
            for part in 0..<4 {
                var sums = Tile(part == 1 ? Tile.L(weights: c.starts) : Tile.L.zero)
                var weights = c.weights + part * 16
                for tap in 0..<c.tapCount {
                    let operands = x + c.taps[tap] + 2 * part
                    sums.accumulate(operands, 8, Tile.L(weights: weights))
                    sums.accumulate(operands + 1, 8, Tile.L(weights: weights + 64))
                    weights += 128
                }
                sums.write(stage + part * pairs * 16, 0)
            }
            for pair in 0..<pairs {
                let (a, b) = (load(stage + pair * 16), load(stage + (pairs + pair) * 16))
                let (c, d) = (load(stage + (2 * pairs + pair) * 16), load(stage + (3 * pairs + pair) * 16))
                store(a + b + c, out + pair * 32)
                store(b - c - d, out + pair * 32 + 16)
            }
        }
    }
#endif

/// Covers `count` pairs with tiles of `size` or of one; a last tile that does not fit is moved back over pairs already done.
@inline(always)
private func cover(_ size: Int, _ count: Int, large: (_ first: Int) -> Void, one: (_ first: Int) -> Void) {
    var done = 0
    while done < count {
        let isLarge = count >= size
        let first = isLarge ? min(done, count - size) : done
        if isLarge { large(first) } else { one(first) }
        done = first + (isLarge ? size : 1)
    }
}

@inline(never)
private func sumNarrow(_ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target, _ count: Int) {
    let out = target.out.assumingMemoryBound(to: Float.self)
    #if WIDE_REGISTERS
        typealias Large = SixPairs<OneBlock<FloatProduct>>
        cover(Large.pairs, count) { first in
            contract(Large.self, c, x + first * 8, out + first * 32)
        } one: { first in
            contract(OnePair<Large.L>.self, c, x + first * 8, out + first * 32)
        }
    #else
        cover(SumsInTurns.pairs, count) { first in
            SumsInTurns.contract(c, x + first * 8, out + first * 32, target.stage)
        } one: { first in
            contract(OnePair<OneBlock<FloatProduct>>.self, c, x + first * 8, out + first * 32)
        }
    #endif
}

@inline(never)
private func sumWide(_ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target, _ count: Int) {
    let out = target.out.assumingMemoryBound(to: Float.self)
    #if WIDE_REGISTERS
        typealias Large = ThreePairs<TwoBlocks<FloatProduct>>
    #else
        typealias Large = OnePair<TwoBlocks<FloatProduct>>
    #endif
    cover(Large.pairs, count) { first in
        contract(Large.self, c, x + first * 8, out + first * 32)
    } one: { first in
        contract(OnePair<Large.L>.self, c, x + first * 8, out + first * 32)
    }
}

/// A row of one output tile of one or two blocks, from transformed operands.
func computePairs(
    width: Int, _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target, _ count: Int
) {
    if width == 2 { sumWide(c, x, target, count) } else { sumNarrow(c, x, target, count) }
    let out = target.out.assumingMemoryBound(to: Float.self)
    guard !c.epilogue.isIdentity else { return }
    for block in 0..<width {
        let place = out + block * c.blockStride
        let residual = target.residual.map { $0.assumingMemoryBound(to: Float.self) + block * c.blockStride }
        applyEpilogue(UnsafePointer(place), residual, place, count * 32, c.epilogue)
    }
}

/// Transforms columns of a padded row for some pairs of output pixels, the first of even number: a pair's windows span eight
/// columns, of which there are four combinations of the even and four of the odd ones, by turns. Works on two pairs at a time,
/// with whole vectors.
@inline(always)
func transformPairs(_ row: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ pairs: Range<Int>) {
    let sign = Vector(-1, -1, 1, 1, -1, -1, -1, -1, -1, -1, 1, 1, -1, -1, -1, -1)
    var pair = pairs.lowerBound
    while pair < pairs.upperBound {
        let x = load(row + 4 * pair)
        let first = Vector(
            x[0], x[1], x[2], x[3], x[4], x[5], x[2], x[3], x[4], x[5], x[6], x[7], x[8], x[9], x[6], x[7])
        let second = Vector(
            x[4], x[5], x[4], x[5], x[2], x[3], x[6], x[7], x[8], x[9], x[8], x[9], x[6], x[7], x[10], x[11])
        store(first.addingProduct(second, sign), out + 8 * pair)
        pair += 2
    }
}
