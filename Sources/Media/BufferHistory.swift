import CFFmpeg
import Glibc

/// Gives a decoder buffers for its frames that hold what it decoded last, or zeros at the beginning.
///
/// FFmpeg keeps buffers for further frames. Of a damaged stream a decoder may leave parts of a frame as they were (seen with H.264, MPEG-2, VP8, FFV1,
/// ProRes, Motion JPEG and others), and what was there depends on who else holds frames: on batches, on drawing, on luck. The picture before is the best
/// guess at what is missing, and always the same.
final class BufferHistory {
    /// Of the last frame.
    private var buffers = [UnsafeMutablePointer<AVBufferRef>?](repeating: nil, count: Int(wh_frame_buffer_count()))

    deinit { for index in buffers.indices { av_buffer_unref(&buffers[index]) } }

    /// From now on the decoder's frames lie in such buffers. To be called before it is opened; `self` must live as long as it.
    func use(in context: UnsafeMutablePointer<AVCodecContext>) {
        context.pointee.opaque = Unmanaged.passUnretained(self).toOpaque()
        context.pointee.get_buffer2 = { context, frame, flags in
            let status = avcodec_default_get_buffer2(context, frame, flags)
            guard status >= 0, let frame, let history = context?.pointee.opaque else { return status }
            Unmanaged<BufferHistory>.fromOpaque(history).takeUnretainedValue().fill(frame)
            return status
        }
    }

    private func fill(_ frame: UnsafeMutablePointer<AVFrame>) {
        for index in buffers.indices {
            let next = wh_frame_buffer(frame, Int32(index))
            if let next {
                if let last = buffers[index], last.pointee.size == next.pointee.size {
                    memcpy(next.pointee.data, last.pointee.data, next.pointee.size)
                } else {
                    memset(next.pointee.data, 0, next.pointee.size)
                }
            }
            av_buffer_unref(&buffers[index])
            buffers[index] = next.flatMap { av_buffer_ref($0) }
        }
    }
}
