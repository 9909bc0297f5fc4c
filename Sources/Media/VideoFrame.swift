import CFFmpeg
package import Imaging

/// A decoded picture. Owns its memory.
///
/// `@unchecked Sendable`: its fields do not change, and what changes the picture behind them (`YUVConverter`) takes the frame over.
package final class VideoFrame: @unchecked Sendable {
    /// Presentation time in ticks of the video's time base: the stream's own, or FFmpeg's best guess where the container has none.
    package let pts: Int64
    /// Ticks on display; 0 where unknown.
    package let duration: Int64
    let box: AVFrameBox

    /// - Parameter duration: nil for the decoder's own.
    init(_ box: AVFrameBox, pts: Int64, duration: Int64? = nil) {
        self.box = box
        self.pts = pts
        self.duration = StreamClock.duration(duration ?? wh_frame_duration(box.pointer))
    }

    /// Size of the decoded picture, before rotation.
    package var codedSize: ImageSize { box.size }
    /// FFmpeg's name of the pixel format, such as `yuv420p`.
    package var pixelFormatName: String { box.format.name }
    /// Whether the picture was coded without reference to others.
    package var isKeyframe: Bool { wh_frame_is_key(box.pointer) != 0 }

    /// Whether the picture is flagged as made of two fields, shown one after the other.
    package var isInterlaced: Bool { wh_frame_is_interlaced(box.pointer) != 0 }

    /// Whether nothing of the picture depends on others, nor is missing.
    var isWholeKeyframe: Bool {
        let frame = box.pointer.pointee
        let isIntra = frame.pict_type == AV_PICTURE_TYPE_I || frame.pict_type == AV_PICTURE_TYPE_NONE
        return isKeyframe && isIntra && frame.decode_error_flags == 0 && frame.flags & AV_FRAME_FLAG_CORRUPT == 0
    }

    /// MD5 of the picture's bytes, planes tightly packed, in hexadecimal: what FFmpeg's `framemd5` prints.
    package func md5() -> String {
        let frame = box.pointer
        let (width, height) = (frame.pointee.width, frame.pointee.height)
        let count = av_image_get_buffer_size(box.format, width, height, 1)
        guard count > 0 else { return "" }
        let packed = [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, initialized in
            _ = av_image_copy_to_buffer(
                buffer.baseAddress, count, wh_planes(frame), wh_strides(frame), box.format, width, height, 1)
            initialized = Int(count)
        }
        var digest = [UInt8](repeating: 0, count: 16)
        av_md5_sum(&digest, packed, packed.count)
        return digest.map { hexadecimal($0) }.joined()
    }
}

private func hexadecimal(_ byte: UInt8) -> String {
    let digits = Array("0123456789abcdef")
    return String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
}
