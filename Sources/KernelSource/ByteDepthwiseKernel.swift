import CInstructions
import Kernels

// Depthwise convolution of bytes. Sums are exact, so the order of products is free: each word of weights holds four neighbouring
// columns of a channel.

/// Operands of one output row of one block.
private struct ByteRow {
    /// Input block, row 0.
    var input: UnsafePointer<UInt8>
    /// Integer sums of the row's first pixel.
    var out: UnsafeMutablePointer<Float>
    /// Words `[kH, groups, 16]`.
    var weights: UnsafePointer<Float>
    var groups: Int
    /// What the row's sums start from.
    var start: SIMD16<Int32>
    var zero: SIMD16<Int32>
    var rows: Range<Int>
    var firstInputRow: Int
    var repeated: RepeatedRows
    var inputWidth: Int
    var window: WindowGeometry

    /// The input row that kernel row `ky` meets.
    @inline(always)
    private func inputLine(_ ky: Int) -> UnsafePointer<UInt8> {
        input + repeated.place(of: firstInputRow + ky * window.dilationY) * inputWidth * 16
    }

    /// One pixel whose columns are clipped to the input.
    @inline(always)
    func single(_ x: Int, _ columns: Range<Int>) {
        var sum = SIMD16<Int32>(repeating: 0)
        let left = x * window.strideX - window.padLeft
        for ky in rows {
            let line = inputLine(ky)
            for kx in columns {
                let value = wh_widen_bytes(line + (left + kx * window.dilationX) * 16) &- zero
                let word = words(weights + (ky * groups + kx / 4) * 16)
                let shifted = word &<< SIMD16(repeating: Int32(24 - kx % 4 * 8))
                sum = sum &+ value &* (shifted &>> SIMD16(repeating: 24))
            }
        }
        write(sum, x)
    }

    @inline(always)
    private func words(_ pointer: UnsafePointer<Float>) -> SIMD16<Int32> {
        unsafeBitCast(load(pointer), to: SIMD16<Int32>.self)
    }

    @inline(always)
    private func write(_ sum: SIMD16<Int32>, _ x: Int) { store(unsafeBitCast(sum, to: Vector.self), out + x * 16) }

    #if BYTE_PRODUCTS
        /// Four pixels whose whole window lies inside the input. Where three columns are read one by one, one load of four
        /// pixels serves two windows, the second with weights moved up by a byte.
        @inline(always)
        private func tile(_ x: Int, _ strideX: Int, _ groups: Int, pairs: Bool) {
            var (a, b, c, d) = (start, start, start, start)
            let left = x * strideX - window.padLeft
            for ky in rows {
                let line = inputLine(ky) + left * 16
                for group in 0..<groups {
                    let from = line + group * 64
                    let word = words(weights + (ky * groups + group) * 16)
                    if pairs {
                        let moved = word &<< SIMD16(repeating: 8)
                        let (first, second) = (wh_gather_channels(from), wh_gather_channels(from + 32))
                        a = wh_dot_bytes(a, first, word)
                        b = wh_dot_bytes(b, first, moved)
                        c = wh_dot_bytes(c, second, word)
                        d = wh_dot_bytes(d, second, moved)
                    } else {
                        a = wh_dot_bytes(a, wh_gather_channels(from), word)
                        b = wh_dot_bytes(b, wh_gather_channels(from + strideX * 16), word)
                        c = wh_dot_bytes(c, wh_gather_channels(from + 2 * strideX * 16), word)
                        d = wh_dot_bytes(d, wh_gather_channels(from + 3 * strideX * 16), word)
                    }
                }
            }
            write(a, x)
            write(b, x + 1)
            write(c, x + 2)
            write(d, x + 3)
        }

        /// The columns whose whole window lies inside the input; a last tile is moved back to fit.
        @inline(always)
        func interior(_ columns: Range<Int>, _ strideX: Int, _ groups: Int, pairs: Bool) {
            guard columns.length >= 4 else { return singles(columns) }
            var x = columns.lowerBound
            while x < columns.upperBound {
                tile(min(x, columns.upperBound - 4), strideX, groups, pairs: pairs)
                x += 4
            }
        }
    #endif

    @inline(always)
    func singles(_ columns: Range<Int>) {
        for x in columns { single(x, 0..<window.kernelWidth) }
    }

    @inline(always)
    func interior(_ columns: Range<Int>) {
        #if BYTE_PRODUCTS
            switch (window.strideX, window.kernelWidth, window.dilationX) {
            case (1, 3, 1): interior(columns, 1, 1, pairs: true)
            case (2, 3, 1): interior(columns, 2, 1, pairs: false)
            case (1, 5, 1), (1, 7, 1): interior(columns, 1, 2, pairs: false)
            case (2, 5, 1): interior(columns, 2, 2, pairs: false)
            case (_, _, 1): interior(columns, window.strideX, groups, pairs: false)
            default: singles(columns)
            }
        #else
            singles(columns)
        #endif
    }
}

extension DepthwiseOperation {
    /// Some columns of one row of one block of bytes.
    @inline(never)
    func computeBytes(_ memory: KernelMemory, _ block: Int, _ y: Int, _ columns: Range<Int>, _ interior: Range<Int>) {
        let row = makeRow(memory, block, y)
        let first = max(interior.lowerBound, columns.lowerBound)
        let inner = first..<max(first, min(interior.upperBound, columns.upperBound))
        for x in columns.lowerBound..<min(columns.upperBound, first) { edge(row, x) }
        row.interior(inner)
        for x in min(columns.upperBound, inner.upperBound)..<columns.upperBound { edge(row, x) }
        let place = block * output.pixels + y * output.width + columns.lowerBound
        let addend = place + (repeatedResidual.place(of: y) - y) * output.width
        let conversion = SumConversion(output, epilogue, factors: factors, bias: bias, memory.constants)
        conversion?.advanced(by: block).apply(
            epilogue, UnsafePointer(row.out + columns.lowerBound * 16),
            epilogue.residual.map { UnsafeRawPointer(memory.arena + $0) + addend * output.pixelBytes },
            UnsafeMutableRawPointer(memory.arena + output.offset) + place * output.pixelBytes, columns.length * 16)
    }

    @inline(always)
    private func edge(_ row: ByteRow, _ x: Int) {
        let left = x * window.strideX - window.padLeft
        row.single(x, validTaps(left, input.width, window.kernelWidth, window.dilationX))
    }

    @inline(always)
    private func makeRow(_ memory: KernelMemory, _ block: Int, _ y: Int) -> ByteRow {
        let top = y * window.strideY - window.padTop
        let rows = validTaps(top, input.height, window.kernelHeight, window.dilationY)
        let groups = (window.kernelWidth + 3) / 4
        var start = SIMD16<Int32>(repeating: 0)
        for ky in rows {
            let words = load(memory.constants + starts + (block * window.kernelHeight + ky) * 16)
            start = start &+ unsafeBitCast(words, to: SIMD16<Int32>.self)
        }
        return ByteRow(
            input: UnsafePointer(memory.block(block, of: input, UInt8.self)), out: memory.scratch,
            weights: memory.constants + weights + block * window.kernelHeight * groups * 16, groups: groups,
            start: start, zero: zeros(memory, block), rows: rows, firstInputRow: top,
            repeated: repeatedInput, inputWidth: input.width, window: window)
    }

    /// The bytes that stand for 0 in a block's channels.
    @inline(always)
    private func zeros(_ memory: KernelMemory, _ block: Int) -> SIMD16<Int32> {
        guard let channels = input.byteScale.channels else { return SIMD16(repeating: Int32(input.byteScale.zero)) }
        // From 2²³ on the low bits of a float are a whole number.
        let shifted = load(memory.constants + channels + (input.blocks + block) * 16) + Vector(repeating: 8_388_608)
        return unsafeBitCast(shifted, to: SIMD16<Int32>.self) & SIMD16(repeating: 255)
    }
}
