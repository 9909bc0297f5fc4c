/// Settings of the H.264 encoder.
package struct EncoderSettings: Sendable, Hashable {
    /// A preset name of x264, `ultrafast`…`placebo`.
    package var preset: String
    /// Constant rate factor, 0 (lossless)…51.
    package var crf: Int
    /// Encoder threads, at least 1.
    package var threads: Int

    package init(preset: String = "veryfast", crf: Int = 23, threads: Int = 1) {
        self.preset = preset
        self.crf = crf
        self.threads = threads
    }

    /// The preset names that x264 knows, fastest first.
    package static let presets = [
        "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow", "placebo",
    ]
}
