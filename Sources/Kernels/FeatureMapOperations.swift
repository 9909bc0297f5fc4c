/// Maximum or mean over a window of a blocked feature map.
package struct PoolOperation: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case maximum, average, averageIncludingPadding }
    package var kind: Kind
    package var input: BlockedView
    package var output: BlockedView
    package var window: WindowGeometry
    /// Padding below and to the right, which the mean over padded windows counts.
    package var padBottom: Int
    package var padRight: Int

    package init(
        kind: Kind, input: BlockedView, output: BlockedView, window: WindowGeometry, padBottom: Int = 0,
        padRight: Int = 0
    ) {
        self.kind = kind
        self.input = input
        self.output = output
        self.window = window
        self.padBottom = padBottom
        self.padRight = padRight
    }

    /// Floats of scratch space: one row of the input.
    package var scratchCount: Int { input.width * channelBlock }

    package var units: Int { output.blocks * output.height }
}

/// Mean of each channel; the result is `[C, 1, 1]`.
package struct GlobalAverageOperation: Sendable, Hashable {
    package var input: BlockedView
    package var output: BlockedView

    package init(input: BlockedView, output: BlockedView) {
        self.input = input
        self.output = output
    }

    package var units: Int { input.blocks }
}

/// Resampling of a blocked feature map with tabulated source positions.
package struct ResizeOperation: Sendable, Hashable {
    package var input: BlockedView
    package var output: BlockedView
    /// Position in the index table: for nearest, the source row of each output row, then the source column of each
    /// output column; for linear, pairs (first, second) in the same order.
    package var indices: Int
    /// Position in the constants of the second tap's weight for each output row, then column; nil for nearest.
    package var fractions: Int?

    package init(input: BlockedView, output: BlockedView, indices: Int, fractions: Int?) {
        self.input = input
        self.output = output
        self.indices = indices
        self.fractions = fractions
    }

    package var units: Int { output.blocks * output.height }
}

/// Copies a run of channels between blocked maps of equal height and width, at any channel alignment.
package struct ChannelCopyOperation: Sendable, Hashable {
    package var input: BlockedView
    package var firstInputChannel: Int
    package var output: BlockedView
    package var firstOutputChannel: Int
    package var channels: Int
    /// Whether lanes of the output past its last channel are set to zero by this copy.
    package var clearsTail: Bool

    package init(
        input: BlockedView, firstInputChannel: Int, output: BlockedView, firstOutputChannel: Int, channels: Int,
        clearsTail: Bool
    ) {
        self.input = input
        self.firstInputChannel = firstInputChannel
        self.output = output
        self.firstOutputChannel = firstOutputChannel
        self.channels = channels
        self.clearsTail = clearsTail
    }

    package var units: Int { output.height }
}

/// Blocked layout to planes `[C, H, W]` or back.
package struct ReorderOperation: Sendable, Hashable {
    package enum Direction: Sendable, Hashable { case toPlanar, toBlocked }
    package var direction: Direction
    package var blocked: BlockedView
    /// Arena offset of the planes.
    package var planar: Int

    package init(direction: Direction, blocked: BlockedView, planar: Int) {
        self.direction = direction
        self.blocked = blocked
        self.planar = planar
    }

    /// Pixels of one block in one unit of work.
    package static let pixelsPerUnit = 512
    /// Units of each block.
    package var chunks: Int { (blocked.pixels + Self.pixelsPerUnit - 1) / Self.pixelsPerUnit }
    package var units: Int { blocked.blocks * chunks }
}

/// A blocked map combined with one value per channel: `map ∘ vector[c]`.
package struct ChannelwiseOperation: Sendable, Hashable {
    package var function: BinaryKind
    package var input: BlockedView
    package var output: BlockedView
    /// Offset of the channel vector, padded to whole blocks; in the arena, or in the constants when `isConstant`.
    package var vector: Int
    package var isConstant: Bool

    package init(function: BinaryKind, input: BlockedView, output: BlockedView, vector: Int, isConstant: Bool) {
        self.function = function
        self.input = input
        self.output = output
        self.vector = vector
        self.isConstant = isConstant
    }

    package var units: Int { input.blocks * input.height }
}
