import Kernels

/// Kernel positions of one output row or column that fall inside the input.
@inline(always)
private func validTaps(_ start: Int, _ extent: Int, _ kernel: Int, _ dilation: Int) -> Range<Int> {
    let first = start >= 0 ? 0 : (-start + dilation - 1) / dilation
    let end = start >= extent ? 0 : min(kernel, (extent - 1 - start) / dilation + 1)
    return first < end ? first..<end : 0..<0
}

/// Four neighbouring output pixels of one block; all their operands lie inside the input.
private struct FourPixels {
    var a: Vector
    var b: Vector
    var c: Vector
    var d: Vector

    @inline(always)
    init(_ bias: Vector) { (a, b, c, d) = (bias, bias, bias, bias) }

    @inline(always)
    mutating func accumulate(_ x: UnsafePointer<Float>, _ stride: Int, _ weight: Vector) {
        a.addProduct(load(x), weight)
        b.addProduct(load(x + stride), weight)
        c.addProduct(load(x + 2 * stride), weight)
        d.addProduct(load(x + 3 * stride), weight)
    }

    @inline(always)
    func write(_ out: UnsafeMutablePointer<Float>) {
        store(a, out)
        store(b, out + 16)
        store(c, out + 32)
        store(d, out + 48)
    }
}

/// Operands of one output row of one block.
private struct DepthwiseRow {
    /// Input block, row 0.
    var input: UnsafePointer<Float>
    var out: UnsafeMutablePointer<Float>
    var weights: UnsafePointer<Float>
    var bias: Vector
    var rows: Range<Int>
    var firstInputRow: Int
    var inputWidth: Int
    var window: WindowGeometry

    /// One pixel whose columns are clipped to the input.
    @inline(always)
    func single(_ x: Int, _ columns: Range<Int>) {
        var sum = bias
        let left = x * window.strideX - window.padLeft
        for ky in rows {
            let line = input + (firstInputRow + ky * window.dilationY) * inputWidth * 16
            for kx in columns {
                let operand = load(line + (left + kx * window.dilationX) * 16)
                sum.addProduct(operand, load(weights + (ky * window.kernelWidth + kx) * 16))
            }
        }
        store(sum, out + x * 16)
    }

    @inline(always)
    func four(_ x: Int, _ strideX: Int, _ kernelWidth: Int) {
        var sums = FourPixels(bias)
        let left = x * strideX - window.padLeft
        for ky in rows {
            let line = input + ((firstInputRow + ky * window.dilationY) * inputWidth + left) * 16
            let taps = weights + ky * kernelWidth * 16
            for kx in 0..<kernelWidth {
                sums.accumulate(line + kx * window.dilationX * 16, strideX * 16, load(taps + kx * 16))
            }
        }
        sums.write(out + x * 16)
    }

    /// The columns whose whole window lies inside the input, four at a time; a last group is moved back to fit.
    @inline(always)
    func interior(_ columns: Range<Int>, _ strideX: Int, _ kernelWidth: Int) {
        guard columns.count >= 4 else {
            for x in columns { single(x, 0..<kernelWidth) }
            return
        }
        var x = columns.lowerBound
        while x < columns.upperBound {
            four(min(x, columns.upperBound - 4), strideX, kernelWidth)
            x += 4
        }
    }
}

extension DepthwiseOperation {
    /// Output columns whose whole window lies inside the input.
    private var interiorColumns: Range<Int> {
        let first = min(output.width, (window.padLeft + window.strideX - 1) / window.strideX)
        let reach = input.width - 1 - (window.kernelWidth - 1) * window.dilationX + window.padLeft
        let end = reach < 0 ? 0 : min(output.width, reach / window.strideX + 1)
        return first < end ? first..<end : first..<first
    }

    func run(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let interior = interiorColumns
        for unit in first..<end {
            let (block, y) = (unit / output.height, unit % output.height)
            let row = makeRow(memory, block, y)
            for x in 0..<interior.lowerBound { edge(row, x) }
            switch (window.strideX, window.kernelWidth) {
            case (1, 3): row.interior(interior, 1, 3)
            case (2, 3): row.interior(interior, 2, 3)
            case (1, 5): row.interior(interior, 1, 5)
            case (2, 5): row.interior(interior, 2, 5)
            default: row.interior(interior, window.strideX, window.kernelWidth)
            }
            for x in interior.upperBound..<max(interior.upperBound, output.width) { edge(row, x) }
            guard !epilogue.isIdentity else { continue }
            let shift = block * output.blockStride + y * output.width * 16
            let residual = epilogue.residual.map { UnsafePointer(memory.arena + $0 + shift) }
            applyEpilogue(row.out, residual, output.width * 16, epilogue)
        }
    }

    @inline(always)
    private func edge(_ row: DepthwiseRow, _ x: Int) {
        let left = x * window.strideX - window.padLeft
        row.single(x, validTaps(left, input.width, window.kernelWidth, window.dilationX))
    }

    @inline(always)
    private func makeRow(_ memory: KernelMemory, _ block: Int, _ y: Int) -> DepthwiseRow {
        let top = y * window.strideY - window.padTop
        return DepthwiseRow(
            input: UnsafePointer(memory.arena + input.offset + block * input.blockStride),
            out: memory.arena + output.offset + block * output.blockStride + y * output.width * 16,
            weights: memory.constants + weights + block * window.kernelHeight * window.kernelWidth * 16,
            bias: load(memory.constants + bias + block * 16),
            rows: validTaps(top, input.height, window.kernelHeight, window.dilationY), firstInputRow: top,
            inputWidth: input.width, window: window)
    }
}
