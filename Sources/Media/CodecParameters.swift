import CFFmpeg

/// Owns an `AVCodecParameters`.
final class CodecParameters {
    let pointer: UnsafeMutablePointer<AVCodecParameters>

    init() {
        guard let parameters = avcodec_parameters_alloc() else { fatalError("out of memory") }
        pointer = parameters
    }

    /// A copy of the parameters of a stream.
    convenience init(of stream: UnsafeMutablePointer<AVStream>) {
        self.init()
        avcodec_parameters_copy(pointer, stream.pointee.codecpar)
    }

    deinit {
        var parameters: UnsafeMutablePointer<AVCodecParameters>? = pointer
        avcodec_parameters_free(&parameters)
    }
}
