import Kernels

extension ConvolutionOperation {
    /// The shared part of output tile `tile`.
    @inline(always)
    func contraction(of tile: Int, _ memory: KernelMemory) -> Contraction {
        Contraction(
            taps: memory.tables + tapTable + (sharedTaps ? 0 : tile * tapCount), tapCount: tapCount, inner: inner,
            shortTaps: shortTaps, shortInner: shortInner,
            weights: memory.constants + weights + weightOffset(of: tile),
            starts: memory.constants + (readsBytes ? starts : bias) + firstBlock(of: tile) * 16,
            pixelStride: pixelStride, blockStride: output.blockStride,
            addsStartsLast: addsBiasLast, clamps: output.storesFloats && !readsBytes && epilogue.isClamp,
            epilogue: epilogue,
            conversion: conversion(memory)?.advanced(by: firstBlock(of: tile)))
    }

    @inline(always)
    var readsBytes: Bool { operands.isByte }

    /// How sums become results where bytes are read or written.
    @inline(always)
    private func conversion(_ memory: KernelMemory) -> SumConversion? {
        SumConversion(
            output, epilogue, factors: readsBytes ? factors : nil, bias: bias, memory.constants)
    }

    @inline(always)
    func computeRow(
        of tile: Int, _ c: Contraction, _ x: UnsafePointer<Float>, _ memory: KernelMemory, pixel: Int, addend: Int,
        count: Int
    ) {
        let block = firstBlock(of: tile) * output.pixels
        let residual = epilogue.residual.map { place in
            UnsafeRawPointer(memory.arena + place) + (block + addend) * output.pixelBytes
        }
        let target = Target(
            out: UnsafeMutableRawPointer(memory.arena + output.offset) + (block + pixel) * output.pixelBytes,
            residual: residual, pixelBytes: output.pixelBytes, stage: memory.scratch)
        if computesPairs { return computePairs(width: width(of: tile), c, x, target, count / 2) }
        computeRun(of: operands, width: width(of: tile), c, x, target, count)
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
                let c = contraction(of: tile, memory)
                computeRow(
                    of: tile, c, x + start * c.pixelStride, memory, pixel: start, addend: start, count: count)
            }
        }
    }

    /// Pixels whose operands together fill about half of a core's second-level cache.
    private var pixelsPerChunk: Int { max(48, 65_536 / max(1, tapCount * inner) / 12 * 12) }

    private func runDirect(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        let tileRange = splitsTiles ? first..<end : 0..<tiles
        // Pixels are counted without the rows that are not stored.
        let pixelEnd = splitsTiles ? storedPixels : min(storedPixels, end * Self.pixelsPerUnit)
        var pixel = splitsTiles ? 0 : first * Self.pixelsPerUnit
        let chunk = pixelsPerChunk
        while pixel < pixelEnd {
            let run = directRun(pixel, min(chunk, pixelEnd - pixel))
            for tile in tileRange {
                let c = contraction(of: tile, memory)
                let x = UnsafePointer(memory.arena + inputOffset) + run.operands * c.pixelStride
                computeRow(of: tile, c, x, memory, pixel: run.pixel, addend: run.addend, count: run.count)
            }
            pixel += run.count
        }
    }

    /// Pixels whose operands, results and addends follow one another: the first of up to `count` stored pixels from `index` on.
    @inline(always)
    private func directRun(_ index: Int, _ count: Int) -> (pixel: Int, operands: Int, addend: Int, count: Int) {
        let width = output.width
        let isBefore = index < (repeatedOutput.first + 1) * width
        let pixel = isBefore ? index : index + max(0, repeatedOutput.end - repeatedOutput.first - 1) * width
        var length = repeatedOutput.run(from: pixel, count, width: width)
        length = repeatedInput.run(from: pixel, length, width: width)
        if epilogue.residual != nil { length = repeatedResidual.run(from: pixel, length, width: width) }
        let (row, column) = (pixel / width, pixel % width)
        return (
            pixel, repeatedInput.omits(row) ? repeatedInput.first * width + column : pixel,
            repeatedResidual.omits(row) ? repeatedResidual.first * width + column : pixel, length
        )
    }

    private func runRows(_ memory: KernelMemory, _ first: Int, _ end: Int) {
        // Scratch row where the window begins, and how many of its rows are filled already.
        var (origin, filled) = (0, 0)
        let (lastOrigin, words) = (scratchRows - windowRows, scratchRowWords)
        let (cut, omitted) = ((repeatedOutput.first + 1) / rowsPerUnit, repeatedOutput.omitted / rowsPerUnit)
        for index in first..<end {
            let isBehind = omitted > 0 && index >= cut
            let unit = isBehind ? index + omitted : index
            if isBehind && index == cut { (origin, filled) = (0, 0) }
            let top = unit * rowAdvance - window.padTop
            fillScratch(memory, origin: origin, top: top, rows: filled..<windowRows)
            computeRows(memory, unit, memory.scratch + stageCount + origin * words, rowWords: words)
            origin += rowAdvance
            filled = max(0, windowRows - rowAdvance)
            if origin > lastOrigin { (origin, filled) = (0, 0) }
        }
    }

    @inline(always)
    private func computeRows(
        _ memory: KernelMemory, _ unit: Int, _ operands: UnsafeMutablePointer<Float>, rowWords: Int
    ) {
        let firstRow = unit * rowsPerUnit
        let rows = min(rowsPerUnit, output.height - firstRow)
        for tile in 0..<tiles {
            let c = contraction(of: tile, memory)
            for row in firstRow..<firstRow + rows {
                let x = UnsafePointer(operands + (row - firstRow) * window.strideY * rowWords)
                computeRow(
                    of: tile, c, x, memory, pixel: row * output.width,
                    addend: repeatedResidual.place(of: row) * output.width, count: output.width)
            }
        }
    }
}
