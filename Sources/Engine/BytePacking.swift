import GraphIR
import Kernels

// What convolutions that multiply bytes need besides their weights.

extension WeightPacking {
    /// The weights as signed bytes.
    private var inBytes: WeightPacking {
        var copy = self
        copy.element = .uint8
        return copy
    }

    /// For each output channel, what a sum over all taps starts from, so that bytes `zeros`, for each output channel, add up to nothing: integers in the
    /// bits of floats, padded to whole blocks.
    func starts(zeros: [Float]) -> [Float] {
        let rows = rowSums()
        return padded((0..<outputChannels).map { Float(integer: -Int32(zeros[$0]) * rows[$0].reduce(0, +)) })
    }

    /// The same for each kernel row of a depthwise convolution, `[⌈C/16⌉, kH, 16]`.
    func rowStarts(zeros: [Float]) -> [Float] {
        let rows = rowSums()
        var result: [Float] = []
        for first in stride(from: 0, to: outputChannels, by: channelBlock) {
            for ky in 0..<kernelHeight {
                for output in first..<first + channelBlock {
                    result.append(
                        Float(integer: output < outputChannels ? -Int32(zeros[output]) * rows[output][ky] : 0))
                }
            }
        }
        return result
    }

    /// For each output channel the value of one unit of a sum, padded to whole blocks.
    func factors(inputScales: [Float]) -> [Float] {
        padded(zip(scales, inputScales).map { $0 * $1 })
    }

    /// Depthwise: `[⌈C/16⌉, kH, ⌈kW/4⌉, 16]` words of four neighbouring columns.
    func depthwiseBytes() -> [Float] {
        let source = inBytes
        var packed: [Float] = []
        for first in stride(from: 0, to: outputChannels, by: channelBlock) {
            for ky in 0..<kernelHeight {
                for group in 0..<(kernelWidth + 3) / 4 {
                    for output in first..<first + channelBlock {
                        let columns = group * 4..<group * 4 + 4
                        packed.append(
                            Float(
                                bytes: columns.map {
                                    $0 < kernelWidth && output < outputChannels ? source.weight(output, 0, ky, $0) : 0
                                }))
                    }
                }
            }
        }
        return packed
    }

    /// Planes read in squares: one tap for each plane and pair of kernel rows, whose pairs of columns are the inner words.
    ///
    /// - Parameter rowStride: words of a scratch row; a pair takes two.
    func squares(scratchRows: Int, rowStride: Int) -> PackedConvolution {
        var taps: [(channel: Int, pair: Int)] = []
        for channel in 0..<channelsPerGroup {
            for pair in 0..<(kernelHeight + 1) / 2 { taps.append((channel, pair)) }
        }
        let words = (kernelWidth + 1) / 2
        return PackedConvolution(
            weights: packTiles { output, step in
                let (channel, pair) = taps[step.tap]
                let (ky, kx) = (2 * pair + step.inner % 4 / 2, step.inner / 4 * 2 + step.inner % 2)
                return ky < kernelHeight && kx < kernelWidth ? weight(output, channel, ky, kx) : 0
            } layout: {
                (taps.count, words * 4)
            },
            taps: taps.map { ($0.channel * scratchRows + 2 * $0.pair) * rowStride }, tapCount: taps.count)
    }

    /// Sums of the integer weights of each output channel and kernel row.
    private func rowSums() -> [[Int32]] {
        let source = inBytes
        return (0..<outputChannels).map { output in
            (0..<kernelHeight).map { ky in
                var sum: Int32 = 0
                for channel in 0..<channelsPerGroup {
                    for kx in 0..<kernelWidth { sum += Int32(source.weight(output, channel, ky, kx)) }
                }
                return sum
            }
        }
    }

    private func padded(_ values: [Float]) -> [Float] {
        values + Array(repeating: 0, count: (channelBlock - values.count % channelBlock) % channelBlock)
    }
}

extension StoredForm {
    /// Scale and zero of each of `count` channels.
    func perChannel(_ count: Int) -> (scales: [Float], zeros: [Float]) {
        guard channelScales.isEmpty else {
            return (channelScales.map(\.scale), channelScales.map { Float($0.zeroPoint) })
        }
        return (Array(repeating: byteScale.scale, count: count), Array(repeating: byteScale.zero, count: count))
    }
}

extension GraphLowering {
    /// Position in the constants of the inverses of some channels' scales and of their zeros; nil where there are none.
    mutating func addChannelScales(_ scales: [Quantization]) -> Int? {
        guard !scales.isEmpty else { return nil }
        let rest = Array(repeating: Float(0), count: (channelBlock - scales.count % channelBlock) % channelBlock)
        return addConstant(scales.map { 1 / $0.scale } + rest + scales.map { Float($0.zeroPoint) } + rest)
    }
}

extension Float {
    /// The word with the bits of an integer.
    init(integer: Int32) { self.init(bitPattern: UInt32(bitPattern: integer)) }

    /// The word that holds four whole numbers of −128...127, the first in the lowest byte.
    init(bytes: [Float]) {
        var word: UInt32 = 0
        for value in bytes.reversed() { word = word << 8 | UInt32(UInt8(bitPattern: Int8(value))) }
        self.init(bitPattern: word)
    }
}
