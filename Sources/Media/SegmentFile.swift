import CFFmpeg

/// A segment that `SegmentWriter` wrote, read packet by packet.
final class SegmentFile {
    let label: SegmentLabel
    let demuxer: Demuxer
    let stream: UnsafeMutablePointer<AVStream>

    init(path: String) throws(FFmpegError) {
        // Edit lists would hide nothing here, but the raw times are all that is needed.
        demuxer = try Demuxer(path: path, options: ["ignore_editlist": "1"])
        guard demuxer.streamCount == 1,
            let comment = av_dict_get(demuxer.context.pointee.metadata, "comment", nil, 0)?.pointee.value,
            let label = SegmentLabel(String(cString: comment))
        else {
            throw FFmpegError(
                code: wh_averror_invalid_data(), operation: "read a segment", subject: path,
                reason: "is no rendered segment; remove it and render again")
        }
        self.label = label
        stream = demuxer.stream(0)
    }

    /// The stream's parameter sets.
    var header: [UInt8] {
        let parameters = stream.pointee.codecpar.pointee
        return Array(UnsafeBufferPointer(start: parameters.extradata, count: Int(parameters.extradata_size)))
    }

    /// PTS of every packet in decode order, in the source's ticks.
    func times(sourceTimeBase: Rational) throws(FFmpegError) -> [Int64] {
        var raw: [Int64] = []
        let packet = Packet()
        while try demuxer.read(into: packet) { raw.append(packet.pts ?? 0) }
        guard raw.count == label.frameCount else {
            throw FFmpegError(
                code: wh_averror_invalid_data(), operation: "read a segment", subject: demuxer.path,
                reason: "holds \(raw.count) of \(label.frameCount) frames; remove it and render again")
        }
        let first = raw.min() ?? 0
        return raw.map {
            label.firstPTS + StreamClock.rescaled($0 - first, stream.pointee.time_base, sourceTimeBase.av)
        }
    }
}
