import CFFmpeg

/// An audio stream of the source, packet by packet as it is.
final class CopiedAudioTrack: OutputTrack {
    let stream: UnsafeMutablePointer<AVStream>
    private let demuxer: Demuxer
    private let source: UnsafeMutablePointer<AVStream>
    /// Seconds added to every time, in microseconds.
    private let shift: Int64
    private let window: TimeWindow
    /// State of FFmpeg's smoothing of times that the container had rounded, such as Matroska's milliseconds.
    private var smoothing = wh_nopts()
    private var lastDTS: Int64?
    private let priming: AudioPriming
    /// Ticks from one decode time to the next, at least: MP4 wants them to ascend, Matroska has packets shorter than its ticks.
    private let smallestStep: Int64

    init(
        _ index: Int, of demuxer: Demuxer, shift: Int64, window: TimeWindow, priming: AudioPriming, smallestStep: Int64,
        stream: UnsafeMutablePointer<AVStream>
    ) {
        self.smallestStep = smallestStep
        self.priming = priming
        self.demuxer = demuxer
        self.shift = shift
        self.window = window
        self.stream = stream
        source = demuxer.stream(index)
        demuxer.select([index])
    }

    func next() throws(FFmpegError) -> Packet? {
        let packet = Packet()
        while try demuxer.read(into: packet) {
            guard packet.size > 0 else { continue }
            let duration = packet.pointer.pointee.duration
            guard window.contains(packet.dts ?? packet.pts, duration: duration, timeBase: source.pointee.time_base)
            else { continue }
            retime(packet)
            // A packet that begins before 0 and is moved there would make all that follows late.
            if priming == .dropped, let dts = packet.dts, dts < 0 { continue }
            return packet
        }
        return nil
    }

    private func retime(_ packet: Packet) {
        let (pointer, from, to) = (packet.pointer, source.pointee.time_base, stream.pointee.time_base)
        let offset = StreamClock.rescaled(shift, wh_time_base_q(), to)
        let raw = packet.dts ?? packet.pts
        var dts = raw.map { smoothed($0, packet) + offset } ?? lastDTS.map { $0 + smallestStep } ?? 0
        // Sources break that at most by rounding or damage.
        if let lastDTS { dts = max(dts, lastDTS + smallestStep) }
        lastDTS = dts
        pointer.pointee.duration = StreamClock.rescaled(pointer.pointee.duration, from, to)
        pointer.pointee.dts = dts
        pointer.pointee.pts = dts
        pointer.pointee.stream_index = stream.pointee.index
    }

    private func smoothed(_ dts: Int64, _ packet: Packet) -> Int64 {
        let rate = source.pointee.codecpar.pointee.sample_rate
        var samples = av_get_audio_frame_duration2(source.pointee.codecpar, packet.pointer.pointee.size)
        if samples <= 0 { samples = source.pointee.codecpar.pointee.frame_size }
        guard samples > 0, rate > 0 else {
            return StreamClock.rescaled(dts, source.pointee.time_base, stream.pointee.time_base)
        }
        return StreamClock.clamped(
            av_rescale_delta(
                source.pointee.time_base, dts, AVRational(num: 1, den: rate), samples, &smoothing,
                stream.pointee.time_base))
    }
}
