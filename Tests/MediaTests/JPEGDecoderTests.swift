import Foundation
import Imaging
import TestSupport
import Testing

@testable import Media

/// JPEG files against what OpenCV reads, and damaged ones.
@Suite struct JPEGDecoderTests {
    private static let python = OraclePython.path(for: "JPEG files against OpenCV")

    private func pixels(_ path: String) throws -> RGBImage {
        let reader = try VideoReader(path: path)
        let frame = try #require(try reader.nextFrame())
        #expect(try reader.nextFrame() == nil)
        return try RGBConverter(displayed: reader.info).convert(frame)
    }

    @Test(.enabled(if: python != nil)) func pixelsAreThoseOfOpenCV() throws {
        let folder = try TemporaryFolder()
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/jpeg_pictures.py").path
        _ = try FFmpegProgram.run(try #require(Self.python), [script, folder.url.path] + MediaMaterial.photos)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasSuffix(".jpg") }
        #expect(names.count >= 40)
        for name in names.sorted() {
            let image = try pixels(folder.path(name))
            let stem = (name as NSString).deletingPathExtension
            let expected = try Data(contentsOf: folder.url.appendingPathComponent("\(stem).rgb"))
            #expect(image.pixels == [UInt8](expected), "\(name)")
        }
    }

    /// An orientation that exchanges the sides shows in the size, too.
    @Test(.enabled(if: python != nil)) func sizesAreThoseDisplayed() throws {
        let folder = try TemporaryFolder()
        let script = SharedMaterial.packageRoot.appendingPathComponent("Tests/Oracles/jpeg_pictures.py").path
        _ = try FFmpegProgram.run(try #require(Self.python), [script, folder.url.path])
        for value in 0..<10 {
            let info = try VideoProbe.probe(path: folder.path("turned\(value).jpg"))
            #expect(info.codedSize == ImageSize(width: 40, height: 24))
            #expect(info.displaySize == ((5...8).contains(value) ? info.codedSize.transposed : info.codedSize))
        }
    }

    private func jpeg(_ folder: TemporaryFolder, options: [String] = []) throws -> [UInt8] {
        let path = folder.path("whole.jpg")
        try FFmpegProgram.make(
            path, "testsrc2=size=96x64:rate=1:duration=1", ["-frames:v", "1", "-update", "1"] + options)
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The picture, or nil; what else is thrown is a fault.
    private func read(_ bytes: [UInt8], _ path: String) throws -> (image: RGBImage?, damage: [String]) {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do {
            let reader = try VideoReader(path: path)
            guard let frame = try reader.nextFrame() else { return (nil, reader.decodeErrors.map(\.reason)) }
            let image = try RGBConverter(displayed: reader.info).convert(frame)
            return (image, reader.decodeErrors.map(\.reason))
        } catch {
            #expect(error.description.hasPrefix(path) && !error.description.contains("\n"))
            return (nil, [error.reason])
        }
    }

    /// The part that is there is decoded, and what is missing is said.
    @Test func cutFilesAreDamaged() throws {
        let folder = try TemporaryFolder()
        let whole = try jpeg(folder)
        let image = try #require(try read(whole, folder.path("a.jpg")).image)
        let (cut, damage) = try read(Array(whole.prefix(whole.count * 2 / 3)), folder.path("b.jpg"))
        #expect(cut?.size == image.size && cut?.pixels.prefix(96 * 3 * 8) == image.pixels.prefix(96 * 3 * 8))
        #expect(damage.contains { $0.contains("remature end") }, "\(damage)")
        for length in stride(from: 0, to: whole.count, by: 37) {
            let (image, damage) = try read(Array(whole.prefix(length)), folder.path("c.jpg"))
            #expect(image != nil || !damage.isEmpty, "\(length)")
        }
    }

    @Test(arguments: [0, 1, 2]) func alteredBytesAreSurvived(kind: Int) throws {
        let folder = try TemporaryFolder()
        let whole = try jpeg(folder, options: kind == 1 ? ["-pix_fmt", "gray"] : [])
        var generator = SeededGenerator(UInt64(kind))
        for _ in 0..<100 {
            var bytes = whole
            // The head alone, or all.
            let reach = kind == 2 ? min(700, bytes.count) : bytes.count
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                bytes[Int.random(in: 2..<reach, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let first = try read(bytes, folder.path("d.jpg"))
            if first.image == nil { #expect(!first.damage.isEmpty) }
        }
    }

    /// A few bytes that claim to be a picture of four thousand million pixels.
    @Test func hugeSizesAreRefused() throws {
        let folder = try TemporaryFolder()
        var bytes = try jpeg(folder)
        let frame = try #require(bytes.indices.dropLast(9).first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xc0 })
        for offset in 5...8 { bytes[frame + offset] = 0xfe }
        let (image, damage) = try read(bytes, folder.path("huge.jpg"))
        #expect(image == nil && !damage.isEmpty)
    }

    /// A baseline file of 8×8 pixels in four colours, all coefficients zero.
    private static let fourColours: [UInt8] =
        [0xff, 0xd8, 0xff, 0xdb, 0, 67, 0] + Array(repeating: 1, count: 64)
        + [0xff, 0xc0, 0, 20, 8, 0, 8, 0, 8, 4] + (1...4).flatMap { [$0, 0x11, 0] }
        + [0x00, 0x10].flatMap { [0xff, 0xc4, 0, 20, $0, 1] + Array(repeating: 0, count: 16) }
        + [0xff, 0xda, 0, 14, 4] + (1...4).flatMap { [$0, 0] } + [0, 63, 0, 0, 0xff, 0xd9]

    /// Four colours are FFmpeg's business, and so are videos.
    @Test func otherKindsGoToFFmpeg() throws {
        let folder = try TemporaryFolder()
        let whole = try jpeg(folder)
        for (name, bytes, isOurs) in [("four.jpg", Self.fourColours, false), ("three.jpg", whole, true)] {
            let path = folder.path(name)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let frame = try #require(try VideoReader(path: path).nextFrame())
            #expect((frame.pixelFormatName == "rgb24") == isOurs, "\(name): \(frame.pixelFormatName)")
        }
        let video = folder.path("pictures.avi")
        _ = try FFmpegProgram.run("ffmpeg", ["-v", "error", "-i", folder.path("whole.jpg"), "-c", "copy", video])
        #expect(try VideoReader(path: video).nextFrame()?.pixelFormatName.hasPrefix("yuvj") == true)
    }
}
