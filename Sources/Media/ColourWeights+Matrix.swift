import CFFmpeg
import Kernels

extension ColourWeights {
    /// The weights with which swscale converts to RGB, derived from its coefficients as it does.
    init(_ matrix: ColourMatrix, isFullRange: Bool) {
        let table = sws_getCoefficients(matrix.swscaleCode)!
        func weight(_ coefficient: Int) -> Int32 {
            Int32(((isFullRange ? coefficient * 224 / 255 : coefficient) * (1 << 13) + 1 << 15) >> 16)
        }
        let luma = isFullRange ? 1 << 16 : (255 << 16) / 219
        self.init(
            luma: Int32((luma * (1 << 13) + 1 << 15) >> 16), black: isFullRange ? 0 : 16 << 9,
            redOfRed: weight(Int(table[0])),
            greenOfBlue: weight(-Int(table[2])), greenOfRed: weight(-Int(table[3])), blueOfBlue: weight(Int(table[1])))
    }
}
