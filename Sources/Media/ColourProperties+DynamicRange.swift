import CFFmpeg

extension ColourProperties {
    /// What pictures have once they are mapped to standard dynamic range: BT.709, luma from 16 to 235, chroma left.
    package static let standardRange = ColourProperties(
        primaries: Int(AVCOL_PRI_BT709.rawValue), transfer: Int(AVCOL_TRC_BT709.rawValue),
        matrix: Int(AVCOL_SPC_BT709.rawValue), chromaLocation: Int(AVCHROMA_LOC_LEFT.rawValue))

    private static let pq = Int(AVCOL_TRC_SMPTE2084.rawValue)
    private static let hlg = Int(AVCOL_TRC_ARIB_STD_B67.rawValue)

    /// Whether the light is coded as BT.2100 has it, by PQ or HLG.
    package var isHighDynamicRange: Bool { transfer == Self.pq || transfer == Self.hlg }

    /// The description of a decoded frame that is of high dynamic range, without gaps; nil where it is not.
    ///
    /// What a frame says counts, then what its stream (`self`) says, then BT.2100.
    func highDynamicRange(of frame: AVFrameBox) -> ColourProperties? {
        let own = frame.pointer.pointee
        var result = self
        let transfer = Int(own.color_trc.rawValue)
        if transfer != Self.unspecified, transfer != 0, !isHLG(for: transfer) { result.transfer = transfer }
        guard result.isHighDynamicRange else { return nil }
        result.primaries = Self.first(
            Int(own.color_primaries.rawValue), primaries, Int(AVCOL_PRI_BT2020.rawValue))
        let isRGB = (frame.format.descriptor?.flags ?? 0) & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
        result.matrix =
            isRGB
            ? Int(AVCOL_SPC_RGB.rawValue)
            : Self.first(Int(own.colorspace.rawValue), matrix, Int(AVCOL_SPC_BT2020_NCL.rawValue))
        switch own.color_range {
        case AVCOL_RANGE_JPEG: result.isFullRange = true
        case AVCOL_RANGE_MPEG: result.isFullRange = false
        default: result.isFullRange = isFullRange || isRGB
        }
        if own.chroma_location != AVCHROMA_LOC_UNSPECIFIED {
            result.chromaLocation = Int(own.chroma_location.rawValue)
        }
        return result
    }

    private static let unspecified = Int(AVCOL_TRC_UNSPECIFIED.rawValue)

    /// Whether a frame of transfer function `own` is HLG all the same: streams for older screens too say BT.2020's curve, and HLG in
    /// a message beside it that not every frame has before it.
    private func isHLG(for own: Int) -> Bool {
        transfer == Self.hlg
            && (own == Int(AVCOL_TRC_BT2020_10.rawValue) || own == Int(AVCOL_TRC_BT2020_12.rawValue))
    }

    /// The first code point that names something. The matrix 0, RGB, is none for planes of luma and chroma.
    private static func first(_ points: Int...) -> Int { points.first { $0 != unspecified && $0 != 0 } ?? unspecified }
}

extension VideoInfo {
    /// What the video is behind a `FrameFilter`: standard dynamic range in any case.
    package var filtered: VideoInfo {
        guard colour.isHighDynamicRange else { return self }
        var result = self
        result.colour = .standardRange
        result.pixelFormatName = codedSize.isEven ? "yuv420p" : "yuv444p"
        return result
    }
}
