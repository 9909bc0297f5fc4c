import CFFmpeg

/// What the header of an H.264 or HEVC stream says of all its pictures.
enum ParameterSets {
    /// Whether a muxer may be given the stream's parameter sets.
    ///
    /// Where they are not in the form that MP4 and Matroska store, FFmpeg's muxers read them, and believe each number: a damaged count keeps them
    /// busy for hours. Its decoders check the numbers.
    static func areSound(_ parameters: AVCodecParameters) -> Bool {
        let isParsed = parameters.codec_id == AV_CODEC_ID_H264 || parameters.codec_id == AV_CODEC_ID_HEVC
        guard isParsed, parameters.extradata_size > 0, parameters.extradata[0] != 1 else { return true }
        guard let codec = avcodec_find_decoder(parameters.codec_id) else { return false }
        var context = avcodec_alloc_context3(codec)
        defer { avcodec_free_context(&context) }
        var parameters = parameters
        guard let context, avcodec_parameters_to_context(context, &parameters) >= 0 else { return false }
        context.pointee.thread_count = 1
        context.pointee.err_recognition = AV_EF_EXPLODE
        return avcodec_open2(context, codec, nil) >= 0
    }
}
