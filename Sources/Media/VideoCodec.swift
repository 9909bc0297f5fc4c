import CFFmpeg

/// What annotated videos are encoded in.
package enum VideoCodec: String, Sendable, Hashable, CaseIterable, Codable {
    case h264, hevc, av1, vp9

    /// FFmpeg's name of the encoder.
    var encoderName: String {
        switch self {
        case .h264: "libx264"
        case .hevc: "libx265"
        case .av1: "libsvtav1"
        case .vp9: "libvpx-vp9"
        }
    }

    /// Names of the encoder's presets; of `h264` and `hevc` fastest first, of the others numbers, the higher the faster.
    package var presets: [String] {
        switch self {
        case .h264, .hevc:
            [
                "ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow",
                "placebo",
            ]
        case .av1: (0...13).map(String.init)
        case .vp9: (0...8).map(String.init)
        }
    }

    package var defaultPreset: String {
        switch self {
        case .h264: "veryfast"
        case .hevc: "superfast"
        case .av1: "10"
        case .vp9: "7"
        }
    }

    /// Constant rate factors, the best picture first.
    package var crfRange: ClosedRange<Int> {
        switch self {
        case .h264, .hevc: 0...51
        case .av1, .vp9: 0...63
        }
    }

    /// About the same picture for all of them.
    package var defaultCRF: Int {
        switch self {
        case .h264: 23
        case .hevc: 26
        case .av1: 35
        case .vp9: 33
        }
    }

    /// Options of FFmpeg's encoder. Groups of pictures are closed, and nothing depends on how many threads a processor has: segments are encoded
    /// apart and shall fit together.
    func options(preset: String, crf: Int, threads: Int) -> [String: String] {
        switch self {
        case .h264: ["preset": preset, "crf": "\(crf)"].merging(Self.reproducibility) { $1 }
        case .hevc:
            [
                "preset": preset, "crf": "\(crf)",
                "x265-params": "log-level=none:open-gop=0:pools=\(threads):frame-threads=1",
            ]
        case .av1: ["preset": preset, "crf": "\(crf)", "svtav1-params": "lp=\(threads)"]
        case .vp9: ["deadline": "good", "cpu-used": preset, "crf": "\(crf)", "b": "0", "row-mt": "0"]
        }
    }

    /// x264's routines for AVX-512 read memory that nobody has written (164.3095 does, in macroblock trees), so that the same pictures are
    /// encoded differently from run to run. Those for AVX2 do not, and are as fast.
    private static let reproducibility: [String: String] =
        av_get_cpu_flags() & AV_CPU_FLAG_AVX512 != 0 ? ["x264-params": "asm=avx2"] : [:]

    /// The sample entry that players of all makers take; 0 for FFmpeg's own choice.
    var tag: UInt32 { self == .hevc ? wh_tag(0x68, 0x76, 0x63, 0x31) : 0 }
}
