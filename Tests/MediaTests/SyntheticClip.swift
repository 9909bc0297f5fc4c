import Foundation
import Testing

/// Clips of a moving test picture that the ffmpeg program makes, one for each trap.
struct SyntheticClip: Sendable, CustomTestStringConvertible {
    let name: String
    let source: String
    let options: [String]

    var testDescription: String { name }

    /// Makes the clip; its path.
    func make(in folder: TemporaryFolder) throws -> String {
        let path = folder.path(name)
        try FFmpegProgram.make(path, source, options)
        return path
    }

    private static func picture(_ size: String = "96x64", seconds: Int = 3, rate: String = "20") -> String {
        "testsrc2=size=\(size):rate=\(rate):duration=\(seconds)"
    }

    private static let x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"]

    static let all = [
        SyntheticClip(name: "closed.mp4", source: picture(), options: x264 + ["-g", "12", "-bf", "2"]),
        SyntheticClip(
            name: "open_gop.mkv", source: picture(),
            options: [
                "-c:v", "libx264", "-pix_fmt", "yuv420p", "-x264-params", "keyint=12:open-gop=1:bframes=3:scenecut=0",
            ]),
        SyntheticClip(
            name: "open_gop.mp4", source: picture(),
            options: [
                "-c:v", "libx265", "-pix_fmt", "yuv420p", "-x265-params", "keyint=12:open-gop=1:bframes=3:log-level=0",
            ]),
        // Most keyframes are no IDR pictures, and FFmpeg's decoder loses the last frame of a group that it starts with and is emptied behind.
        SyntheticClip(
            name: "no_idr.mp4", source: picture(),
            options: [
                "-c:v", "libx264", "-pix_fmt", "yuv420p", "-x264-params",
                "keyint=10:min-keyint=10:open-gop=1:bframes=8:b-adapt=0:ref=8:scenecut=0",
            ]),
        SyntheticClip(name: "one_group.mp4", source: picture(seconds: 6), options: x264 + ["-g", "1000"]),
        SyntheticClip(
            name: "intra_refresh.ts", source: picture(),
            options: ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-x264-params", "keyint=12:intra-refresh=1"]),
        SyntheticClip(name: "open.ts", source: picture(), options: ["-c:v", "mpeg2video", "-g", "9", "-bf", "2"]),
        SyntheticClip(
            name: "program.mpg", source: picture(rate: "25"), options: ["-c:v", "mpeg1video", "-g", "9", "-bf", "2"]),
        SyntheticClip(name: "b_frames.avi", source: picture(), options: ["-c:v", "mpeg4", "-g", "10", "-bf", "2"]),
        SyntheticClip(name: "h264.avi", source: picture(), options: x264 + ["-g", "12", "-bf", "2"]),
        SyntheticClip(name: "raw.h264", source: picture(), options: x264 + ["-g", "12", "-bf", "2"]),
        SyntheticClip(
            name: "hidden.webm", source: picture(seconds: 4),
            options: ["-c:v", "libvpx", "-g", "15", "-auto-alt-ref", "1", "-lag-in-frames", "8", "-b:v", "200k"]),
        SyntheticClip(
            name: "hidden_vp9.webm", source: picture(seconds: 4),
            options: ["-c:v", "libvpx-vp9", "-g", "15", "-lag-in-frames", "8", "-b:v", "200k", "-cpu-used", "8"]),
        SyntheticClip(
            name: "vfr.mkv", source: picture() + ",select='not(mod(n\\,3))+not(mod(n\\,7))'",
            options: x264 + ["-g", "9", "-fps_mode", "vfr"]),
        SyntheticClip(
            name: "offset.mp4", source: picture(), options: x264 + ["-g", "12", "-output_ts_offset", "1.37"]),
        SyntheticClip(name: "odd.mkv", source: "testsrc=size=97x63:rate=20:duration=2", options: ["-c:v", "ffv1"]),
        SyntheticClip(name: "pictures.avi", source: picture(), options: ["-c:v", "mjpeg"]),
        SyntheticClip(name: "palette.gif", source: picture(rate: "10"), options: []),
        SyntheticClip(name: "picture.png", source: picture(), options: ["-frames:v", "1", "-update", "1"]),
        SyntheticClip(name: "flash.flv", source: picture(), options: ["-c:v", "flv1", "-g", "10"]),
        SyntheticClip(
            name: "fragments.mp4", source: picture(),
            options: x264 + ["-g", "12", "-movflags", "frag_keyframe+empty_moov"]),
    ]
}
