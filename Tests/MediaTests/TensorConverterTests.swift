import CFFmpeg
import Engine
import Imaging
import Kernels
import ObjectDetection
import Testing

@testable import Media

@Suite struct TensorConverterTests {
    private static let formats = [
        "yuv420p", "yuv422p", "yuv440p", "yuv444p", "yuv411p", "yuv410p", "yuvj420p", "yuvj422p", "yuva420p", "nv12",
        "nv21", "nv24", "gray", "gray10le", "yuv420p9le", "yuv420p10le", "yuv422p10le", "yuv444p12le", "yuv420p14le",
        "yuv422p16le", "yuva444p10le",
    ]

    /// The levels are the same as by way of a picture, to the last one.
    @Test(arguments: formats) func everyFormatAsThroughAPicture(format: String) throws {
        for (width, height) in [(64, 48), (97, 63), (22, 100), (133, 40)] {
            let picture = NoisePicture(
                format: format, size: ImageSize(width: width, height: height), isFullRange: format.hasPrefix("yuvj"))
            for target in [(32, 24), (50, 50), (80, 200)] {
                var paths = try TensorPaths(picture.info(), TensorPaths.plain(.letterbox, target.0, target.1))
                let difference = try paths.difference(picture.frame(seed: UInt64(width)))
                #expect(try #require(difference).largest == 0, "\(width)x\(height) to \(target)")
            }
        }
    }

    @Test(arguments: 0..<8) func everyOrientationAndPlacement(index: Int) throws {
        let orientation = Orientation(quarterTurns: index % 4, isMirrored: index >= 4)
        for (width, height) in [(64, 48), (50, 71), (15, 90), (200, 30)] {
            let size = ImageSize(width: width, height: height)
            let picture = NoisePicture(format: "yuv420p", size: size, orientation: orientation)
            let frame = try picture.frame(seed: UInt64(height))
            for mode in ResizeMode.allCases {
                for target in [(32, 32), (37, 20), (100, 25)] {
                    var paths = try TensorPaths(picture.info(), TensorPaths.plain(mode, target.0, target.1))
                    let difference = try paths.difference(frame)
                    #expect(try #require(difference).largest == 0, "\(size) to \(target), \(mode)")
                }
            }
        }
    }

    @Test(arguments: [1, 6, 9], [false, true]) func everyMatrixAndRange(matrix: Int, isFullRange: Bool) throws {
        for format in ["yuv420p", "yuv444p", "yuv422p10le"] {
            let size = ImageSize(width: 66, height: 50)
            let picture = NoisePicture(format: format, size: size, matrix: matrix, isFullRange: isFullRange)
            var paths = try TensorPaths(picture.info(), TensorPaths.plain(.stretch, 40, 40))
            let difference = try paths.difference(picture.frame(seed: UInt64(matrix)))
            #expect(try #require(difference).largest == 0, "\(format)")
        }
    }

    /// Factor and offset instead of a table: a rounding more.
    @Test func normalisesAsTheTableDoes() throws {
        let picture = NoisePicture(format: "yuv420p", size: ImageSize(width: 64, height: 48))
        var description = TensorPaths.plain(.letterbox, 40, 40)
        (description.scale, description.colourOrder) = (1.0 / 255, .rgb)
        (description.mean, description.standardDeviation) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        var paths = try TensorPaths(picture.info(), description)
        let difference = try paths.difference(picture.frame(seed: 1))
        #expect(try #require(difference).largest < 5e-7)
    }

    /// The same bits on every instruction set, and however units are divided between threads.
    @Test(arguments: [0, 1, 2, 7]) func instructionSetsAndDivisionAgree(index: Int) throws {
        let orientation = Orientation(quarterTurns: index % 4, isMirrored: index >= 4)
        for format in ["yuv420p", "yuv411p", "nv12", "yuv422p10le"] {
            let picture = NoisePicture(format: format, size: ImageSize(width: 75, height: 52), orientation: orientation)
            let frame = try picture.frame(seed: 3)
            let form = try Preprocessor(description: TensorPaths.plain(.letterbox, 51, 45)).form
            let results = try InstructionSet.available.flatMap { kernels in
                try [1, 2, 7, 100].map { try tensor(frame, picture.info(), form, kernels, parts: $0) }
            }
            #expect(results.dropFirst().allSatisfy { $0 == results[0] }, "\(format)")
        }
    }

    /// The tensor made in parts, last first, each with rows of its own to work with.
    private func tensor(
        _ frame: VideoFrame, _ info: VideoInfo, _ form: InputForm, _ kernels: KernelTable, parts: Int
    ) throws -> [Float] {
        let format = PictureFormat(frame.box, stream: info.colour)
        let plan = try #require(
            TensorPlan(format, isCentred: false, displayed: info.orientation, as: form))
        return [Float](unsafeUninitializedCapacity: form.size.area * 3) { buffer, count in
            let operation = plan.operation(frame.box, to: buffer.baseAddress!)
            for part in (0..<parts).reversed() {
                let workspace = PictureWorkspace(width: 100)
                let (first, end) = (operation.units * part / parts, operation.units * (part + 1) / parts)
                withExtendedLifetime(workspace) { kernels.picture(operation, workspace.scratch, first, end) }
            }
            count = form.size.area * 3
        }
    }

    @Test func leavesTheRestToThePicturePath() throws {
        let size = ImageSize(width: 64, height: 48)
        for format in ["rgb24", "gbrp", "pal8", "p010le", "yuyv422", "yuv420p10be", "xyz12le", "monow"] {
            let picture = NoisePicture(format: format, size: size)
            var paths = try TensorPaths(picture.info(), TensorPaths.plain(.letterbox, 32, 32))
            let frame = VideoFrame(try AVFrameBox(size: size, format: av_get_pix_fmt(format)), pts: 0)
            #expect(try paths.difference(frame) == nil, "\(format)")
        }
        let tiny = NoisePicture(format: "yuv420p", size: ImageSize(width: 8, height: 100))
        var paths = try TensorPaths(tiny.info(), TensorPaths.plain(.letterbox, 32, 32))
        #expect(try paths.difference(tiny.frame(seed: 1)) == nil)
        let changed = NoisePicture(format: "yuv420p", size: size)
        paths = try TensorPaths(
            changed.info(codedSize: ImageSize(width: 96, height: 48)), TensorPaths.plain(.letterbox, 32, 32))
        #expect(try paths.difference(changed.frame(seed: 1)) == nil)
    }

    /// A stream may change its format on the way.
    @Test func followsAChangeOfFormat() throws {
        let size = ImageSize(width: 64, height: 48)
        let pictures = ["yuv420p", "yuv444p", "rgb24", "yuv420p10le", "yuv420p"].map {
            NoisePicture(format: $0, size: size)
        }
        var paths = try TensorPaths(pictures[0].info(), TensorPaths.plain(.letterbox, 32, 32))
        let differences = try pictures.map { try paths.difference($0.frame(seed: 5))?.largest }
        #expect(differences == [0, 0, nil, 0, 0])
    }
}
