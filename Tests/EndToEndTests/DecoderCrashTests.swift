import Foundation
import TestSupport
import Testing

/// A decoder that crashes on one frame of a file, put before FFmpeg's own by the dynamic linker.
@Suite("A decoder that crashes", .enabled(if: CrashingDecoder.compiler != nil), .serialized)
struct DecoderCrashTests {
    @Test("what cannot be decoded without the frame is lost, and nothing else")
    func lossEndsWithTheGroup() throws {
        let place = try Workplace()
        try place.makeModel()
        // Groups of twelve; the time base is 1/10240 of ten frames a second.
        try place.makeClip("a.mp4", frames: 72)
        let library = try CrashingDecoder.make(in: place, time: 29 * 1024)
        let arguments = ["detect", "a.mp4", "-o", "out", "--model", "blobs.onnx", "--workers", "2", "--no-annotate"]
        let outcome = try place.start(arguments, environment: ["LD_PRELOAD": library]).finish()
        #expect(outcome.status == 3, "\(outcome.errors)")
        let frames = try place.frames("out/a.mp4/detections.jsonl")
        let lost = frames.indices.filter { frames[$0]["status"] as? String == "undecodable" }
        #expect(frames.count == 72)
        // The frame before it may be among them: a decoder is fed a packet ahead.
        #expect(Set(29...35).isSubset(of: lost) && Set(lost).isSubset(of: 28...35), "\(lost)")
    }
}

private enum CrashingDecoder {
    static let compiler: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let candidates = ["cc", "clang", "gcc"].flatMap { name in folders.map { "\($0)/\(name)" } }
        let found = candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
        if found == nil { Skip.announce("a decoder that crashes", lack: "a C compiler") }
        return found
    }()

    /// Makes a library to preload; its path.
    static func make(in place: Workplace, time: Int64) throws -> String {
        let source = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <signal.h>
            #include <libavcodec/avcodec.h>

            int avcodec_receive_frame(AVCodecContext *context, AVFrame *frame) {
                int (*own)(AVCodecContext *, AVFrame *) = dlsym(RTLD_NEXT, "avcodec_receive_frame");
                int status = own(context, frame);
                if (status == 0 && context->codec_type == AVMEDIA_TYPE_VIDEO && frame->pts == \(time)) raise(SIGSEGV);
                return status;
            }

            """
        try place.write(source, to: "crash.c")
        let include = try place.tool("pkg-config", ["--cflags-only-I", "libavcodec"]).split(
            whereSeparator: \.isWhitespace)
        try place.tool(
            try #require(compiler),
            ["-shared", "-fPIC", "-o", "crash.so", "crash.c", "-ldl"] + include.map(String.init))
        return place.folder.appendingPathComponent("crash.so").path
    }
}
