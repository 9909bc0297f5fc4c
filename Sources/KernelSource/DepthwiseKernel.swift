import Kernels

/// Kernel positions of one output row or column that fall inside the input.
@inline(always)
func validTaps(_ start: Int, _ extent: Int, _ kernel: Int, _ dilation: Int) -> Range<Int> {
    let first = start >= 0 ? 0 : (-start + dilation - 1) / dilation
    let end = start >= extent ? 0 : lesser(kernel, (extent - 1 - start) / dilation + 1)
    return first < end ? first..<end : 0..<0
}

/// Neighbouring output pixels of one block; all their operands lie inside the input.
private protocol DepthwiseTile {
    static var pixels: Int { get }
    /// Sums of nothing.
    init()
    mutating func accumulate<E: Element>(_ x: UnsafePointer<E>, _ stride: Int, _ weight: Vector)
    /// Stores the sums, each with the bias.
    func write(_ out: UnsafeMutablePointer<Float>, _ bias: Vector)
}

private struct FourPixels: DepthwiseTile {
    static var pixels: Int { 4 }
    var a = Vector(repeating: 0)
    var b = Vector(repeating: 0)
    var c = Vector(repeating: 0)
    var d = Vector(repeating: 0)

    @inline(always)
    init() {}

    @inline(always)
    mutating func accumulate<E: Element>(_ x: UnsafePointer<E>, _ stride: Int, _ weight: Vector) {
        a.addProduct(load(x), weight)
        b.addProduct(load(x + stride), weight)
        c.addProduct(load(x + 2 * stride), weight)
        d.addProduct(load(x + 3 * stride), weight)
    }

    @inline(always)
    func write(_ out: UnsafeMutablePointer<Float>, _ bias: Vector) {
        store(a + bias, out)
        store(b + bias, out + 16)
        store(c + bias, out + 32)
        store(d + bias, out + 48)
    }
}

private struct EightPixels: DepthwiseTile {
    static var pixels: Int { 8 }
    var left = FourPixels()
    var right = FourPixels()

    @inline(always)
    init() {}

    @inline(always)
    mutating func accumulate<E: Element>(_ x: UnsafePointer<E>, _ stride: Int, _ weight: Vector) {
        left.accumulate(x, stride, weight)
        right.accumulate(x + 4 * stride, stride, weight)
    }

    @inline(always)
    func write(_ out: UnsafeMutablePointer<Float>, _ bias: Vector) {
        left.write(out, bias)
        right.write(out + 64, bias)
    }
}

/// Operands of one output row of one block.
private struct DepthwiseRow<E: Element> {
    /// Input block, row 0.
    var input: UnsafePointer<E>
    /// Sums of the row's first pixel: the result's place, or scratch space where it is stored in another way.
    var out: UnsafeMutablePointer<Float>
    var weights: UnsafePointer<Float>
    /// Added last: products added to a large bias one by one would each be rounded at its magnitude.
    var bias: Vector
    var rows: Range<Int>
    var firstInputRow: Int
    var repeated: RepeatedRows
    var inputWidth: Int
    var window: WindowGeometry

    /// The input row that kernel row `ky` meets.
    @inline(always)
    private func inputLine(_ ky: Int) -> UnsafePointer<E> {
        input + repeated.place(of: firstInputRow + ky * window.dilationY) * inputWidth * 16
    }

    /// One pixel whose columns are clipped to the input.
    @inline(always)
    func single(_ x: Int, _ columns: Range<Int>) {
        var sum = Vector(repeating: 0)
        let left = x * window.strideX - window.padLeft
        for ky in rows {
            let line = inputLine(ky)
            for kx in columns {
                let operand = load(line + (left + kx * window.dilationX) * 16)
                sum.addProduct(operand, load(weights + (ky * window.kernelWidth + kx) * 16))
            }
        }
        store(sum + bias, out + x * 16)
    }

    /// One tile. With constant stride, width and dilation the compiler unrolls a kernel row and loads each input vector once
    /// for all the pixels that use it.
    @inline(always)
    private func tile<T: DepthwiseTile>(_ tile: T.Type, _ x: Int, _ strideX: Int, _ kernelWidth: Int, _ dilation: Int) {
        var sums = T()
        let left = x * strideX - window.padLeft
        for ky in rows {
            let line = inputLine(ky) + left * 16
            let taps = weights + ky * kernelWidth * 16
            for kx in 0..<kernelWidth {
                sums.accumulate(line + kx * dilation * 16, strideX * 16, load(taps + kx * 16))
            }
        }
        sums.write(out + x * 16, bias)
    }

    /// The columns whose whole window lies inside the input, in tiles; a last tile is moved back to fit.
    @inline(always)
    func interior(_ columns: Range<Int>, _ strideX: Int, _ kernelWidth: Int, _ dilation: Int) {
        guard columns.length >= 4 else {
            for x in columns { single(x, 0..<kernelWidth) }
            return
        }
        var x = columns.lowerBound
        #if WIDE_REGISTERS
            while x + 8 <= columns.upperBound {
                tile(EightPixels.self, x, strideX, kernelWidth, dilation)
                x += 8
            }
        #endif
        while x < columns.upperBound {
            tile(FourPixels.self, lesser(x, columns.upperBound - 4), strideX, kernelWidth, dilation)
            x += 4
        }
    }
}

extension DepthwiseOperation: ElementwiseKernel {
    var element: ElementKind { output.element }

    /// Output columns whose whole window lies inside the input.
    private var interiorColumns: Range<Int> {
        let first = lesser(output.width, (window.padLeft + window.strideX - 1) / window.strideX)
        let reach = input.width - 1 - (window.kernelWidth - 1) * window.dilationX + window.padLeft
        let end = reach < 0 ? 0 : lesser(output.width, reach / window.strideX + 1)
        return first < end ? first..<end : first..<first
    }

    func run<E: Element>(as type: E.Type, _ memory: KernelMemory, _ first: Int, _ end: Int) {
        let interior = interiorColumns
        if let demand, !memory.demandsAll(demand) {
            for run in first..<end {
                let (start, count) = memory.demandedRun(demand, run)
                let (y, x) = (start / output.width, start % output.width)
                for block in 0..<output.blocks {
                    computeRow(type, memory, block, y, x..<x + count, interior)
                }
            }
        } else {
            let rows = storedRows
            for unit in first..<end {
                computeRow(type, memory, unit / rows, repeatedOutput.row(unit % rows), 0..<output.width, interior)
            }
        }
    }

    /// Some columns of one row of one block; no other column is written, which another thread may be at work on.
    @inline(always)
    private func computeRow<E: Element>(
        _ type: E.Type, _ memory: KernelMemory, _ block: Int, _ y: Int, _ columns: Range<Int>, _ interior: Range<Int>
    ) {
        if input.element.isByte {
            computeBytes(memory, block, y, columns, interior)
        } else {
            compute(type, memory, block, y, columns, interior)
        }
    }

    @inline(never)
    private func compute<E: Element>(
        _ type: E.Type, _ memory: KernelMemory, _ block: Int, _ y: Int, _ columns: Range<Int>, _ interior: Range<Int>
    ) {
        let out = memory.block(block, of: output, type) + y * output.width * 16
        let row = makeRow(memory, block, y, out)
        let first = greater(interior.lowerBound, columns.lowerBound)
        let inner = first..<greater(first, lesser(interior.upperBound, columns.upperBound))
        for x in columns.lowerBound..<lesser(columns.upperBound, first) { edge(row, x) }
        switch (window.strideX, window.kernelWidth, window.dilationX) {
        case (1, 3, 1): row.interior(inner, 1, 3, 1)
        case (2, 3, 1): row.interior(inner, 2, 3, 1)
        case (1, 5, 1): row.interior(inner, 1, 5, 1)
        case (2, 5, 1): row.interior(inner, 2, 5, 1)
        case (1, 7, 1): row.interior(inner, 1, 7, 1)
        default: row.interior(inner, window.strideX, window.kernelWidth, window.dilationX)
        }
        for x in lesser(columns.upperBound, inner.upperBound)..<columns.upperBound { edge(row, x) }
        guard !epilogue.isIdentity || !E.storesSums else { return }
        let start = columns.lowerBound * 16
        let shift = block * output.blockStride + repeatedResidual.place(of: y) * output.width * 16 + start
        let residual = epilogue.residual.map { UnsafePointer(memory.values(type, at: $0)) + shift }
        applyEpilogue(UnsafePointer(row.out + start), residual, out + start, columns.length * 16, epilogue)
    }

    @inline(always)
    private func edge<E: Element>(_ row: DepthwiseRow<E>, _ x: Int) {
        let left = x * window.strideX - window.padLeft
        row.single(x, validTaps(left, input.width, window.kernelWidth, window.dilationX))
    }

    @inline(always)
    private func makeRow<E: Element>(
        _ memory: KernelMemory, _ block: Int, _ y: Int, _ out: UnsafeMutablePointer<E>
    ) -> DepthwiseRow<E> {
        let top = y * window.strideY - window.padTop
        return DepthwiseRow(
            input: UnsafePointer(memory.block(block, of: input, E.self)),
            out: E.sums(of: out, scratch: memory.scratch),
            weights: memory.constants + weights + block * window.kernelHeight * window.kernelWidth * 16,
            bias: load(memory.constants + bias + block * 16),
            rows: validTaps(top, input.height, window.kernelHeight, window.dilationY), firstInputRow: top,
            repeated: repeatedInput, inputWidth: input.width, window: window)
    }
}
