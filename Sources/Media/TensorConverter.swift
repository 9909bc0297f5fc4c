import CFFmpeg
package import Imaging
package import Kernels

/// Writes frames of one video into a model's input, straight from the decoder's planes. Keeps its tables; one thread at a time.
///
/// The levels are those that `RGBConverter` and OpenCV's bilinear resize of its picture would give; for Motion JPEG, those of
/// libjpeg's picture instead.
package final class TensorConverter {
    private let info: VideoInfo
    private let form: InputForm
    private let kernel: KernelTable.PictureKernel
    /// The plan for the format of the last frame; nil in it: the kernel does not handle this format.
    private var last: (format: PictureFormat, isCentred: Bool, plan: TensorPlan?)?

    /// A converter for frames of the video `info` and a model that wants `form`, by the kernels of one instruction set.
    package init(displayed info: VideoInfo, as form: InputForm, kernels: KernelTable) {
        self.info = info
        self.form = form
        kernel = kernels.picture
    }

    /// Writes the frame as displayed into `values`, layout `[1, 3, height, width]`; where the picture lies in it.
    ///
    /// nil, and nothing is written, where `RGBConverter` has to be asked: for palettes, RGB and other formats that are not planes of
    /// luma and chroma, for tiny pictures, and for a frame whose size is not the stream's. `values` is given the right length first.
    package func convert(_ frame: VideoFrame, into values: inout [Float]) -> Letterbox? {
        guard frame.codedSize == info.codedSize else { return nil }
        guard let plan = plan(for: frame) else { return nil }
        let count = 3 * form.size.area
        if values.count != count { values = Array(repeating: 0, count: count) }
        values.withUnsafeMutableBufferPointer { buffer in
            let operation = plan.operation(frame.box, to: buffer.baseAddress!)
            withExtendedLifetime(plan) { kernel(operation, plan.workspace.scratch, 0, operation.units) }
        }
        return plan.letterbox
    }

    private func plan(for frame: VideoFrame) -> TensorPlan? {
        let format = PictureFormat(frame.box, stream: info.colour)
        let isCentred = frame.box.pointer.pointee.chroma_location == AVCHROMA_LOC_CENTER
        if let last, last.format == format, last.isCentred == isCentred { return last.plan }
        let plan = TensorPlan(format, isCentred: isCentred, displayed: info.orientation, as: form)
        last = (format, isCentred, plan)
        return plan
    }
}
