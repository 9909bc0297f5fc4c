import CInstructions
import Kernels

// Planes of floats as words of four bytes: two columns of a row, then the same columns of the row below. A window that moves by
// two is then a window over words that moves by one.

extension ByteScale {
    /// A word of four bytes that stand for 0.
    @inline(always)
    var zeroWord: Float { Float(bitPattern: UInt32(truncatingIfNeeded: Int(zero)) &* 0x0101_0101) }
}

extension ConvolutionOperation {
    /// Fills pairs of scratch rows; what lies outside the input stands for 0.
    func fillSquares(_ memory: KernelMemory, origin: Int, top: Int, rows: Range<Int>) {
        for group in 0..<inputGroups {
            let plane = UnsafePointer(memory.arena + inputOffset + group * inputHeight * inputWidth)
            var row = rows.lowerBound
            while row < rows.upperBound {
                let place = memory.scratch + stageCount + (group * scratchRows + origin + row) * scratchRowWords
                fillPair(plane, top + row, place)
                row += 2
            }
        }
    }

    /// One pair of rows, from input row `y` on.
    private func fillPair(_ plane: UnsafePointer<Float>, _ y: Int, _ words: UnsafeMutablePointer<Float>) {
        let (left, copied, _) = scratchColumns
        let upper = y >= 0 && y < inputHeight ? plane + repeatedInput.place(of: y) * inputWidth : nil
        let isBelow = y + 1 >= 0 && y + 1 < inputHeight
        let lower = isBelow ? plane + repeatedInput.place(of: y + 1) * inputWidth : nil
        var column = 0
        while column < scratchWidth {
            let isInside = column >= left && column + 16 <= left + copied
            let (a, b) =
                isInside
                ? (bytes(upper, column - left), bytes(lower, column - left))
                : (clippedBytes(upper, column - left, copied), clippedBytes(lower, column - left, copied))
            write(a | (b &<< SIMD16(repeating: 16)), words + column / 2, min(8, (scratchWidth - column) / 2))
            column += 16
        }
    }

    @inline(always)
    private func bytes(_ line: UnsafePointer<Float>?, _ column: Int) -> SIMD16<Int32> {
        guard let line else { return SIMD16(repeating: Int32(inputScale.zero)) }
        return inputScale.bytes(of: load(line + column))
    }

    /// The same where columns may lie outside `0..<end`.
    @inline(always)
    private func clippedBytes(_ line: UnsafePointer<Float>?, _ column: Int, _ end: Int) -> SIMD16<Int32> {
        guard let line else { return SIMD16(repeating: Int32(inputScale.zero)) }
        var values = Vector(repeating: 0)
        for lane in max(0, -column)..<max(max(0, -column), min(16, end - column)) { values[lane] = line[column + lane] }
        return inputScale.bytes(of: values)
    }

    /// Pairs of lanes as words.
    @inline(always)
    private func write(_ lanes: SIMD16<Int32>, _ words: UnsafeMutablePointer<Float>, _ count: Int) {
        let joined = lanes.evenHalf | (lanes.oddHalf &<< SIMD8(repeating: 8))
        if count == 8 {
            UnsafeMutableRawPointer(words).storeBytes(of: joined, as: SIMD8<Int32>.self)
        } else {
            for index in 0..<count { words[index] = Float(bitPattern: UInt32(bitPattern: joined[index])) }
        }
    }
}
