import Kernels

// Rows of operands on their way to the scratch area, padded where the window reaches beyond the input.

extension ConvolutionOperation {
    /// Copies rows of the window that begins at input row `top` and scratch row `origin`, in every group; zero outside the
    /// input.
    func fillScratch(_ memory: KernelMemory, origin: Int, top: Int, rows: Range<Int>) {
        if readsSquares { return fillSquares(memory, origin: origin, top: top, rows: rows) }
        let padding = readsBytes ? inputScale.zeroWord : 0
        let (groupRows, words, columns) = (scratchRows, scratchRowWords, scratchColumns)
        for group in 0..<inputGroups {
            for row in rows {
                let destination = memory.scratch + stageCount + (group * groupRows + origin + row) * words
                let y = repeatedInput.place(of: top + row)
                guard y >= 0 && y < inputHeight else {
                    destination.update(repeating: padding, count: words)
                    continue
                }
                #if BFLOAT16_KERNELS
                    if case (.planar, .bfloat16) = (source, operands) {
                        let line = memory.arena + inputOffset + (group * inputHeight + y) * inputWidth
                        convertLine(UnsafePointer(line), destination, columns)
                        continue
                    }
                #endif
                let line = group * inputHeight + y
                guard computesPairs else {
                    copyLine(memory, line: line, destination, columns)
                    continue
                }
                transformLine(memory, line: line, destination, columns)
            }
        }
    }

    typealias Columns = (left: Int, copied: Int, right: Int)

    /// Columns of a scratch row: of padding before the input, of the input, of padding behind it.
    @inline(always)
    var scratchColumns: Columns {
        let width = scratchWidth
        let left = min(window.padLeft, width)
        let copied = max(0, min(inputWidth, width - left))
        return (left, copied, width - left - copied)
    }

    @inline(always)
    private func copyLine(
        _ memory: KernelMemory, line: Int, _ destination: UnsafeMutablePointer<Float>, _ columns: Columns
    ) {
        let lanes = scratchLanes / operands.valuesPerWord
        let origin = memory.arena + inputOffset + line * inputWidth * lanes
        let padding = readsBytes ? inputScale.zeroWord : 0
        destination.update(repeating: padding, count: columns.left * lanes)
        (destination + columns.left * lanes).update(from: origin, count: columns.copied * lanes)
        (destination + (columns.left + columns.copied) * lanes).update(
            repeating: padding, count: columns.right * lanes)
    }

    /// The same, transformed for pairs of pixels: in the middle straight from the input, at the ends by a padded copy.
    @inline(always)
    private func transformLine(
        _ memory: KernelMemory, line: Int, _ destination: UnsafeMutablePointer<Float>, _ columns: Columns
    ) {
        let pairs = output.width / 2
        let plain = memory.scratch + stageCount + inputGroups * scratchRows * scratchRowWords
        let input = UnsafePointer(memory.arena + inputOffset + line * inputWidth)
        // A vector begins at four times its first pair.
        let first = min(pairs, (columns.left + 7) / 8 * 2)
        let end = max(first, min(pairs, (columns.left + columns.copied - 12) / 8 * 2))
        copyColumns(0..<4 * first + 12, of: input, plain, columns)
        copyColumns(4 * end..<scratchWidth, of: input, plain, columns)
        transformPairs(plain, destination, 0..<first)
        transformPairs(input - columns.left, destination, first..<end)
        transformPairs(plain, destination, end..<pairs)
    }

    /// Some columns of a padded row of 32-bit floats.
    @inline(always)
    private func copyColumns(
        _ range: Range<Int>, of input: UnsafePointer<Float>, _ row: UnsafeMutablePointer<Float>, _ columns: Columns
    ) {
        for column in range {
            let source = column - columns.left
            row[column] = source >= 0 && source < columns.copied ? input[source] : 0
        }
    }

    #if BFLOAT16_KERNELS
        /// The same from a line of floats to half the precision.
        @inline(always)
        private func convertLine(
            _ line: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, _ columns: Columns
        ) {
            let out = UnsafeMutableRawPointer(destination).assumingMemoryBound(to: BFloat16.self)
            let zero = BFloat16(0)
            out.update(repeating: zero, count: columns.left)
            let first = out + columns.left
            var done = 0
            while done + 16 <= columns.copied {
                store(load(line + done), first + done)
                done += 16
            }
            for column in done..<columns.copied { first[column] = BFloat16(line[column]) }
            (first + columns.copied).update(repeating: zero, count: columns.right)
        }
    #endif
}
