import Kernels

extension PoolOperation: ElementwiseKernel {
    var element: ElementKind { output.element }

    // Comparing with `==` would emit a witness-table accessor that other objects share; a pattern does not.
    private var takesMaximum: Bool {
        if case .maximum = kind { true } else { false }
    }

    func run<E: Element>(as type: E.Type, _ memory: KernelMemory, _ first: Int, _ end: Int) {
        for unit in first..<end {
            let (block, y) = (unit / output.height, unit % output.height)
            let source = UnsafePointer(memory.block(block, of: input, type))
            let out = memory.block(block, of: output, type) + y * output.width * 16
            let rows = clipped(y * window.strideY - window.padTop, window.kernelHeight, window.dilationY, input.height)
            if takesMaximum { writeColumnPeaks(source, rows, memory.scratch) }
            for x in 0..<output.width {
                let columns = clipped(
                    x * window.strideX - window.padLeft, window.kernelWidth, window.dilationX, input.width)
                let value = takesMaximum ? peak(memory.scratch, columns) : mean(source, rows, columns, x, y)
                store(value, out + x * 16)
            }
        }
    }

    /// Input positions of a window, inside the input.
    @inline(always)
    private func clipped(_ start: Int, _ kernel: Int, _ dilation: Int, _ extent: Int) -> StrideTo<Int> {
        let skipped = start >= 0 ? 0 : (-start + dilation - 1) / dilation
        let from = start + skipped * dilation
        return stride(from: from, to: max(from, min(extent, start + (kernel - 1) * dilation + 1)), by: dilation)
    }

    /// The largest value of each input column over some rows: a maximum over a window is one over columns of these.
    @inline(always)
    private func writeColumnPeaks<E: Element>(
        _ source: UnsafePointer<E>, _ rows: StrideTo<Int>, _ peaks: UnsafeMutablePointer<Float>
    ) {
        for column in 0..<input.width {
            var value = Vector(repeating: -.infinity)
            for row in rows { value = maximum(value, load(source + (row * input.width + column) * 16)) }
            store(value, peaks + column * 16)
        }
    }

    @inline(always)
    private func peak(_ peaks: UnsafeMutablePointer<Float>, _ columns: StrideTo<Int>) -> Vector {
        var value = Vector(repeating: -.infinity)
        for column in columns { value = maximum(value, load(peaks + column * 16)) }
        return value
    }

    @inline(always)
    private func mean<E: Element>(
        _ source: UnsafePointer<E>, _ rows: StrideTo<Int>, _ columns: StrideTo<Int>, _ x: Int, _ y: Int
    ) -> Vector {
        var (sum, count) = (Vector(repeating: 0), 0)
        for row in rows {
            for column in columns {
                sum += load(source + (row * input.width + column) * 16)
                count += 1
            }
        }
        if case .averageIncludingPadding = kind {
            let height = extent(y * window.strideY - window.padTop, window.kernelHeight, input.height + padBottom)
            count = height * extent(x * window.strideX - window.padLeft, window.kernelWidth, input.width + padRight)
        }
        return sum / Vector(repeating: Float(max(1, count)))
    }

    /// Positions of a window inside the padded input.
    @inline(always)
    private func extent(_ start: Int, _ kernel: Int, _ end: Int) -> Int { min(start + kernel, end) - start }
}

extension GlobalAverageOperation: ElementwiseKernel {
    var element: ElementKind { output.element }

    func run<E: Element>(as type: E.Type, _ memory: KernelMemory, _ first: Int, _ end: Int) {
        for block in first..<end {
            let source = UnsafePointer(memory.block(block, of: input, type))
            var sum = Vector(repeating: 0)
            for pixel in 0..<input.pixels { sum += load(source + pixel * 16) }
            store(sum / Vector(repeating: Float(input.pixels)), memory.block(block, of: output, type))
        }
    }
}

extension ResizeOperation: ElementwiseKernel {
    var element: ElementKind { output.element }

    func run<E: Element>(as type: E.Type, _ memory: KernelMemory, _ first: Int, _ end: Int) {
        for unit in first..<end {
            let (block, y) = (unit / output.height, unit % output.height)
            let source = UnsafePointer(memory.block(block, of: input, type))
            let out = memory.block(block, of: output, type) + y * output.width * 16
            if let fractions {
                linearRow(memory, source, out, y, memory.constants + fractions)
            } else {
                let line = source + memory.tables[indices + y] * input.width * 16
                let columns = memory.tables + indices + output.height
                for x in 0..<output.width { store(load(line + columns[x] * 16), out + x * 16) }
            }
        }
    }

    @inline(always)
    private func linearRow<E: Element>(
        _ memory: KernelMemory, _ source: UnsafePointer<E>, _ out: UnsafeMutablePointer<E>, _ y: Int,
        _ fractions: UnsafePointer<Float>
    ) {
        let table = memory.tables + indices
        let upper = source + table[2 * y] * input.width * 16
        let lower = source + table[2 * y + 1] * input.width * 16
        let columns = table + 2 * output.height
        let vertical = Vector(repeating: fractions[y])
        for x in 0..<output.width {
            let (a, b) = (columns[2 * x] * 16, columns[2 * x + 1] * 16)
            let horizontal = Vector(repeating: fractions[output.height + x])
            let top = load(upper + a).addingProduct(load(upper + b) - load(upper + a), horizontal)
            let bottom = load(lower + a).addingProduct(load(lower + b) - load(lower + a), horizontal)
            store(top.addingProduct(bottom - top, vertical), out + x * 16)
        }
    }
}

extension ChannelwiseOperation: ElementwiseKernel {
    var element: ElementKind { output.element }

    func run<E: Element>(as type: E.Type, _ memory: KernelMemory, _ first: Int, _ end: Int) {
        for unit in first..<end {
            let (block, y) = (unit / input.height, unit % input.height)
            let source = UnsafePointer(memory.block(block, of: input, type)) + y * input.width * 16
            let out = memory.block(block, of: output, type) + y * input.width * 16
            let operand =
                isConstant
                ? load(memory.constants + vector + block * 16) : load(memory.values(type, at: vector) + block * 16)
            for x in 0..<input.width { store(combine(load(source + x * 16), operand, function), out + x * 16) }
        }
    }
}
