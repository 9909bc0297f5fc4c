import CFFmpeg

/// What has to be known of a codec to start in the middle.
struct CodecBehaviour: Sendable {
    /// Frames come out in another order than their packets go in.
    let reorders: Bool
    /// The decoder starts with too small a reorder depth and enlarges it when a frame comes too late.
    let learnsReorderDepth: Bool
    /// Frames from a keyframe on do not depend on what was decoded before it. Not claimed for codecs that few files use.
    let restartsAtKeyframes: Bool

    init(_ id: AVCodecID) {
        let properties = avcodec_descriptor_get(id).map { $0.pointee.props } ?? 0
        reorders = properties & AV_CODEC_PROP_REORDER != 0
        learnsReorderDepth = id == AV_CODEC_ID_H264
        restartsAtKeyframes = properties & AV_CODEC_PROP_INTRA_ONLY != 0 || Self.restarting.contains(id.rawValue)
    }

    static let plain = CodecBehaviour(reorders: false, learnsReorderDepth: false, restartsAtKeyframes: true)
    static let reordering = CodecBehaviour(reorders: true, learnsReorderDepth: false, restartsAtKeyframes: true)
    static let learning = CodecBehaviour(reorders: true, learnsReorderDepth: true, restartsAtKeyframes: true)

    private init(reorders: Bool, learnsReorderDepth: Bool, restartsAtKeyframes: Bool) {
        self.reorders = reorders
        self.learnsReorderDepth = learnsReorderDepth
        self.restartsAtKeyframes = restartsAtKeyframes
    }

    private static let restarting = Set(
        [
            AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_CODEC_ID_VP8, AV_CODEC_ID_VP9, AV_CODEC_ID_AV1,
            AV_CODEC_ID_MPEG1VIDEO,
            AV_CODEC_ID_MPEG2VIDEO, AV_CODEC_ID_MPEG4, AV_CODEC_ID_MSMPEG4V1, AV_CODEC_ID_MSMPEG4V2,
            AV_CODEC_ID_MSMPEG4V3, AV_CODEC_ID_WMV1, AV_CODEC_ID_WMV2, AV_CODEC_ID_H263, AV_CODEC_ID_FLV1,
            AV_CODEC_ID_THEORA,
        ].map(\.rawValue))
}
