import CFFmpeg
import Imaging
import Kernels

/// All that is the same for every frame of one format on its way into a model's input.
struct TensorPlan {
    let letterbox: Letterbox
    /// Rows for one thread to work with.
    let workspace: PictureWorkspace
    private let samples: PictureSamples
    private let colour: ColourWeights
    private let tables: PictureTables
    private let isTurned: Bool
    private let target: TensorForm
    private let components: (blue: AVComponentDescriptor, red: AVComponentDescriptor)

    /// nil where the kernel does not handle pictures of this format.
    init?(_ format: PictureFormat, displayed orientation: Orientation, as form: InputForm) {
        let size = format.size
        let pixelFormat = AVPixelFormat(rawValue: format.pixelFormat)
        guard let samples = PictureSamples(pixelFormat, width: size.width), let descriptor = pixelFormat.descriptor,
            let chromaRows = ChromaTap.rows(of: size, descriptor, isGrey: samples.chromaStep == 0),
            let chromaColumns = ChromaTap.columns(of: size, samples)
        else { return nil }
        self.samples = samples
        components = (descriptor.comp.1, descriptor.comp.2)
        letterbox = form.letterbox(for: orientation.displaySize(of: size))
        colour = ColourWeights(format.matrix, isFullRange: format.isFullRange)
        isTurned = orientation.quarterTurns % 2 == 1
        let taps = DisplayTaps(letterbox, decoded: size, orientation)
        tables = PictureTables(
            chromaRows: chromaRows.flatMap(\.numbers), chromaColumns: chromaColumns.flatMap(\.numbers),
            rows: taps.rows.flatMap(\.numbers), columns: taps.columns.flatMap(\.numbers))
        target = TensorForm(form, letterbox)
        workspace = PictureWorkspace(width: max(size.width, letterbox.content.width, letterbox.content.height))
    }

    /// The work of writing `frame` to the tensor that starts at `output`; valid as long as the plan and both of these.
    func operation(_ frame: AVFrameBox, to output: UnsafeMutablePointer<Float>) -> PictureOperation {
        let luma = UnsafeRawPointer(frame.plane(0))
        let isGrey = samples.chromaStep == 0
        func chroma(_ component: AVComponentDescriptor) -> UnsafeRawPointer {
            isGrey ? luma : UnsafeRawPointer(frame.plane(component.plane) + Int(component.offset))
        }
        let planes = PicturePlanes(
            luma: luma, lumaStride: frame.stride(0), blue: chroma(components.blue), red: chroma(components.red),
            blueStride: frame.stride(components.blue.plane), redStride: frame.stride(components.red.plane))
        return PictureOperation(
            planes: planes, samples: samples, colour: colour, taps: tables.taps, isTurned: isTurned, form: target,
            output: output)
    }
}

extension TensorForm {
    init(_ form: InputForm, _ letterbox: Letterbox) {
        let targets = (0..<3).map { colour in
            let plane = form.channels.firstIndex { $0.colour == colour } ?? colour
            let channel = form.channels[plane]
            return ChannelTarget(
                plane: plane, factor: Float(channel.factor), offset: Float(channel.offset),
                padding: Float(Double(form.padValue) * channel.factor + channel.offset))
        }
        self.init(
            width: form.size.width, height: form.size.height, contentX: letterbox.offsetX, contentY: letterbox.offsetY,
            contentWidth: letterbox.content.width, contentHeight: letterbox.content.height, red: targets[0],
            green: targets[1], blue: targets[2])
    }
}

/// The taps of the resized picture as displayed, as positions in the decoded picture.
private struct DisplayTaps {
    var rows: [ResizeTap]
    var columns: [ResizeTap]

    init(_ letterbox: Letterbox, decoded size: ImageSize, _ orientation: Orientation) {
        let (source, target) = (letterbox.source, letterbox.content)
        let walk = orientation.walk(over: size)
        let isTurned = orientation.quarterTurns % 2 == 1
        rows = ResizeTap.rows(source: source.height, target: target.height).map { tap in
            isTurned ? tap.moved(to: walk.origin.x, by: walk.down.x) : tap.moved(to: walk.origin.y, by: walk.down.y)
        }
        columns = ResizeTap.columns(source: source.width, target: target.width).map { tap in
            isTurned ? tap.moved(to: walk.origin.y, by: walk.right.y) : tap.moved(to: walk.origin.x, by: walk.right.x)
        }
    }
}

extension ResizeTap {
    fileprivate func moved(to origin: Int, by step: Int) -> ResizeTap {
        var result = self
        result.first = origin + first * step
        result.second = origin + second * step
        return result
    }

    fileprivate var numbers: [Int32] {
        [Int32(first), Int32(second), Int32(firstWeight), Int32(secondWeight)]
    }
}
