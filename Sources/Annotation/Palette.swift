package import Imaging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Colours for identities: far apart for neighbouring numbers, of similar brightness, the same in every run.
package enum Palette {
    /// The golden angle: each step lands in the largest gap left by the ones before.
    private static let step = 137.507_764_050_037_85
    /// Lightness in Oklab, alternating so that hues that come near again still differ.
    private static let lightness = [0.74, 0.66, 0.82]

    /// The colour of the track (or, for detections without one, the class) `index`.
    package static func colour(_ index: Int) -> RGBColor {
        let hue = (250 + Double(index % 100_000) * step).truncatingRemainder(dividingBy: 360) * .pi / 180
        // Yellow is itself only when light.
        let lightness = lightness[Int(index.magnitude % 3)] + 0.1 * max(0, cos(hue - 1.75))
        var chroma = 0.2
        // The most vivid colour of this hue and lightness that a screen can show.
        while chroma > 0.01, linear(lightness, chroma, hue).contains(where: { !(0...1).contains($0) }) {
            chroma -= 0.005
        }
        let channels = linear(lightness, chroma, hue).map(encoded)
        return RGBColor(red: channels[0], green: channels[1], blue: channels[2])
    }

    /// Oklch to linear sRGB (Ottosson's matrices).
    private static func linear(_ lightness: Double, _ chroma: Double, _ hue: Double) -> [Double] {
        let (a, b) = (chroma * cos(hue), chroma * sin(hue))
        let long = cube(lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b)
        let medium = cube(lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b)
        let short = cube(lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b)
        return [
            4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
        ]
    }

    private static func cube(_ value: Double) -> Double { value * value * value }

    /// A linear value as an 8-bit sRGB one.
    private static func encoded(_ value: Double) -> UInt8 {
        let limited = min(max(value, 0), 1)
        let gamma = limited <= 0.003_130_8 ? 12.92 * limited : 1.055 * pow(limited, 1 / 2.4) - 0.055
        return UInt8((gamma * 255).rounded())
    }
}

extension RGBColor {
    /// Black or white, whichever reads better on this colour.
    package var textColour: RGBColor {
        func linear(_ value: UInt8) -> Double { pow(Double(value) / 255, 2.2) }
        let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
        // Equal contrast to both (WCAG) lies at 0.18.
        return luminance > 0.18 ? RGBColor(red: 0, green: 0, blue: 0) : RGBColor(red: 255, green: 255, blue: 255)
    }
}
