import Imaging
import Testing

@Suite("Colours left to a model")
struct ColourConversionTests {
    private let colours = ColourConversion(
        luma: 1.164, black: 16, redOfRed: 1.596, greenOfBlue: -0.392, greenOfRed: -0.813, blueOfBlue: 2.017)

    private func levels(_ samples: [Double]) -> [Double] {
        let parts = [samples[0] - colours.black, samples[1] - 128, samples[2] - 128]
        return (0..<3).map { colour in zip(colours.weights(of: colour), parts).map { $0 * $1 }.reduce(0, +) }
    }

    @Test("samples of levels are the inverse of levels of samples")
    func inverse() {
        for samples in [[16.0, 128, 128], [235, 20, 240], [100, 130, 90]] {
            for (found, expected) in zip(colours.samples(of: levels(samples)), samples) {
                #expect(abs(found - expected) < 1e-9)
            }
        }
    }

    /// Values of the RGB tensor are the weighted values of the folded one, whatever the normalisation: so 0 is the same in both.
    @Test("the folded tensor stands for the RGB tensor", arguments: [false, true])
    func foldedForm(isNormalised: Bool) {
        let channels = (0..<3).map { channel in
            isNormalised
                ? InputForm.Channel(
                    colour: channel, factor: 0.017 + 0.001 * Double(channel), offset: -2 + 0.1 * Double(channel))
                : InputForm.Channel(colour: 2 - channel, factor: 1 / 255.0, offset: 0)
        }
        let form = InputForm(
            size: ImageSize(width: 8, height: 8), resizeMode: .letterbox, channels: channels, padValue: 114)
        let folded = FoldedInputForm(form, colours)
        func tensor(_ values: [Double]) -> [Double] {
            folded.weights.map { zip($0, values).map { $0 * $1 }.reduce(0, +) }
        }
        for samples in [[16.0, 128, 128], [200, 30, 140], folded.zero] {
            let found = tensor(zip(samples, folded.zero).map { $0 - $1 })
            for (value, channel) in zip(found, channels) {
                #expect(abs(value - (levels(samples)[channel.colour] * channel.factor + channel.offset)) < 1e-9)
            }
        }
        for (value, channel) in zip(tensor(folded.padding), channels) {
            #expect(abs(value - (114 * channel.factor + channel.offset)) < 1e-9)
        }
        if !isNormalised { #expect(zip(folded.zero, [16.0, 128, 128]).allSatisfy { abs($0 - $1) < 1e-9 }) }
    }

    @Test("chroma cells", arguments: [(10, 20, 0), (7, 13, 3), (1, 4, 1), (20, 5, 2)])
    func cells(source: Int, target: Int, margin: Int) {
        let taps = ResizeTap.cells(source: source, target: target, margin: margin)
        #expect(taps.count == (margin + target + 1) / 2 - margin / 2)
        for (index, tap) in taps.enumerated() {
            let centre = Double(2 * (margin / 2 + index) + 1 - margin)
            let place = min(max(centre * Double(source) / Double(target) - 0.5, 0), Double(source - 1))
            let found =
                (Double(tap.first) * Double(tap.firstWeight) + Double(tap.second) * Double(tap.secondWeight)) / 2048
            #expect(abs(found - place) < 1e-3 * Double(source) && (0..<source).contains(tap.second))
        }
    }
}
