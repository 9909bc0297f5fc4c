import CFFmpeg
import Kernels

/// In which planes the two kinds of chroma are, and where in them.
struct ChromaComponents {
    let blue: AVComponentDescriptor
    let red: AVComponentDescriptor

    init(_ descriptor: AVPixFmtDescriptor) { (blue, red) = (descriptor.comp.1, descriptor.comp.2) }
}

extension PicturePlanes {
    /// The planes of a decoded frame; of a grey one, luma stands for chroma, which nobody reads.
    init(_ frame: AVFrameBox, _ components: ChromaComponents, isGrey: Bool) {
        let luma = UnsafeRawPointer(frame.plane(0))
        func start(_ component: AVComponentDescriptor) -> UnsafeRawPointer {
            isGrey ? luma : UnsafeRawPointer(frame.plane(component.plane) + Int(component.offset))
        }
        self.init(
            luma: luma, lumaStride: frame.stride(0), blue: start(components.blue), red: start(components.red),
            blueStride: frame.stride(components.blue.plane), redStride: frame.stride(components.red.plane))
    }
}
