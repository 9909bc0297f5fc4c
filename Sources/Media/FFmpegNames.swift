import CFFmpeg

extension AVCodecID {
    /// FFmpeg's name of the codec.
    var name: String { String(cString: avcodec_get_name(self)) }
}

extension AVPixelFormat {
    /// FFmpeg's name of the pixel format; empty where it is none.
    var name: String { av_get_pix_fmt_name(self).map { String(cString: $0) } ?? "" }

    /// What is known of the format's layout; nil where it is none.
    var descriptor: AVPixFmtDescriptor? { av_pix_fmt_desc_get(self)?.pointee }
}
