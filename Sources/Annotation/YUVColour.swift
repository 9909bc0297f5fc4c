package import Imaging
import Media

/// A colour in the terms of a frame: luma and the two chroma values, 8 bits.
package struct YUVColour: Sendable, Hashable {
    package let luma: UInt8
    package let blue: UInt8
    package let red: UInt8

    /// `colour` in the matrix and range of `canvas`.
    package init(_ colour: RGBColor, on canvas: Canvas) {
        let (redWeight, blueWeight) = Self.weights(canvas.matrix)
        let (r, g, b) = (Double(colour.red) / 255, Double(colour.green) / 255, Double(colour.blue) / 255)
        let y = redWeight * r + (1 - redWeight - blueWeight) * g + blueWeight * b
        let (pb, pr) = ((b - y) / (2 * (1 - blueWeight)), (r - y) / (2 * (1 - redWeight)))
        func level(_ value: Double) -> UInt8 { UInt8(min(max(value, 0), 255).rounded()) }
        luma = level(canvas.isFullRange ? 255 * y : 16 + 219 * y)
        let chromaScale: Double = canvas.isFullRange ? 255 : 224
        blue = level(128 + chromaScale * pb)
        red = level(128 + chromaScale * pr)
    }

    /// Share of red and of blue in luma.
    private static func weights(_ matrix: ColourMatrix) -> (red: Double, blue: Double) {
        switch matrix {
        case .bt601: (0.299, 0.114)
        case .bt709: (0.2126, 0.0722)
        case .bt2020: (0.2627, 0.0593)
        }
    }
}
