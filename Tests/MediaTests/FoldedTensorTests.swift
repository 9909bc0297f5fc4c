import CFFmpeg
import Engine
import Imaging
import Kernels
import ObjectDetection
import Testing

@testable import Media

/// Planes in a model's input, against the definition in double precision and against the tensor of RGB.
@Suite struct FoldedTensorTests {
    private static let formats = ["yuv420p", "yuvj420p", "yuva420p", "nv12", "nv21"]
    private static let sizes = [(64, 48), (97, 63), (22, 100), (133, 40), (6, 7)]

    private func folded(
        _ frame: VideoFrame, _ info: VideoInfo, _ form: InputForm
    ) throws -> (values: [Float], letterbox: Letterbox, colours: ColourConversion) {
        let converter = FoldedTensorConverter(displayed: info, as: form, kernels: InstructionSet.available[0])
        var values: [Float] = []
        let result = try #require(converter.convert(frame, into: &values))
        return (values, result.letterbox, result.colours)
    }

    /// Within one level: weights between rows have 8 bits.
    @Test(arguments: formats, ResizeMode.allCases) func everyFormatAsDefined(format: String, mode: ResizeMode) throws {
        for (width, height) in Self.sizes {
            let size = ImageSize(width: width, height: height)
            let picture = NoisePicture(format: format, size: size, isFullRange: format == "yuvj420p")
            let frame = try picture.frame(seed: UInt64(width))
            for target in [(32, 24), (50, 50), (80, 202)] {
                let form = try Preprocessor(description: TensorPaths.plain(mode, target.0, target.1)).form
                let (values, letterbox, colours) = try folded(frame, picture.info(), form)
                let definition = FoldedDefinition(
                    frame: frame, format: format, letterbox: letterbox, form: FoldedInputForm(form, colours))
                let difference = try #require(definition.largestDifference(to: values))
                #expect(difference < 1, "\(size) to \(target): \(difference)")
            }
        }
    }

    /// Where chroma is the same everywhere and no level leaves 0...255, it is the same picture: within the rounding of both.
    @Test(arguments: [(0, false), (2, false), (0, true), (2, true)], [1, 6, 9])
    func standsForTheSameRGB(orientation: (turns: Int, isMirrored: Bool), matrix: Int) throws {
        for (isFullRange, mode) in [(false, ResizeMode.letterbox), (true, .stretch)] {
            let picture = NoisePicture(
                format: "yuv420p", size: ImageSize(width: 75, height: 52),
                orientation: Orientation(quarterTurns: orientation.turns, isMirrored: orientation.isMirrored),
                matrix: matrix, isFullRange: isFullRange)
            let frame = try picture.frame(seed: 3)
            for plane in Int32(0)..<3 {
                let (height, low) = (plane == 0 ? 52 : 26, plane == 0 ? 60 : plane == 1 ? 120 : 140)
                for row in 0..<height {
                    for column in 0..<frame.box.stride(plane) {
                        let sample = frame.box.plane(plane) + row * frame.box.stride(plane) + column
                        sample.pointee = UInt8(low + (plane == 0 ? Int(sample.pointee) / 2 : 0))
                    }
                }
            }
            var description = TensorPaths.plain(mode, 40, 40)
            (description.scale, description.mean) = (1 / 255.0, [0.4, 0.5, 0.6])
            description.standardDeviation = [0.2, 0.25, 0.3]
            try expectSameColours(frame, picture.info(), try Preprocessor(description: description).form)
        }
    }

    private func expectSameColours(_ frame: VideoFrame, _ info: VideoInfo, _ form: InputForm) throws {
        let (values, place, colours) = try folded(frame, info, form)
        let plain = TensorConverter(displayed: info, as: form, kernels: InstructionSet.available[0])
        var expected: [Float] = []
        #expect(try #require(plain.convert(frame, into: &expected)) == place)
        let (weights, size) = (FoldedInputForm(form, colours).weights, form.size)
        func value(_ plane: Int, _ row: Int, _ column: Int) -> Double {
            Double(values[(plane * size.height / 2 + row) * size.width + column])
        }
        var worst = 0.0
        for y in 0..<size.height where Self.isWhole(y, place) {
            for x in 0..<size.width where x >= place.offsetX && x < place.offsetX + place.content.width {
                let samples = [value(y % 2, y / 2, x), value(2, y / 2, x / 2 * 2), value(2, y / 2, x / 2 * 2 + 1)]
                for channel in 0..<3 {
                    let found = zip(weights[channel], samples).map { $0 * $1 }.reduce(0, +)
                    let level = Double(expected[channel * size.area + y * size.width + x])
                    worst = max(worst, abs(found - level) / form.channels[channel].factor)
                }
            }
        }
        #expect(worst < 2.5, "\(worst) levels")
    }

    /// Whether row `y` of the input is one of the picture, or its square of four pixels is all padding: padding in a square that holds
    /// some of the picture has the picture's chroma.
    private static func isWhole(_ y: Int, _ place: Letterbox) -> Bool {
        let end = place.offsetY + place.content.height
        return (place.offsetY..<end).contains(y) || y / 2 * 2 + 1 < place.offsetY || y / 2 * 2 >= end
    }

    /// The same bits on every instruction set, and however units are divided between threads.
    @Test(arguments: formats) func instructionSetsAndDivisionAgree(format: String) throws {
        for (width, height) in Self.sizes {
            let picture = NoisePicture(format: format, size: ImageSize(width: width, height: height))
            let frame = try picture.frame(seed: 3)
            for target in [(52, 46), (300, 12)] {
                let form = try Preprocessor(description: TensorPaths.plain(.letterbox, target.0, target.1)).form
                let results = try InstructionSet.available.flatMap { kernels in
                    try [1, 2, 7, 100].map { try tensor(frame, picture.info(), form, kernels, parts: $0) }
                }
                #expect(results.dropFirst().allSatisfy { $0 == results[0] })
            }
        }
    }

    private func tensor(
        _ frame: VideoFrame, _ info: VideoInfo, _ form: InputForm, _ kernels: KernelTable, parts: Int
    ) throws -> [Float] {
        let format = PictureFormat(frame.box, stream: info.colour)
        let plan = try #require(FoldedTensorPlan(format, displayed: info.orientation, as: form))
        return [Float](unsafeUninitializedCapacity: form.size.area * 3 / 2) { buffer, count in
            let operation = plan.operation(frame.box, to: buffer.baseAddress!)
            for part in (0..<parts).reversed() {
                let workspace = PictureWorkspace(width: 400)
                let (first, end) = (operation.units * part / parts, operation.units * (part + 1) / parts)
                withExtendedLifetime(workspace) { kernels.foldedPicture(operation, workspace.scratch, first, end) }
            }
            count = form.size.area * 3 / 2
        }
    }

    @Test func otherVideosAreNamed() throws {
        let form = try Preprocessor(description: TensorPaths.plain(.letterbox, 32, 32)).form
        func obstacle(_ picture: NoisePicture) throws -> String? {
            let (info, kernels) = (picture.info(), InstructionSet.available[0])
            let converter = FoldedTensorConverter(displayed: info, as: form, kernels: kernels)
            var values: [Float] = []
            let isFolded = converter.convert(try picture.frame(seed: 1), into: &values) != nil
            #expect(isFolded == (info.foldingObstacle == nil))
            return info.foldingObstacle
        }
        let size = ImageSize(width: 64, height: 48)
        for format in Self.formats { #expect(try obstacle(NoisePicture(format: format, size: size)) == nil) }
        for format in ["yuv444p", "yuv422p", "gray", "yuv420p10le", "gbrp", "yuv410p", "yuv440p"] {
            #expect(try obstacle(NoisePicture(format: format, size: size))?.contains(format) == true)
        }
        for turns in 0..<4 {
            let picture = NoisePicture(
                format: "yuv420p", size: size, orientation: Orientation(quarterTurns: turns, isMirrored: true))
            #expect(try obstacle(picture)?.contains("quarter turn") == (turns % 2 == 1 ? true : nil))
        }
    }
}
