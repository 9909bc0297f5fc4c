import Kernels

/// What the tiles of one output tile share: operands, packed weights and where results go.
struct Contraction {
    var taps: UnsafePointer<Int>
    var tapCount: Int
    var inner: Int
    /// Taps at the end that have `shortInner` steps.
    var shortTaps: Int
    var shortInner: Int
    var weights: UnsafePointer<Float>
    var bias: UnsafePointer<Float>
    /// Floats between neighbouring pixels' operands.
    var pixelStride: Int
    var blockStride: Int
    var epilogue: Epilogue
}

/// Bias plus the sum of products of one tile, in tap order, stored raw.
@inline(always)
private func contract<T: PixelTile>(
    _ tile: T.Type, _ c: Contraction, _ stride: Int, _ inner: Int, _ x: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<Float>
) {
    var sums = T(T.L(weights: c.bias))
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
    sums.write(out, c.blockStride)
}

/// One tile with its epilogue. Common strides and counts are constants to the compiler, which then addresses operands directly
/// and unrolls.
@inline(always)
private func computeTile<T: PixelTile>(
    _ tile: T.Type, _ c: Contraction, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>,
    _ residual: UnsafePointer<Float>?
) {
    switch (c.pixelStride, c.inner) {
    case (16, 16): contract(tile, c, 16, 16, x, out)
    case (32, 16): contract(tile, c, 32, 16, x, out)
    case (2, 3): contract(tile, c, 2, 3, x, out)
    case (2, 6): contract(tile, c, 2, 6, x, out)
    default: contract(tile, c, c.pixelStride, c.inner, x, out)
    }
    guard !c.epilogue.isIdentity else { return }
    for block in 0..<T.L.blocks {
        let shift = block * c.blockStride
        applyEpilogue(out + shift, residual.map { $0 + shift }, T.pixels * 16, c.epilogue)
    }
}

/// Covers `count` neighbouring pixels with tiles; a last tile that does not fit is moved back over pixels already
/// done, which computes the same bits again.
@inline(always)
private func coverRow<Large: PixelTile, Medium: PixelTile, Small: PixelTile>(
    _ large: Large.Type, _ medium: Medium.Type, _ small: Small.Type, _ c: Contraction, _ x: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?, _ count: Int
) where Large.L == Medium.L, Small.L == Medium.L {
    var done = 0
    while done < count {
        let left = count - done
        let size: Int
        if left > Medium.pixels && count >= Large.pixels {
            size = Large.pixels
        } else if left > Small.pixels && count >= Medium.pixels {
            size = Medium.pixels
        } else {
            size = count >= Small.pixels ? Small.pixels : 1
        }
        let first = min(done, count - size)
        let (from, to, add) = (x + first * c.pixelStride, out + first * 16, residual.map { $0 + first * 16 })
        if size == Large.pixels {
            computeTile(large, c, from, to, add)
        } else if size == Medium.pixels {
            computeTile(medium, c, from, to, add)
        } else if size == Small.pixels {
            computeTile(small, c, from, to, add)
        } else {
            computeTile(OnePixel<Small.L>.self, c, from, to, add)
        }
        done = first + size
    }
}

/// A run of pixels of one output tile that is one block wide.
@inline(never)
func computeNarrowRow(
    _ c: Contraction, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?,
    _ count: Int
) {
    #if WIDE_REGISTERS
        coverRow(
            Pixels12<OneBlock>.self, Pixels8<OneBlock>.self, Pixels4<OneBlock>.self, c, x, out, residual, count)
    #else
        coverRow(Pixels6<OneBlock>.self, Pixels4<OneBlock>.self, Pixels2<OneBlock>.self, c, x, out, residual, count)
    #endif
}

/// A run of pixels of one output tile that is two blocks wide. Weights are packed `[tap][inner][32]`.
@inline(never)
func computeWideRow(
    _ c: Contraction, _ x: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?,
    _ count: Int
) {
    #if WIDE_REGISTERS
        coverRow(
            Pixels12<TwoBlocks>.self, Pixels8<TwoBlocks>.self, Pixels4<TwoBlocks>.self, c, x, out, residual, count)
    #else
        coverRow(Pixels2<TwoBlocks>.self, Pixels2<TwoBlocks>.self, Pixels2<TwoBlocks>.self, c, x, out, residual, count)
    #endif
}

extension ConvolutionOperation {
    /// The shared part of output tile `tile`.
    @inline(always)
    func contraction(of tile: Int, _ memory: KernelMemory, pixelStride: Int) -> Contraction {
        Contraction(
            taps: memory.tables + tapTable + (sharedTaps ? 0 : tile * tapCount), tapCount: tapCount, inner: inner,
            shortTaps: shortTaps, shortInner: shortInner,
            weights: memory.constants + weights + weightOffset(of: tile),
            bias: memory.constants + bias + firstBlock(of: tile) * 16, pixelStride: pixelStride,
            blockStride: output.blockStride, epilogue: epilogue)
    }

    @inline(always)
    func computeRow(
        of tile: Int, _ c: Contraction, _ x: UnsafePointer<Float>, _ memory: KernelMemory, pixel: Int, count: Int
    ) {
        let shift = firstBlock(of: tile) * output.blockStride + pixel * 16
        let out = memory.arena + output.offset + shift
        let residual = epilogue.residual.map { UnsafePointer(memory.arena + $0 + shift) }
        if width(of: tile) == 2 {
            computeWideRow(c, x, out, residual, count)
        } else {
            computeNarrowRow(c, x, out, residual, count)
        }
    }

    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        if let demand, !memory.demandsAll(demand) { return runDemanded(memory, demand, first, end) }
        switch source {
        case .direct: runDirect(memory, first, end)
        case .padded, .planar: runRows(memory, first, end)
        }
    }

    /// The runs `first..<end` of a demand list.
    private func runDemanded(_ memory: KernelMemory, _ demand: Int, _ first: Int, _ end: Int) {
        let x = UnsafePointer(memory.arena + inputOffset)
        for run in first..<end {
            let (start, count) = memory.demandedRun(demand, run)
            for tile in 0..<tiles {
                let c = contraction(of: tile, memory, pixelStride: 16)
                computeRow(of: tile, c, x + start * 16, memory, pixel: start, count: count)
            }
        }
    }

    /// Pixels whose operands together fill about half of a core's second-level cache.
    private var pixelsPerChunk: Int { max(48, 65_536 / max(1, tapCount * inner) / 12 * 12) }

    private func runDirect(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let tileRange = splitsTiles ? first..<end : 0..<tiles
        let pixelEnd = splitsTiles ? output.pixels : min(output.pixels, end * Self.pixelsPerUnit)
        var pixel = splitsTiles ? 0 : first * Self.pixelsPerUnit
        let x = UnsafePointer(memory.arena + inputOffset)
        while pixel < pixelEnd {
            let count = min(pixelsPerChunk, pixelEnd - pixel)
            for tile in tileRange {
                let c = contraction(of: tile, memory, pixelStride: 16)
                computeRow(of: tile, c, x + pixel * 16, memory, pixel: pixel, count: count)
            }
            pixel += count
        }
    }

    private func runRows(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        // Scratch row where the window begins, and how many of its rows are filled already.
        var (origin, filled) = (0, 0)
        for unit in first..<end {
            let top = unit * rowAdvance - window.padTop
            fillScratch(memory, origin: origin, top: top, rows: filled..<windowRows)
            computeRows(memory, unit, memory.scratch + origin * scratchWidth * scratchLanes)
            origin += rowAdvance
            filled = max(0, windowRows - rowAdvance)
            if origin + windowRows > scratchRows { (origin, filled) = (0, 0) }
        }
    }

    @inline(always)
    private func computeRows(_ memory: KernelMemory, _ unit: Int, _ operands: UnsafeMutablePointer<Float>) {
        let firstRow = unit * rowsPerUnit
        let rows = min(rowsPerUnit, output.height - firstRow)
        let (rowStride, pixelStride) = (scratchWidth * scratchLanes, window.strideX * scratchLanes)
        for tile in 0..<tiles {
            let c = contraction(of: tile, memory, pixelStride: pixelStride)
            for row in 0..<rows {
                let x = UnsafePointer(operands + row * window.strideY * rowStride)
                computeRow(of: tile, c, x, memory, pixel: (firstRow + row) * output.width, count: output.width)
            }
        }
    }

    /// Copies rows of the window that begins at input row `top` and scratch row `origin`, in every group; zero outside the
    /// input.
    private func fillScratch(_ memory: KernelMemory, origin: Int, top: Int, rows: Range<Int>) {
        let (lanes, width) = (scratchLanes, scratchWidth)
        let left = min(window.padLeft, width)
        let copied = max(0, min(inputWidth, width - left))
        for group in 0..<inputGroups {
            for row in rows {
                let destination = memory.scratch + (group * scratchRows + origin + row) * width * lanes
                let y = top + row
                guard y >= 0 && y < inputHeight else {
                    destination.update(repeating: 0, count: width * lanes)
                    continue
                }
                let origin = memory.arena + inputOffset + (group * inputHeight + y) * inputWidth * lanes
                destination.update(repeating: 0, count: left * lanes)
                (destination + left * lanes).update(from: origin, count: copied * lanes)
                (destination + (left + copied) * lanes).update(repeating: 0, count: (width - left - copied) * lanes)
            }
        }
    }
}
