import GraphIR
import Kernels
import Tensors

/// Weights of a convolution in the order its kernel reads them.
struct PackedConvolution {
    /// For each output tile `[tap][inner][lanes]`, in words: a float each, or a pair of inner steps in half the precision.
    var weights: [Float]
    /// Offsets of the taps, for all tiles or for each.
    var taps: [Int]
    var tapCount: Int
}

/// Packs weights `[M, C/group, kH, kW]` for the contraction kernel and the depthwise kernel.
struct WeightPacking {
    var weights: [Float]
    let outputChannels: Int
    let channelsPerGroup: Int
    let kernelHeight: Int
    var kernelWidth: Int
    let group: Int
    /// How the contraction kernel's weights are stored.
    var element = ElementKind.float32
    /// Blocks of an output tile, where not every block has taps of its own.
    var tileBlocks = 1
    /// What the weights of each output channel are multiples of, where they are multiplied as bytes.
    var scales: [Float] = [] {
        didSet { integers = QuantizedWeights.integers(weights, scales: scales) }
    }
    /// The weights as those multiples; empty where there are no scales.
    private var integers: [Int8] = []

    init(_ tensor: Tensor, values: [Float], group: Int) {
        weights = values
        outputChannels = tensor.shape[0]
        channelsPerGroup = tensor.shape[1]
        kernelHeight = tensor.shape[2]
        kernelWidth = tensor.shape[3]
        self.group = group
    }

    /// Products in each output element.
    var depth: Int { channelsPerGroup * kernelHeight * kernelWidth }

    /// Words that hold `steps` inner steps.
    func words(in steps: Int) -> Int { (steps + element.valuesPerWord - 1) / element.valuesPerWord }

    func weight(_ output: Int, _ channel: Int, _ ky: Int, _ kx: Int) -> Float {
        let index = ((output * channelsPerGroup + channel) * kernelHeight + ky) * kernelWidth + kx
        return element == .uint8 ? Float(integers[index]) : weights[index]
    }

    /// Depthwise: `[⌈C/16⌉, kH, kW, 16]`, zero past the last channel.
    func depthwise() -> [Float] {
        let taps = kernelHeight * kernelWidth
        let blocks = (outputChannels + channelBlock - 1) / channelBlock
        var packed = Array(repeating: Float(0), count: blocks * taps * channelBlock)
        for channel in 0..<outputChannels {
            for tap in 0..<taps {
                packed[(channel / channelBlock * taps + tap) * channelBlock + channel % channelBlock] =
                    weights[channel * taps + tap]
            }
        }
        return packed
    }

    /// Planar input: one tap for each plane and kernel row, whose columns are the inner steps; with dilated columns,
    /// one tap for each position.
    func planar(scratchRows: Int, rowStride: Int, window: WindowGeometry) -> PackedConvolution {
        let rowTaps = window.dilationX == 1
        var positions: [[(channel: Int, ky: Int, kx: Int)]] = []
        var taps: [Int] = []
        for channel in 0..<channelsPerGroup {
            for ky in 0..<kernelHeight {
                let base = (channel * scratchRows + ky * window.dilationY) * rowStride
                if rowTaps {
                    taps.append(base)
                    positions.append((0..<kernelWidth).map { (channel, ky, $0) })
                } else {
                    for kx in 0..<kernelWidth {
                        taps.append(base + kx * window.dilationX)
                        positions.append([(channel, ky, kx)])
                    }
                }
            }
        }
        return PackedConvolution(
            weights: packTiles { output, step in
                let p = positions[step.tap][step.inner]
                return weight(output, p.channel, p.ky, p.kx)
            } layout: {
                (positions.count, positions.first?.count ?? 1)
            },
            taps: taps, tapCount: taps.count)
    }

    /// Blocked input, one group: taps are (input block, kernel row, kernel column).
    func dense(offset: (_ block: Int, _ ky: Int, _ kx: Int) -> Int) -> PackedConvolution {
        let blocks = (channelsPerGroup + channelBlock - 1) / channelBlock
        var positions: [(block: Int, ky: Int, kx: Int)] = []
        for block in 0..<blocks {
            for ky in 0..<kernelHeight { for kx in 0..<kernelWidth { positions.append((block, ky, kx)) } }
        }
        return PackedConvolution(
            weights: packTiles { output, step in
                let p = positions[step.tap]
                let channel = p.block * channelBlock + step.inner
                return channel < channelsPerGroup ? weight(output, channel, p.ky, p.kx) : 0
            } layout: {
                (positions.count, channelBlock)
            },
            taps: positions.map { offset($0.block, $0.ky, $0.kx) }, tapCount: positions.count)
    }

    /// Tiles of `tileBlocks` blocks, the last of one where their number is odd.
    func packTiles(
        _ value: (_ output: Int, _ step: (tap: Int, inner: Int)) -> Float, layout: () -> (taps: Int, inner: Int)
    ) -> [Float] {
        let (taps, inner) = layout()
        let blocks = (outputChannels + channelBlock - 1) / channelBlock
        var packed: [Float] = []
        packed.reserveCapacity(blocks * channelBlock * taps * words(in: inner))
        for first in stride(from: 0, to: blocks, by: tileBlocks) {
            let lanes = min(tileBlocks, blocks - first) * channelBlock
            for tap in 0..<taps {
                appendSteps(inner, lanes: lanes, to: &packed) { lane, step in
                    let output = first * channelBlock + lane
                    return output < outputChannels ? value(output, (tap, step)) : 0
                }
            }
        }
        return packed
    }

    /// Blocked input, several groups: every output block reads the input blocks that its groups touch.
    func grouped(offset: (_ block: Int, _ ky: Int, _ kx: Int) -> Int) -> PackedConvolution {
        let outputsPerGroup = outputChannels / group
        let blocks = (outputChannels + channelBlock - 1) / channelBlock
        let inputBlocks = (channelsPerGroup * group + channelBlock - 1) / channelBlock
        let ranges = (0..<blocks).map { block -> Range<Int> in
            let last = min(outputChannels, (block + 1) * channelBlock) - 1
            let low = block * channelBlock / outputsPerGroup * channelsPerGroup
            let high = (last / outputsPerGroup + 1) * channelsPerGroup
            return low / channelBlock..<(high + channelBlock - 1) / channelBlock
        }
        let width = ranges.map(\.count).max() ?? 1
        var packed = PackedConvolution(weights: [], taps: [], tapCount: width * kernelHeight * kernelWidth)
        for (block, range) in ranges.enumerated() {
            // Every tile has as many taps; a narrower one reads blocks beyond its own with weights of zero.
            let first = min(range.lowerBound, inputBlocks - width)
            for input in first..<first + width {
                for ky in 0..<kernelHeight {
                    for kx in 0..<kernelWidth {
                        packed.taps.append(offset(input, ky, kx))
                        appendGroupedTap(block, input, ky, kx, outputsPerGroup, to: &packed.weights)
                    }
                }
            }
        }
        return packed
    }

    private func appendGroupedTap(
        _ block: Int, _ input: Int, _ ky: Int, _ kx: Int, _ outputsPerGroup: Int, to packed: inout [Float]
    ) {
        appendSteps(channelBlock, lanes: channelBlock, to: &packed) { lane, step in
            let (channel, output) = (input * channelBlock + step, block * channelBlock + lane)
            let inside = output < outputChannels && channel / channelsPerGroup == output / outputsPerGroup
            return inside ? weight(output, channel % channelsPerGroup, ky, kx) : 0
        }
    }

    /// The inner steps of one tap, lane by lane; zero where a pair has no second step.
    private func appendSteps(
        _ steps: Int, lanes: Int, to packed: inout [Float], _ value: (_ lane: Int, _ step: Int) -> Float
    ) {
        for step in stride(from: 0, to: steps, by: element.valuesPerWord) {
            for lane in 0..<lanes {
                switch element {
                case .float32: packed.append(value(lane, step))
                case .bfloat16:
                    packed.append(Float(bfloat16: value(lane, step), step + 1 < steps ? value(lane, step + 1) : 0))
                case .uint8:
                    packed.append(Float(bytes: (0..<4).map { step + $0 < steps ? value(lane, step + $0) : 0 }))
                }
            }
        }
    }
}

extension Float {
    /// The word that holds two values, rounded to the nearest bfloat16, ties to even; the first in the lower half.
    init(bfloat16 first: Float, _ second: Float) {
        self.init(bitPattern: UInt32(Self.upperHalf(first)) | UInt32(Self.upperHalf(second)) << 16)
    }

    private static func upperHalf(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        guard !value.isNaN else { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
    }
}
