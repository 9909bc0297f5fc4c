package import Imaging
package import Kernels

/// Writes frames of one video into the input of a model that converts colours itself (`FoldedInputForm`). Keeps its tables; one
/// thread at a time.
///
/// Luma is resized to the input's size and chroma to half of it, bilinearly, both taken to be spread evenly over the picture, as
/// `TensorConverter` takes them. Every square of four luma samples that holds some of the picture has colour differences of the
/// picture.
package final class FoldedTensorConverter {
    private let info: VideoInfo
    private let form: InputForm
    private let kernel: KernelTable.FoldedPictureKernel
    /// The plan for the format of the last frame; nil in it: this format's colours have to be converted first.
    private var last: (format: PictureFormat, plan: FoldedTensorPlan?)?

    /// A converter for frames of the video `info` and a model that, unfolded, wants `form`, by the kernels of one instruction set.
    package init(displayed info: VideoInfo, as form: InputForm, kernels: KernelTable) {
        self.info = info
        self.form = form
        kernel = kernels.foldedPicture
    }

    /// Writes the frame as displayed into `values`, layout `[1, 3, height / 2, width]`; where the picture lies in the model's
    /// input, and the conversion that the model has to do.
    ///
    /// nil, and nothing is written, for frames that are not 4:2:0 of 8 bits, for those displayed after a quarter turn, and for a
    /// frame whose size is not the stream's. `values` is given the right length first.
    package func convert(
        _ frame: VideoFrame, into values: inout [Float]
    ) -> (letterbox: Letterbox, colours: ColourConversion)? {
        guard frame.codedSize == info.codedSize, let plan = plan(for: frame) else { return nil }
        let count = 3 * form.size.area / 2
        if values.count != count { values = Array(repeating: 0, count: count) }
        values.withUnsafeMutableBufferPointer { buffer in
            let operation = plan.operation(frame.box, to: buffer.baseAddress!)
            withExtendedLifetime(plan) { kernel(operation, plan.workspace.scratch, 0, operation.units) }
        }
        return (plan.letterbox, plan.colours)
    }

    private func plan(for frame: VideoFrame) -> FoldedTensorPlan? {
        let format = PictureFormat(frame.box, stream: info.colour)
        if let last, last.format == format { return last.plan }
        let plan = FoldedTensorPlan(format, displayed: info.orientation, as: form)
        last = (format, plan)
        return plan
    }
}
