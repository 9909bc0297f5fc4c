import Foundation
import Imaging
import Media
import Testing

/// Decoding against the ffmpeg program, on every clip of the shared folder.
@Suite struct ReadingTests {
    @Test(arguments: MediaMaterial.videos)
    func decodesWhatFFmpegDecodes(path: String) throws {
        let frames = try sequentialFrames(path)
        let hashes = try FFmpegProgram.frameHashes(path)
        #expect(frames.count == hashes.count)
        #expect(zip(frames, hashes).allSatisfy { $0.hash == $1 })
        let times = try FFmpegProgram.frameTimes(path)
        #expect(times.count == frames.count)
        #expect(zip(frames, times).allSatisfy { frame, time in time.map { $0 == frame.pts } ?? true })
        #expect(firstDifference(frames, try batchedFrames(path, maximumFrames: 7)) == nil)
        #expect(firstDifference(frames, try framesReadApart(path, maximumFrames: 64)) == nil)
    }

    /// Decoders carry damage of VP8 streams, which have no checksums, over keyframes unnoticed: frames behind it depend on how far in
    /// front decoding started.
    private static let unnoticedDamage = ["made_bitflip_all.webm"]

    @Test(.timeLimit(.minutes(10)), arguments: MediaMaterial.hostile)
    func survivesDamage(path: String) throws {
        let first = Result { try sequentialFrames(path) }
        let second = Result { try sequentialFrames(path) }
        switch (first, second) {
        case (.success(let frames), .success(let again)):
            #expect(frames == again)
            #expect(frames.count >= (try FFmpegProgram.frameHashes(path).count))
            guard let batched = try? batchedFrames(path, maximumFrames: 7) else {
                #expect(frames.isEmpty)
                return
            }
            let apart = try framesReadApart(path, maximumFrames: 64)
            #expect(firstDifference(try batchedFrames(path, maximumFrames: 64), apart) == nil)
            withKnownIssue("damage without checksums", isIntermittent: true) {
                #expect(firstDifference(frames, batched) == nil)
            } when: {
                Self.unnoticedDamage.contains { path.hasSuffix($0) }
            }
        case (.failure(let error), .failure(let again)):
            #expect("\(error)" == "\(again)")
            #expect(error is FFmpegError)
            #expect(!"\(error)".contains("\n") && "\(error)".hasPrefix(path))
        default: Issue.record("once frames, once an error")
        }
    }
}
