import Kernels

/// Bias plus the sum of products of one tile, in tap order, or the other way round; stored raw.
@inline(always)
private func contract<T: PixelTile>(
    _ tile: T.Type, _ c: Contraction, _ stride: Int, _ inner: Int, _ x: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<Float>, _ blockStride: Int
) {
    var sums = T(c.addsStartsLast ? T.L.zero : T.L(weights: c.starts))
    var weights = c.weights
    let fullTaps = c.tapCount - c.shortTaps
    for tap in 0..<c.tapCount {
        let operands = x + c.taps[tap]
        let steps = tap < fullTaps ? inner : c.shortInner
        for step in 0..<steps {
            sums.accumulate(operands + step, stride, T.L(weights: weights + step * T.L.blocks * 16))
        }
        weights += inner * T.L.blocks * 16
    }
    if c.addsStartsLast { sums.add(T.L(weights: c.starts)) }
    if c.clamps { sums.clamp(Vector(repeating: c.epilogue.first), Vector(repeating: c.epilogue.second)) }
    sums.write(out, blockStride)
}

/// What becomes of the sums of a tile; a type for each way, since sums stay in registers only where one place of the code writes
/// them.
private protocol TileResult {
    static func compute<T: PixelTile>(_ tile: T.Type, _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target)
}

/// Floats of whatever precision from floats.
private enum FloatResult: TileResult {
    @inline(always)
    static func compute<T: PixelTile>(
        _ tile: T.Type, _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target
    ) { computeTile(tile, c, x, target) }
}

/// Integer sums or results that are bytes.
private enum ConvertedResult: TileResult {
    @inline(always)
    static func compute<T: PixelTile>(
        _ tile: T.Type, _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target
    ) {
        sumTile(tile, c, x, target.stage, T.pixels * 16)
        convertTile(tile, c, target)
    }
}

/// One tile with its epilogue.
@inline(always)
private func computeTile<T: PixelTile>(_ tile: T.Type, _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target) {
    // Sums are written in one place of the code: with two, the compiler keeps them in memory.
    let sums = target.isStaged ? target.stage : target.out.assumingMemoryBound(to: Float.self)
    let blockStride = target.isStaged ? T.pixels * 16 : c.blockStride
    sumTile(tile, c, x, sums, blockStride)
    #if BFLOAT16_KERNELS
        if target.isStaged { return finishTile(tile, c, as: BFloat16.self, sums, blockStride, target) }
    #endif
    guard !c.clamps, !c.epilogue.isIdentity else { return }
    finishTile(tile, c, as: Float.self, sums, blockStride, target)
}

/// The sums of one tile. The usual strides and counts are constants to the compiler, which then addresses operands directly and
/// unrolls: a blocked input with stride 1 or 2, or 3 or 6 columns of a planar one with stride 2.
@inline(always)
private func sumTile<T: PixelTile>(
    _ tile: T.Type, _ c: Contraction, _ x: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ blockStride: Int
) {
    let values = T.L.P.values
    let (block, column) = (16 / values, max(1, 2 / values))
    if c.pixelStride == block && c.inner == block {
        contract(tile, c, block, block, x, sums, blockStride)
    } else if c.pixelStride == 2 * block && c.inner == block {
        contract(tile, c, 2 * block, block, x, sums, blockStride)
    } else if c.pixelStride == column && values > 1 {
        // Unrolled, neighbouring pixels would share operands, and the compiler would keep more of them than it has registers.
        contract(tile, c, column, c.inner, x, sums, blockStride)
    } else if c.pixelStride == column && c.inner == 3 {
        contract(tile, c, column, 3, x, sums, blockStride)
    } else if c.pixelStride == column && c.inner == 6 {
        contract(tile, c, column, 6, x, sums, blockStride)
    } else {
        contract(tile, c, c.pixelStride, c.inner, x, sums, blockStride)
    }
}

/// The epilogue of one tile, from its sums to its place.
@inline(always)
private func finishTile<T: PixelTile, E: Element>(
    _ tile: T.Type, _ c: Contraction, as type: E.Type, _ sums: UnsafeMutablePointer<Float>, _ blockStride: Int,
    _ target: Target
) {
    for block in 0..<T.L.blocks {
        let shift = block * c.blockStride
        applyEpilogue(
            UnsafePointer(sums + block * blockStride),
            target.residual.map { $0.assumingMemoryBound(to: E.self) + shift },
            target.out.assumingMemoryBound(to: E.self) + shift, T.pixels * 16, c.epilogue)
    }
}

/// The conversion of one tile, from its sums to its place.
@inline(always)
private func convertTile<T: PixelTile>(_ tile: T.Type, _ c: Contraction, _ target: Target) {
    guard let conversion = c.conversion else { return }
    for block in 0..<T.L.blocks {
        let shift = block * c.blockStride / 16 * target.pixelBytes
        conversion.advanced(by: block).apply(
            c.epilogue, UnsafePointer(target.stage + block * T.pixels * 16), target.residual.map { $0 + shift },
            target.out + shift, T.pixels * 16)
    }
}

/// Covers `count` neighbouring pixels with tiles; a last tile that does not fit is moved back over pixels already
/// done, which computes the same bits again. A long tile is a large one and one pixel more, or the same: as many large tiles come
/// first as make the rest a multiple of long ones, so that no pixel is left over by itself.
@inline(always)
private func coverRow<R: TileResult, Long: PixelTile, Large: PixelTile, Medium: PixelTile, Small: PixelTile>(
    _ result: R.Type, _ long: Long.Type, _ large: Large.Type, _ medium: Medium.Type, _ small: Small.Type,
    _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target, _ count: Int
) where Long.L == Small.L, Large.L == Small.L, Medium.L == Small.L {
    var done = 0
    while done < count {
        let left = count - done
        let size: Int
        if Long.pixels > Large.pixels && left % Long.pixels == 0 {
            size = Long.pixels
        } else if left > Medium.pixels && count >= Large.pixels {
            size = Large.pixels
        } else if left > Small.pixels && count >= Medium.pixels {
            size = Medium.pixels
        } else {
            size = count >= Small.pixels ? Small.pixels : 1
        }
        let first = min(done, count - size)
        let (from, to) = (x + first * c.pixelStride, target.advanced(by: first))
        if Long.pixels > Large.pixels && size == Long.pixels {
            R.compute(long, c, from, to)
        } else if size == Large.pixels {
            R.compute(large, c, from, to)
        } else if size == Medium.pixels {
            R.compute(medium, c, from, to)
        } else if size == Small.pixels {
            R.compute(small, c, from, to)
        } else {
            R.compute(OnePixel<Small.L>.self, c, from, to)
        }
        done = first + size
    }
}

/// A run of pixels of one output tile that is one block wide.
@inline(never)
private func computeNarrowRow<P: Product, R: TileResult>(
    _ product: P.Type, _ result: R.Type, _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target, _ count: Int
) {
    typealias L = OneBlock<P>
    #if WIDE_REGISTERS
        if P.values > 1 {
            coverRow(result, Pixels24<L>.self, Pixels24<L>.self, Pixels12<L>.self, Pixels4<L>.self, c, x, target, count)
        } else {
            coverRow(result, Pixels12<L>.self, Pixels12<L>.self, Pixels8<L>.self, Pixels4<L>.self, c, x, target, count)
        }
    #else
        coverRow(result, Pixels6<L>.self, Pixels5<L>.self, Pixels2<L>.self, Pixels2<L>.self, c, x, target, count)
    #endif
}

/// A run of pixels of one output tile that is two blocks wide. Weights are packed `[tap][inner][32]`.
@inline(never)
private func computeWideRow<P: Product, R: TileResult>(
    _ product: P.Type, _ result: R.Type, _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target, _ count: Int
) {
    typealias L = TwoBlocks<P>
    #if WIDE_REGISTERS
        coverRow(result, Pixels13<L>.self, Pixels12<L>.self, Pixels8<L>.self, Pixels4<L>.self, c, x, target, count)
    #else
        coverRow(result, Pixels2<L>.self, Pixels2<L>.self, Pixels2<L>.self, Pixels2<L>.self, c, x, target, count)
    #endif
}

/// A run of pixels of one output tile of one or two blocks.
func computeRun(
    of operands: ElementKind, width: Int, _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target, _ count: Int
) {
    #if BFLOAT16_KERNELS
        if case .bfloat16 = operands {
            return computeRun(PairProduct.self, FloatResult.self, width, c, x, target, count)
        }
    #endif
    if operands.isByte {
        computeRun(ByteProduct.self, ConvertedResult.self, width, c, x, target, count)
    } else if c.conversion != nil {
        computeRun(FloatProduct.self, ConvertedResult.self, width, c, x, target, count)
    } else {
        computeRun(FloatProduct.self, FloatResult.self, width, c, x, target, count)
    }
}

@inline(always)
private func computeRun<P: Product, R: TileResult>(
    _ product: P.Type, _ result: R.Type, _ width: Int, _ c: Contraction, _ x: UnsafePointer<Float>, _ target: Target,
    _ count: Int
) {
    if width == 2 {
        computeWideRow(product, result, c, x, target, count)
    } else {
        computeNarrowRow(product, result, c, x, target, count)
    }
}
