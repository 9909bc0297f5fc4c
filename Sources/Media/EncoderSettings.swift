/// How annotated videos are encoded.
package struct EncoderSettings: Sendable, Hashable, Codable {
    package var codec: VideoCodec
    /// One of the codec's presets.
    package var preset: String
    /// Constant rate factor, in the codec's range; 0 is the best picture.
    package var crf: Int
    /// Encoder threads, at least 1.
    package var threads: Int

    /// - Parameters:
    ///   - preset: nil for the codec's usual one.
    ///   - crf: nil for the codec's usual one.
    package init(codec: VideoCodec = .h264, preset: String? = nil, crf: Int? = nil, threads: Int = 1) {
        self.codec = codec
        self.preset = preset ?? codec.defaultPreset
        self.crf = crf ?? codec.defaultCRF
        self.threads = threads
    }
}
