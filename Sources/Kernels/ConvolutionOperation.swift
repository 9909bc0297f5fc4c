/// Spatial parameters of a convolution or pooling window; padding below and right follows from the output size.
package struct WindowGeometry: Sendable, Hashable {
    package var kernelHeight: Int
    package var kernelWidth: Int
    package var strideY: Int
    package var strideX: Int
    package var padTop: Int
    package var padLeft: Int
    package var dilationY: Int
    package var dilationX: Int

    package init(
        kernelHeight: Int, kernelWidth: Int, strideY: Int = 1, strideX: Int = 1, padTop: Int = 0, padLeft: Int = 0,
        dilationY: Int = 1, dilationX: Int = 1
    ) {
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.strideY = strideY
        self.strideX = strideX
        self.padTop = padTop
        self.padLeft = padLeft
        self.dilationY = dilationY
        self.dilationX = dilationX
    }
}

/// A convolution as a contraction: every output pixel of a channel tile is the bias plus, over a list of taps, the
/// products of `inner` consecutive input words with packed weights, in one fixed order. A word is a float, a pair of
/// neighbouring channels (of neighbouring columns when planar) in half the precision, or the bytes of four neighbouring
/// channels (of a square of two rows and two columns when planar).
///
/// A tap is an offset from the pixel's first input word: one 16-channel block of one kernel position, or one kernel
/// row of one plane when the input is planar (the stem).
package struct ConvolutionOperation: Sendable, Hashable {
    /// Where the operands of a pixel are read from.
    package enum Source: Sendable, Hashable {
        /// 1×1, stride 1: straight from the blocked input, pixels as one flat row.
        case direct
        /// Blocked input, copied row by row into a zero-padded scratch area.
        case padded
        /// Planar input `[C, H, W]`, copied row by row into a zero-padded scratch area.
        case planar
    }

    package var source: Source
    /// How operands are multiplied: floats, or pairs or fours that one instruction multiplies and adds. Blocked input and
    /// the weights are stored like this; planar input is converted on the way to the scratch area.
    package var operands: ElementKind
    /// What the operands stand for where they are bytes.
    package var inputScale = ByteScale()
    /// Arena offset of the input's first float.
    package var inputOffset: Int
    /// 16-channel blocks of the input, or planes when planar.
    package var inputGroups: Int
    package var inputHeight: Int
    package var inputWidth: Int
    package var output: BlockedView
    package var window: WindowGeometry
    /// Position in the index table of the tap offsets: `tapsPerTile` for each output tile (or shared, see `sharedTaps`).
    package var tapTable: Int
    package var tapCount: Int
    /// Whether all output tiles read the same taps (not so in a grouped convolution).
    package var sharedTaps: Bool
    /// Blocks of an output tile, 1 or 2: with two, an operand serves more products; one leaves registers for more pixels, and
    /// its weights stay in a smaller cache.
    package var tileBlocks = 1
    /// Consecutive words contracted per tap.
    package var inner: Int
    /// The last taps, whose block of channels is not full, and the channels it has.
    package var shortTaps = 0
    package var shortInner = 0
    /// Position in the constants of the packed weights: for each output tile, `[tap][inner][lanes]`.
    package var weights: Int
    /// Position in the constants of the bias, padded to whole blocks.
    package var bias: Int
    /// Positions in the constants, of what sums of bytes need: the integers that they start from, and the factors that make
    /// them floats, both padded to whole blocks.
    package var starts = 0
    package var factors = 0
    /// Output rows computed per unit of work (`padded` and `planar`).
    package var rowsPerUnit: Int
    /// Whether neighbouring pixels are computed in pairs from transformed operands: `planar`, six columns, stride 2, 32-bit floats.
    package var computesPairs = false
    /// Products in each output element, without padding lanes.
    package var depth: Int
    package var epilogue: Epilogue
    /// Position in the demand table of the list of cells to compute (`direct` only); nil for all.
    package var demand: Int?
    /// Rows of the input, of the addend and of the result that are not stored; the result's are whole units.
    package var repeatedInput = RepeatedRows.none
    package var repeatedResidual = RepeatedRows.none
    package var repeatedOutput = RepeatedRows.none

    package init(
        source: Source, operands: ElementKind = .float32, inputOffset: Int, inputGroups: Int, inputHeight: Int,
        inputWidth: Int, output: BlockedView,
        window: WindowGeometry, tapTable: Int, tapCount: Int, sharedTaps: Bool, inner: Int, weights: Int, bias: Int,
        rowsPerUnit: Int, depth: Int, epilogue: Epilogue
    ) {
        self.source = source
        self.operands = operands
        self.inputOffset = inputOffset
        self.inputGroups = inputGroups
        self.inputHeight = inputHeight
        self.inputWidth = inputWidth
        self.output = output
        self.window = window
        self.tapTable = tapTable
        self.tapCount = tapCount
        self.sharedTaps = sharedTaps
        self.inner = inner
        self.weights = weights
        self.bias = bias
        self.rowsPerUnit = rowsPerUnit
        self.depth = depth
        self.epilogue = epilogue
    }

    /// Whether the bias is added to the finished sum of products, not the products to the bias one by one. A large bias would make
    /// each addition round at its own magnitude; with few products that is little, and an addition more is much.
    package var addsBiasLast: Bool {
        if case .float32 = operands { depth >= 32 && !computesPairs } else { false }
    }

    /// Output tiles; where they are pairs of blocks, a single one is at the end of an odd number. Grouped convolutions use single
    /// blocks throughout, since every block reads its own channels.
    package var tiles: Int { (output.blocks + tileBlocks - 1) / tileBlocks }
    /// Blocks before output tile `tile`.
    package func firstBlock(of tile: Int) -> Int { tile * tileBlocks }
    /// Blocks of output tile `tile`: 1 or 2.
    package func width(of tile: Int) -> Int { min(tileBlocks, output.blocks - tile * tileBlocks) }
    /// Words of packed weights before output tile `tile`.
    package func weightOffset(of tile: Int) -> Int { firstBlock(of: tile) * tapCount * inner * channelBlock }

    /// A flat map with few pixels is split between threads by output tiles, otherwise by pixels.
    package var splitsTiles: Bool { source == .direct && output.pixels < 384 }
    /// Pixels per unit of work in a flat map.
    package static let pixelsPerUnit = 12

    /// Independent units of work.
    package var units: Int {
        switch source {
        case .direct where splitsTiles: tiles
        case .direct: (storedPixels + Self.pixelsPerUnit - 1) / Self.pixelsPerUnit
        case .padded, .planar:
            (output.height + rowsPerUnit - 1) / rowsPerUnit - repeatedOutput.omitted / rowsPerUnit
        }
    }

    /// Pixels of the result that are stored.
    package var storedPixels: Int { output.pixels - repeatedOutput.omitted * output.width }

    /// Whether words are squares of the plane.
    package var readsSquares: Bool {
        if case (.planar, .uint8) = (source, operands) { true } else { false }
    }
    /// Columns of the scratch rows: everything the output's columns read, in whole words.
    package var scratchWidth: Int {
        let reach = (window.kernelWidth - 1) * window.dilationX + 1
        let columns = (output.width - 1) * window.strideX
        if readsSquares { return (columns + reach + 3) / 4 * 4 }
        let pairs = source == .planar ? operands.valuesPerWord : 1
        return columns + (reach + pairs - 1) / pairs * pairs
    }
    /// Words of one scratch row.
    package var scratchRowWords: Int {
        // Eight for each pair of pixels, in whole vectors.
        computesPairs ? (output.width + 3) / 4 * 16 : scratchWidth * scratchLanes / operands.valuesPerWord
    }
    /// Words of the row that is transformed, and what a vector may read past its end.
    private var plainRowWords: Int { computesPairs ? scratchWidth + 16 : 0 }
    /// Words between the operands of neighbouring output pixels.
    package var pixelStride: Int {
        if readsSquares { return window.strideX / 2 }
        return source == .direct
            ? channelBlock / operands.valuesPerWord : window.strideX * scratchLanes / operands.valuesPerWord
    }
    /// Input rows that one unit reads, whole pairs where words are squares.
    package var windowRows: Int {
        let rows = (rowsPerUnit - 1) * window.strideY + (window.kernelHeight - 1) * window.dilationY + 1
        return readsSquares ? (rows + 1) / 2 * 2 : rows
    }
    /// Input rows from one unit to the next.
    package var rowAdvance: Int { rowsPerUnit * window.strideY }
    /// Rows of the scratch area: a unit's window and room for it to slide down before it starts again at the top, so that
    /// rows that units share are seldom fetched twice.
    package var scratchRows: Int {
        let perRow = inputGroups * scratchRowWords
        let slides = (Self.scratchFloats / max(1, perRow) - windowRows) / rowAdvance
        return windowRows + min(max(slides, 0), 7) * rowAdvance
    }
    /// Floats of scratch space that sliding may take: half of a usual second-level cache.
    private static let scratchFloats = 131_072
    /// Values per scratch pixel.
    package var scratchLanes: Int { source == .planar ? 1 : channelBlock }
    /// Floats of scratch space for the sums of one tile, where they are not stored as they are.
    package var stageCount: Int {
        output.element == .float32 && operands != .uint8 && !computesPairs ? 0 : Self.largestTile
    }
    /// Sums of the largest tile: 13 pixels of two blocks, or 24 of one.
    private static var largestTile: Int { 2 * 13 * 16 }
    /// Floats of scratch space needed: a tile's sums, then rows of operands.
    package var scratchCount: Int {
        stageCount + (source == .direct ? 0 : inputGroups * scratchRows * scratchRowWords + plainRowWords)
    }
}

/// A depthwise convolution: one k×k filter per channel; input and output have the same channels.
package struct DepthwiseOperation: Sendable, Hashable {
    package var input: BlockedView
    package var output: BlockedView
    package var window: WindowGeometry
    /// Position in the constants of the weights `[⌈C/16⌉, kH, kW, 16]`; where the input is bytes, of words of the bytes of four
    /// neighbouring columns, `[⌈C/16⌉, kH, ⌈kW/4⌉, 16]`.
    package var weights: Int
    /// Position in the constants of the bias, padded to whole blocks.
    package var bias: Int
    /// Positions in the constants, of what sums of bytes need: for each block and kernel row the integers that a sum over the
    /// row starts from, `[⌈C/16⌉, kH, 16]`, and the factors that make sums floats, padded to whole blocks.
    package var starts = 0
    package var factors = 0
    package var epilogue: Epilogue
    /// Position in the demand table of the list of cells to compute; nil for all.
    package var demand: Int?
    /// Rows of the input, of the addend and of the result that are not stored.
    package var repeatedInput = RepeatedRows.none
    package var repeatedResidual = RepeatedRows.none
    package var repeatedOutput = RepeatedRows.none

    package init(
        input: BlockedView, output: BlockedView, window: WindowGeometry, weights: Int, bias: Int, epilogue: Epilogue
    ) {
        self.input = input
        self.output = output
        self.window = window
        self.weights = weights
        self.bias = bias
        self.epilogue = epilogue
    }

    /// Floats of scratch space: the sums of one output row, where they are not stored as they are.
    package var scratchCount: Int {
        output.element == .float32 && input.element != .uint8 ? 0 : output.width * channelBlock
    }

    /// Rows of the result that are stored.
    package var storedRows: Int { output.height - repeatedOutput.omitted }
    /// Independent units of work: output rows of all blocks.
    package var units: Int { output.blocks * storedRows }
}
