/// Where the samples of a decoded picture lie. Strides are bytes from a row to the next and may be negative.
package struct PicturePlanes {
    package var luma: UnsafeRawPointer
    package var lumaStride: Int
    /// First blue-difference and red-difference samples; not read where there is no chroma.
    package var blue: UnsafeRawPointer
    package var red: UnsafeRawPointer
    package var blueStride: Int
    package var redStride: Int

    package init(
        luma: UnsafeRawPointer, lumaStride: Int, blue: UnsafeRawPointer, red: UnsafeRawPointer, blueStride: Int,
        redStride: Int
    ) {
        self.luma = luma
        self.lumaStride = lumaStride
        self.blue = blue
        self.red = red
        self.blueStride = blueStride
        self.redStride = redStride
    }
}

/// What the samples of a picture are.
package struct PictureSamples: Sendable, Hashable {
    /// Luma samples in a row.
    package var width: Int
    /// Chroma samples of one kind in a row.
    package var chromaWidth: Int
    /// Whether every chroma sample lies in the middle of two luma samples; else taps say where.
    package var isChromaHalved: Bool
    /// Bits of a sample, 8...16; more than 8 take two bytes, little-endian.
    package var depth: Int
    /// Samples from one of a kind to the next: 1, or 2 where both kinds share a plane; 0 where the picture is grey.
    package var chromaStep: Int

    package init(width: Int, chromaWidth: Int, isChromaHalved: Bool, depth: Int, chromaStep: Int) {
        self.width = width
        self.chromaWidth = chromaWidth
        self.isChromaHalved = isChromaHalved
        self.depth = depth
        self.chromaStep = chromaStep
    }
}

/// How enlarged chroma is rounded.
package struct ChromaRounding: Sendable, Hashable {
    /// Added to values of 19 fraction bits in rows of even and of odd number.
    package var evenRow: Int32
    package var oddRow: Int32
    /// Added to values of 7 fraction bits in columns of even and of odd number.
    package var evenColumn: Int32
    package var oddColumn: Int32
    /// The bits that are kept of values of 19 fraction bits.
    package var kept: Int32

    package init(evenRow: Int32, oddRow: Int32, evenColumn: Int32, oddColumn: Int32, kept: Int32) {
        self.evenRow = evenRow
        self.oddRow = oddRow
        self.evenColumn = evenColumn
        self.oddColumn = oddColumn
        self.kept = kept
    }
}

/// The matrix from luma and chroma to RGB; weights have 13 fraction bits.
package struct ColourWeights: Sendable, Hashable {
    package var luma: Int32
    /// The luma value of black, 9 fraction bits.
    package var black: Int32
    package var redOfRed: Int32
    package var greenOfBlue: Int32
    package var greenOfRed: Int32
    package var blueOfBlue: Int32

    package init(
        luma: Int32, black: Int32, redOfRed: Int32, greenOfBlue: Int32, greenOfRed: Int32, blueOfBlue: Int32
    ) {
        self.luma = luma
        self.black = black
        self.redOfRed = redOfRed
        self.greenOfBlue = greenOfBlue
        self.greenOfRed = greenOfRed
        self.blueOfBlue = blueOfBlue
    }
}

/// Where the 8-bit levels of one colour go: to a plane of the tensor, as level × factor + offset.
package struct ChannelTarget: Sendable, Hashable {
    package var plane: Int
    package var factor: Float
    package var offset: Float
    /// What stands around the picture.
    package var padding: Float

    package init(plane: Int, factor: Float, offset: Float, padding: Float) {
        self.plane = plane
        self.factor = factor
        self.offset = offset
        self.padding = padding
    }
}

/// The tensor `[1, 3, height, width]` and the picture's place in it.
package struct TensorForm: Sendable, Hashable {
    package var width: Int
    package var height: Int
    /// Left and top margin and size of the picture inside.
    package var contentX: Int
    package var contentY: Int
    package var contentWidth: Int
    package var contentHeight: Int
    package var red: ChannelTarget
    package var green: ChannelTarget
    package var blue: ChannelTarget

    package init(
        width: Int, height: Int, contentX: Int, contentY: Int, contentWidth: Int, contentHeight: Int,
        red: ChannelTarget, green: ChannelTarget, blue: ChannelTarget
    ) {
        self.width = width
        self.height = height
        self.contentX = contentX
        self.contentY = contentY
        self.contentWidth = contentWidth
        self.contentHeight = contentHeight
        self.red = red
        self.green = green
        self.blue = blue
    }
}

/// A decoded picture on its way into a model's input, in one pass: chroma enlarged, colours converted, resized, normalised
/// and laid out as planes, with nothing in between but a few rows.
package struct PictureOperation {
    package var planes: PicturePlanes
    package var samples: PictureSamples
    package var rounding: ChromaRounding
    package var colour: ColourWeights
    package var taps: PictureTaps
    /// Whether rows of the picture are columns of the tensor: displayed after a quarter turn.
    package var isTurned: Bool
    package var form: TensorForm
    /// First float of the tensor.
    package var output: UnsafeMutablePointer<Float>

    package init(
        planes: PicturePlanes, samples: PictureSamples, rounding: ChromaRounding, colour: ColourWeights,
        taps: PictureTaps, isTurned: Bool, form: TensorForm, output: UnsafeMutablePointer<Float>
    ) {
        self.planes = planes
        self.samples = samples
        self.rounding = rounding
        self.colour = colour
        self.taps = taps
        self.isTurned = isTurned
        self.form = form
        self.output = output
    }

    /// Tensor columns in one unit of a turned picture: a cache line of floats.
    package static let columnsPerUnit = 16
    /// Independent units of work: tensor rows, or strips of columns where the picture is turned.
    package var units: Int {
        isTurned ? (form.width + Self.columnsPerUnit - 1) / Self.columnsPerUnit : form.height
    }
}
