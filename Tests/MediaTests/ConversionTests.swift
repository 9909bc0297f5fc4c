import Foundation
import Imaging
import Media
import Testing

@Suite struct ConversionTests {
    /// Pictures of ffmpeg itself as packed RGB, every frame, with the same care for chroma and rounding. Asked for in planes: into
    /// packed RGB, swscale takes the nearer chroma row.
    private func reference(_ path: String, matrix: String, range: String) throws -> Data {
        let scale =
            "scale=in_color_matrix=\(matrix):in_range=\(range):flags=bilinear+accurate_rnd+full_chroma_int+full_chroma_inp"
        let planes = try FFmpegProgram.run(
            "ffmpeg",
            [
                "-v", "error", "-threads", "1", "-i", path, "-map", "0:v:0", "-vf", scale, "-fps_mode", "passthrough",
                "-pix_fmt", "gbrp", "-f", "rawvideo", "-",
            ])
        let area = try VideoProbe.probe(path: path).displaySize.area
        let bytes = [UInt8](planes)
        var packed = Data(capacity: bytes.count)
        for frame in stride(from: 0, to: bytes.count, by: area * 3) {
            for pixel in frame..<frame + area {
                packed.append(contentsOf: [bytes[pixel + 2 * area], bytes[pixel], bytes[pixel + area]])
            }
        }
        return packed
    }

    private func converted(_ path: String) throws -> Data {
        let reader = try VideoReader(path: path)
        let converter = RGBConverter(displayed: reader.info)
        var data = Data()
        while let frame = try reader.nextFrame() {
            let image = try converter.convert(frame)
            #expect(image.size == reader.info.displaySize)
            data.append(contentsOf: image.pixels)
        }
        return data
    }

    @Test(arguments: ["bt709", "smpte170m"], ["tv", "pc"])
    func followsMatrixAndRange(matrix: String, range: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("clip.mp4")
        try FFmpegProgram.make(
            path, "testsrc2=size=96x64:rate=10:duration=1",
            [
                "-vf", "scale=out_color_matrix=\(matrix):out_range=\(range)", "-c:v", "libx264", "-pix_fmt", "yuv420p",
                "-colorspace", matrix, "-color_range", range,
            ])
        let data = try converted(path)
        #expect(data.count == 96 * 64 * 3 * 10)
        #expect(data == (try reference(path, matrix: matrix, range: range)))
    }

    /// Against the definition: 4:2:0 chroma between its samples' rows and columns is 3/4 of the nearer and 1/4 of the farther one.
    @Test func interpolatesChromaInBothDirections() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("clip.mkv")
        let (width, height) = (64, 48)
        try FFmpegProgram.make(
            path, "testsrc2=size=\(width)x\(height):rate=5:duration=1",
            ["-vf", "scale=out_range=pc", "-c:v", "ffv1", "-pix_fmt", "yuv420p", "-color_range", "pc"])
        let planes = [UInt8](
            try FFmpegProgram.run("ffmpeg", ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"]))
        let pixels = [UInt8](try converted(path))
        func chroma(_ start: Int, _ x: Int, _ y: Int) -> Double {
            func sample(_ x: Int, _ y: Int) -> Double {
                let (column, row) = (min(max(x, 0), width / 2 - 1), min(max(y, 0), height / 2 - 1))
                return Double(planes[start + row * width / 2 + column]) - 128
            }
            let (otherX, otherY) = (x / 2 + (x % 2 == 0 ? -1 : 1), y / 2 + (y % 2 == 0 ? -1 : 1))
            let near = 0.75 * sample(x / 2, y / 2) + 0.25 * sample(otherX, y / 2)
            return 0.75 * near + 0.25 * (0.75 * sample(x / 2, otherY) + 0.25 * sample(otherX, otherY))
        }
        for y in 0..<height {
            for x in 0..<width {
                let luma = Double(planes[y * width + x])
                let (u, v) = (chroma(width * height, x, y), chroma(width * height * 5 / 4, x, y))
                let expected = [luma + 1.402 * v, luma - 0.344_136 * u - 0.714_136 * v, luma + 1.772 * u]
                for channel in 0..<3 {
                    let found = Double(pixels[(y * width + x) * 3 + channel])
                    #expect(abs(found - min(max(expected[channel], 0), 255)) <= 3, "\(x),\(y) channel \(channel)")
                }
            }
        }
    }

    @Test func takesUnmarkedHighDefinitionForBT709() throws {
        let folder = try TemporaryFolder()
        for (size, matrix) in [("96x64", "bt601"), ("1280x720", "bt709")] {
            let path = folder.path("\(size).mkv")
            try FFmpegProgram.make(
                path, "testsrc2=size=\(size):rate=2:duration=1",
                ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"])
            #expect(try converted(path) == (try reference(path, matrix: matrix, range: "tv")))
        }
    }

    @Test(arguments: [0, 90, 180, 270])
    func turnsThePicture(degrees: Int) throws {
        let folder = try TemporaryFolder()
        let (plain, turned) = (folder.path("plain.mp4"), folder.path("turned.mov"))
        try FFmpegProgram.make(
            plain, "testsrc2=size=96x64:rate=5:duration=1", ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
        _ = try FFmpegProgram.run(
            "ffmpeg", ["-v", "error", "-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=\(degrees)", turned])
        let info = try VideoProbe.probe(path: turned)
        #expect(info.displaySize == (degrees % 180 == 0 ? info.codedSize : info.codedSize.transposed))
        let (upright, found) = (try converted(plain), try converted(turned))
        #expect(found == rotated(upright, clockwise: info.orientation.quarterTurns, size: info.codedSize))
        // ffmpeg turns before it converts, so that chroma differs at edges; another orientation would differ several times as much.
        let expected = try reference(turned, matrix: "bt601", range: "tv")
        #expect(found.count == expected.count)
        let difference = zip(found, expected).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(Double(difference) / Double(found.count) < 15)
    }

    /// Frames turned by quarter turns, pixel by pixel.
    private func rotated(_ data: Data, clockwise turns: Int, size: ImageSize) -> Data {
        let bytes = [UInt8](data)
        let target = turns % 2 == 0 ? size : size.transposed
        var result: [UInt8] = []
        for frame in 0..<bytes.count / (size.area * 3) {
            for y in 0..<target.height {
                for x in 0..<target.width {
                    let (sourceX, sourceY) =
                        switch turns {
                        case 1: (y, size.height - 1 - x)
                        case 2: (size.width - 1 - x, size.height - 1 - y)
                        case 3: (size.width - 1 - y, x)
                        default: (x, y)
                        }
                    let start = (frame * size.area + sourceY * size.width + sourceX) * 3
                    result += bytes[start..<start + 3]
                }
            }
        }
        return Data(result)
    }

    @Test func drawingPlanesPadOddSides() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("odd.mkv")
        try FFmpegProgram.make(path, "testsrc=size=97x63:rate=5:duration=1", ["-c:v", "ffv1", "-pix_fmt", "yuv420p"])
        let reader = try VideoReader(path: path)
        let frame = try #require(try reader.nextFrame())
        let picture = try YUVConverter(displayed: reader.info).convert(frame)
        #expect(picture.layout.size == ImageSize(width: 98, height: 64))
        #expect(picture.layout.contentSize == ImageSize(width: 97, height: 63))
        picture.withPlanes { luma, blue, red, layout in
            #expect(luma[97] == luma[96])
            #expect(luma[63 * layout.lumaStride + 50] == luma[62 * layout.lumaStride + 50])
            #expect(blue.count == 31 * layout.chromaStride + 49 && red.count == blue.count)
            luma[0] = 77
        }
        picture.withPlanes { luma, _, _, _ in #expect(luma[0] == 77) }
    }

    @Test func picturesSurviveAPNGFile() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("picture.png")
        let pixels = (0..<19 * 11 * 3).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let image = RGBImage(size: ImageSize(width: 19, height: 11), pixels: pixels)
        try StillImage.writePNG(image, path: path)
        let reader = try VideoReader(path: path)
        let frame = try #require(try reader.nextFrame())
        #expect(try RGBConverter(displayed: reader.info).convert(frame) == image)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["picture.png"])
        #expect(throws: FFmpegError.self) { try StillImage.writePNG(image, path: folder.path("no/such/folder.png")) }
    }

    @Test(arguments: ["car #3 0.87", "人 12", "Fußgänger", "\u{202B}سيارة", ""])
    func rastersAnyText(text: String) {
        let rasterizer = TextRasterizer(fontSize: 16)
        let mask = rasterizer.rasterize(text)
        #expect(mask.size.height > 12 && mask.size.height < 40)
        #expect((mask.size.width > 0) == !text.isEmpty)
        #expect(text.isEmpty || mask.coverage.contains { $0 > 128 })
        #expect(rasterizer.rasterize(text) == mask)
    }
}
