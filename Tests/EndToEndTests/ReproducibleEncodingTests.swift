import Foundation
import Testing

/// The same pictures are encoded the same way, whatever the memory holds that an encoder is given.
@Suite(.serialized) struct ReproducibleEncodingTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        // Two frames more than a segment has at the end: x265 has its own trouble with so few.
        let picture = ["-f", "lavfi", "-i", "testsrc2=size=192x144:rate=30", "-frames:v", "50"]
        try place.tool("ffmpeg", ["-v", "error"] + picture + ["-pix_fmt", "yuv420p", "a.mp4"])
    }

    /// The annotated video, made with new memory filled with `filling`, as glibc does on request.
    private func annotated(_ codec: String, filling: Int) throws -> Data {
        let output = "out-\(codec)-\(filling)"
        let arguments = ["detect", "a.mp4", "-o", output, "--model", "blobs.onnx", "--codec", codec]
        let run = try place.start(arguments, environment: ["MALLOC_PERTURB_": "\(filling)"])
        try #require(run.finish().status == 0)
        return try Data(contentsOf: place.folder.appendingPathComponent("\(output)/a.mp4/annotated.mp4"))
    }

    @Test(arguments: ["h264", "hevc", "av1", "vp9"])
    func memoryDoesNotMatter(codec: String) throws {
        let first = try annotated(codec, filling: 1)
        for filling in [90, 200] { #expect(try annotated(codec, filling: filling) == first) }
    }
}
