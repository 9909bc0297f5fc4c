package import Imaging
package import Kernels
package import Media
package import ObjectDetection

/// Turns frames of one video into a model's input: straight from the decoder's planes, or by way of a picture where a frame has
/// an unusual form. Keeps its tables; one thread at a time.
package struct FrameConverter: ~Copyable {
    private let straight: TensorConverter
    private let pictures: RGBConverter
    private var preprocessor: Preprocessor

    /// A converter for frames of the video `info`, by the kernels of one instruction set.
    package init(displayed info: VideoInfo, preprocessor: Preprocessor, kernels: KernelTable) {
        straight = TensorConverter(displayed: info, as: preprocessor.form, kernels: kernels)
        pictures = RGBConverter(displayed: info)
        self.preprocessor = preprocessor
    }

    /// Writes the frame as displayed into `values`, layout `[1, 3, height, width]`, which get the right length; where the
    /// picture lies in it.
    package mutating func convert(_ frame: VideoFrame, into values: inout [Float]) throws(FFmpegError) -> Letterbox {
        if let letterbox = straight.convert(frame, into: &values) { return letterbox }
        return preprocessor.write(try pictures.convert(frame), into: &values)
    }
}
