import CFFmpeg
import Imaging

/// Encodes the frames of one range as one segment file, which appears whole or not at all.
///
/// The file is an MP4 whose track counts the source's ticks from the segment's first frame; its comment is a `SegmentLabel`.
package final class SegmentWriter {
    private let encoder: PictureEncoder
    private let muxer: Muxer
    private let stream: UnsafeMutablePointer<AVStream>
    private let timeBase: Rational
    private var label = SegmentLabel()
    private var lastPTS: Int64 = 0
    private let codec: VideoCodec
    private var packetCount: Int64 = 0
    /// Pictures held back, earliest first: decoders may give a frame a little late.
    private var waiting: [YUVFrame] = []
    private static let mostWaiting = 3
    private static let fewestWithTimes = 3

    /// A writer of the segment `path`, a part of a new picture track for the video `info`.
    package init(path: String, info: VideoInfo, settings: EncoderSettings) throws(FFmpegError) {
        timeBase = info.timeBase
        codec = settings.codec
        encoder = try PictureEncoder(info: info, settings: settings, path: path)
        let scale = String(info.timeBase.denominator)
        muxer = try Muxer(path: path, options: ["video_track_timescale": scale, "movie_timescale": scale])
        stream = try muxer.addStream(
            try encoder.parameters(), timeBase: AVRational(num: 1, den: Int32(clamping: info.timeBase.denominator)))
        stream.pointee.sample_aspect_ratio = encoder.context.pointee.sample_aspect_ratio
        try muxer.start()
    }

    /// Pictures written so far.
    package var frameCount: Int { label.frameCount + waiting.count }

    /// Appends a picture. Times ascend; one that is up to three pictures late is put in its place, one that does not ascend even so
    /// (streams with repeated times) is moved to the next tick.
    package func write(_ frame: YUVFrame) throws(FFmpegError) {
        let place = waiting.firstIndex { $0.pts > frame.pts } ?? waiting.endIndex
        waiting.insert(frame, at: place)
        if waiting.count > Self.mostWaiting { try encodeFirst() }
    }

    private func encodeFirst() throws(FFmpegError) {
        let frame = waiting.removeFirst()
        let pts = label.frameCount == 0 ? frame.pts : max(frame.pts, lastPTS + 1)
        if label.frameCount == 0 { label.firstPTS = pts }
        label.frameCount += 1
        label.lastDuration = frame.duration
        lastPTS = pts
        frame.box.pointer.pointee.pts = pts
        // Left from the decoder, this would force the picture types of the source.
        frame.box.pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
        try encode(frame.box)
    }

    /// Ends the segment and gives the file its name. A writer dropped before leaves no file. A segment may be empty.
    package func finish() throws(FFmpegError) {
        while !waiting.isEmpty { try encodeFirst() }
        if label.frameCount > 0 { try encode(nil) }
        av_dict_set(&muxer.context.pointee.metadata, "comment", label.text, 0)
        try muxer.finish()
    }

    /// A packet's decode time, given what the encoder says. Only the muxer wants it, ascending and not behind the picture's own time.
    private func decodeTime(_ given: Int64) -> Int64 {
        defer { packetCount += 1 }
        // x265 learns its delay from the third picture on; of fewer it says whatever the memory held.
        guard codec == .hevc, label.frameCount <= Self.fewestWithTimes else { return given }
        return label.firstPTS + packetCount - Int64(Self.fewestWithTimes)
    }

    private func encode(_ picture: AVFrameBox?) throws(FFmpegError) {
        try encoder.encode(picture) { (packet) throws(FFmpegError) in
            let pointer = packet.pointer
            let decodeTime = StreamClock.time(self.decodeTime(pointer.pointee.dts))
            pointer.pointee.pts = packet.pts.map { $0 - self.label.firstPTS } ?? wh_nopts()
            pointer.pointee.dts = decodeTime.map { $0 - self.label.firstPTS } ?? wh_nopts()
            pointer.pointee.duration = max(0, self.label.lastDuration)
            pointer.pointee.stream_index = self.stream.pointee.index
            av_packet_rescale_ts(pointer, self.timeBase.av, self.stream.pointee.time_base)
            try self.muxer.write(packet)
        }
    }
}
