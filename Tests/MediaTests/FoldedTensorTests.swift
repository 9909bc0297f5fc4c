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

    /// A plane's sample at a position between samples; beyond the border the samples at the border.
    private func sample(_ x: Double, _ y: Double, _ size: ImageSize, _ sample: (Int, Int) -> Int) -> Double {
        func place(_ value: Double, _ count: Int) -> (Int, Int, Double) {
            let clamped = min(max(value, 0), Double(count - 1))
            return (Int(clamped), min(Int(clamped) + 1, count - 1), clamped - clamped.rounded(.down))
        }
        let ((left, right, across), (upper, lower, down)) = (place(x, size.width), place(y, size.height))
        func row(_ y: Int) -> Double {
            (1 - across) * Double(sample(left, y)) + across * Double(sample(right, y))
        }
        return (1 - down) * row(upper) + down * row(lower)
    }

    /// Within one level: weights between rows have 8 bits.
    @Test(arguments: formats, ResizeMode.allCases) func everyFormatAsDefined(format: String, mode: ResizeMode) throws {
        for (width, height) in Self.sizes {
            let size = ImageSize(width: width, height: height)
            let picture = NoisePicture(format: format, size: size, isFullRange: format == "yuvj420p")
            let frame = try picture.frame(seed: UInt64(width))
            let chromaSize = ImageSize(width: (width + 1) / 2, height: (height + 1) / 2)
            func chroma(_ kind: Int) -> (Int, Int) -> Int {
                guard format.hasPrefix("nv") else { return { frame.sample(Int32(kind), $0, $1) } }
                let place = format == "nv12" ? kind - 1 : 2 - kind
                return { frame.sample(1, 2 * $0 + place, $1) }
            }
            for target in [(32, 24), (50, 50), (80, 202)] {
                let form = try Preprocessor(description: TensorPaths.plain(mode, target.0, target.1)).form
                let (values, letterbox, colours) = try folded(frame, picture.info(), form)
                try #require(values.count == 3 * target.0 * target.1 / 2)
                let content = letterbox.content
                let scale = (
                    x: Double(width) / Double(content.width), y: Double(height) / Double(content.height)
                )
                func expected(_ plane: Int, _ row: Int, _ column: Int) -> Double {
                    let padding = FoldedInputForm(form, colours).padding
                    if plane < 2 {
                        let (x, y) = (column - letterbox.offsetX, 2 * row + plane - letterbox.offsetY)
                        guard (0..<content.width).contains(x), (0..<content.height).contains(y) else {
                            return padding[0]
                        }
                        return sample(
                            (Double(x) + 0.5) * scale.x - 0.5, (Double(y) + 0.5) * scale.y - 0.5, size
                        ) { frame.sample(0, $0, $1) } - colours.black
                    }
                    // The middle of a square of four pixels.
                    let (x, y) = (column / 2 * 2 + 1 - letterbox.offsetX, 2 * row + 1 - letterbox.offsetY)
                    let kind = column % 2 + 1
                    guard (0...content.width).contains(x), (0...content.height).contains(y) else {
                        return padding[kind]
                    }
                    return sample(
                        Double(x) / Double(content.width) * Double(chromaSize.width) - 0.5,
                        Double(y) / Double(content.height) * Double(chromaSize.height) - 0.5, chromaSize, chroma(kind))
                        - 128
                }
                var worst = 0.0
                for plane in 0..<3 {
                    for row in 0..<target.1 / 2 {
                        for column in 0..<target.0 {
                            let value = values[(plane * target.1 / 2 + row) * target.0 + column]
                            worst = max(worst, abs(Double(value) - expected(plane, row, column)))
                        }
                    }
                }
                #expect(worst < 1, "\(size) to \(target): \(worst)")
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
        let (weights, width, rows) = (
            FoldedInputForm(form, colours).weights, form.size.width, form.size.height / 2
        )
        func value(_ plane: Int, _ row: Int, _ column: Int) -> Double {
            Double(values[(plane * rows + row) * width + column])
        }
        var worst = 0.0
        for channel in 0..<3 {
            for y in 0..<2 * rows {
                for x in 0..<width {
                    let samples = [value(y % 2, y / 2, x), value(2, y / 2, x / 2 * 2), value(2, y / 2, x / 2 * 2 + 1)]
                    let found = zip(weights[channel], samples).map { $0 * $1 }.reduce(0, +)
                    // Squares at the picture's border hold padding too, which then has the picture's chroma.
                    let isInside =
                        (place.offsetX..<place.offsetX + place.content.width).contains(x)
                        && (place.offsetY..<place.offsetY + place.content.height).contains(y)
                    let isFar =
                        y / 2 * 2 + 1 < place.offsetY || y / 2 * 2 >= place.offsetY + place.content.height
                    guard isInside || isFar else { continue }
                    let level = Double(expected[(channel * 2 * rows + y) * width + x])
                    worst = max(worst, abs(found - level) / form.channels[channel].factor)
                }
            }
        }
        #expect(worst < 2.5, "\(worst) levels")
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
