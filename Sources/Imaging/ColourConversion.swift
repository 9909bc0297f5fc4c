/// The map from 8-bit luma and colour differences to RGB levels, without the clamp to 0...255: it is linear then.
///
///     red   = luma·(Y − black)                                + redOfRed·(V − 128)
///     green = luma·(Y − black) + greenOfBlue·(U − 128)        + greenOfRed·(V − 128)
///     blue  = luma·(Y − black) + blueOfBlue·(U − 128)
package struct ColourConversion: Sendable, Hashable {
    package var luma: Double
    /// The luma sample of black: 16, or 0 in full range.
    package var black: Double
    package var redOfRed: Double
    package var greenOfBlue: Double
    package var greenOfRed: Double
    package var blueOfBlue: Double

    package init(
        luma: Double, black: Double, redOfRed: Double, greenOfBlue: Double, greenOfRed: Double, blueOfBlue: Double
    ) {
        self.luma = luma
        self.black = black
        self.redOfRed = redOfRed
        self.greenOfBlue = greenOfBlue
        self.greenOfRed = greenOfRed
        self.blueOfBlue = blueOfBlue
    }

    /// What a unit of luma, of the blue and of the red difference adds to the level of `colour` (0, 1, 2: red, green, blue).
    package func weights(of colour: Int) -> [Double] {
        switch colour {
        case 0: [luma, 0, redOfRed]
        case 1: [luma, greenOfBlue, greenOfRed]
        default: [luma, blueOfBlue, 0]
        }
    }

    /// Luma above 0 and colour differences around 128 of the levels `rgb`: the samples that stand for them.
    package func samples(of rgb: [Double]) -> [Double] {
        let (blue, red) = (greenOfBlue / blueOfBlue, greenOfRed / redOfRed)
        // The level that luma brings to each colour.
        let grey = (rgb[1] - blue * rgb[2] - red * rgb[0]) / (1 - blue - red)
        return [grey / luma + black, (rgb[2] - grey) / blueOfBlue + 128, (rgb[0] - grey) / redOfRed + 128]
    }
}

/// What a model reads in place of RGB once its first convolution converts the colours: samples of 4:2:0 pictures, less those
/// that stand for a 0 of the RGB tensor. So 0 means the same in both, which padding of a convolution needs.
///
/// The tensor is `[1, 3, height / 2, width]`: luma rows of even number, luma rows of odd number, and rows of colour differences,
/// a blue and a red one in turn, each for a square of four luma samples.
package struct FoldedInputForm: Sendable, Hashable {
    /// What the model reads without folding; width and height are even.
    package let unfolded: InputForm
    package let colours: ColourConversion
    /// The samples (luma, blue, red) that stand for 0 in all channels of the RGB tensor.
    package let zero: [Double]
    /// What is around the picture, as values of the tensor (luma, blue, red).
    package let padding: [Double]

    package init(_ form: InputForm, _ colours: ColourConversion) {
        var zeroLevels = [0.0, 0, 0]
        for channel in form.channels { zeroLevels[channel.colour] = -channel.offset / channel.factor }
        unfolded = form
        self.colours = colours
        let zero = colours.samples(of: zeroLevels)
        let padding = colours.samples(of: Array(repeating: Double(form.padValue), count: 3))
        self.zero = zero
        self.padding = zip(padding, zero).map { $0 - $1 }
    }

    /// For each channel of the RGB tensor, what a unit of luma, of the blue and of the red difference adds to its values.
    package var weights: [[Double]] {
        unfolded.channels.map { channel in colours.weights(of: channel.colour).map { $0 * channel.factor } }
    }
}
