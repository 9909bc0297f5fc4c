import Foundation
import Imaging
import TestSupport
import Testing

@testable import Media

/// Both ways to a model's input, over real clips and photos.
@Suite struct ClipTensorTests {
    /// The largest and the mean difference over the first frames of a file, in levels, and how many went only by a picture.
    private func difference(_ path: String, frames: Int) throws -> (largest: Float, mean: Float, byPicture: Int) {
        let reader = try VideoReader(path: path)
        var paths = try TensorPaths(reader.info, TensorPaths.plain(.letterboxTopLeft, 416, 416))
        var (largest, means, byPicture): (Float, [Float], Int) = (0, [], 0)
        while means.count + byPicture < frames, let frame = try reader.nextFrame() {
            if let difference = try paths.difference(frame) {
                largest = max(largest, difference.largest)
                means.append(difference.mean)
            } else {
                byPicture += 1
            }
        }
        return (largest, means.reduce(0, +) / Float(max(1, means.count)), byPicture)
    }

    @Test(arguments: MediaMaterial.videos) func clipsHaveTheSameLevels(path: String) throws {
        let (largest, _, byPicture) = try difference(path, frames: 3)
        #expect(largest == 0)
        // The one clip with a palette.
        #expect((byPicture > 0) == path.contains("msvideo1"))
    }

    /// As videos, which have libjpeg's rounding instead of swscale's.
    @Test(arguments: MediaMaterial.photos) func photosDifferByRounding(path: String) throws {
        let folder = try TemporaryFolder()
        let video = folder.path("photo.avi")
        _ = try FFmpegProgram.run("ffmpeg", ["-v", "error", "-i", path, "-c", "copy", video])
        let (largest, mean, byPicture) = try difference(video, frames: 1)
        #expect(largest <= 3 && mean <= 0.5 && byPicture == 0)
    }

    /// From the size change on, frames are scaled to the stream's first size as pictures.
    @Test func aStreamThatChangesItsSize() throws {
        let folder = try TemporaryFolder()
        var data = Data()
        for size in ["96x64", "128x96"] {
            let path = folder.path("\(size).h264")
            try FFmpegProgram.make(
                path, "testsrc2=size=\(size):rate=10:duration=1", ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
            data.append(try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        let path = folder.path("changing.h264")
        try data.write(to: URL(fileURLWithPath: path))
        let (largest, _, byPicture) = try difference(path, frames: 20)
        #expect(largest == 0 && byPicture == 10)
    }
}
