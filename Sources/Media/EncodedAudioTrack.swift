import CFFmpeg

/// An audio stream of the source in a codec that the container cannot carry, encoded anew.
final class EncodedAudioTrack: OutputTrack {
    let stream: UnsafeMutablePointer<AVStream>
    private let demuxer: Demuxer
    private let decoder: Decoder
    private let encoder: AudioEncoder
    /// Microseconds added to every time.
    private let shift: Int64
    private let window: TimeWindow
    private let priming: AudioPriming
    private let input = Packet()
    private var ready: [Packet] = []
    private var isDecoderDraining = false
    private var isAtEnd = false

    init(
        _ index: Int, of demuxer: Demuxer, shift: Int64, window: TimeWindow, encoder: AudioEncoder,
        priming: AudioPriming,
        stream: UnsafeMutablePointer<AVStream>
    ) throws(FFmpegError) {
        self.demuxer = demuxer
        self.shift = shift
        self.window = window
        self.encoder = encoder
        self.priming = priming
        self.stream = stream
        let source = demuxer.stream(index)
        decoder = try Decoder(source.pointee.codecpar, timeBase: source.pointee.time_base, path: demuxer.path)
        demuxer.select([index])
    }

    func next() throws(FFmpegError) -> Packet? {
        while ready.isEmpty && !isAtEnd { try advance() }
        guard !ready.isEmpty else { return nil }
        let packet = ready.removeFirst()
        guard !isSuperfluous(packet) else { return try next() }
        packet.pointer.pointee.stream_index = stream.pointee.index
        av_packet_rescale_ts(packet.pointer, encoder.timeBase, stream.pointee.time_base)
        let offset = StreamClock.rescaled(shift, wh_time_base_q(), stream.pointee.time_base)
        packet.pointer.pointee.pts += offset
        packet.pointer.pointee.dts += offset
        return packet
    }

    /// One step: a decoded frame into the encoder, or a packet into the decoder. Damaged packets are left out; silence takes their place.
    private func advance() throws(FFmpegError) {
        switch decoder.receive() {
        case .frame(let frame): if isHeard(frame) { ready += try encoder.encode(frame, timeBase: timeBase) }
        case .failed: break
        case .ended:
            ready += try encoder.finish()
            isAtEnd = true
        case .needsPacket:
            if isDecoderDraining {
                ready += try encoder.finish()
                isAtEnd = true
            } else if try demuxer.read(into: input) {
                if input.size > 0 { _ = decoder.send(input) }
            } else {
                isDecoderDraining = true
                _ = decoder.send(nil)
            }
        }
    }

    /// Whether the packet holds nothing but what the encoder puts before the first sample, and is not to be written.
    private func isSuperfluous(_ packet: Packet) -> Bool {
        guard let first = encoder.firstTime, let pts = packet.pts, pts < first || priming == .dropped else {
            return false
        }
        let offset = StreamClock.rescaled(shift, wh_time_base_q(), encoder.timeBase)
        return switch priming {
        case .editList: pts < first && first + offset > 0
        case .delay: false
        case .dropped: pts + packet.pointer.pointee.duration <= first || pts + offset < 0
        }
    }

    private var timeBase: AVRational { decoder.context.pointee.pkt_timebase }

    private func isHeard(_ frame: AVFrameBox) -> Bool {
        let time = StreamClock.time(frame.pointer.pointee.pts)
        let rate = AVRational(num: 1, den: max(1, frame.pointer.pointee.sample_rate))
        let duration = StreamClock.rescaled(Int64(frame.pointer.pointee.nb_samples), rate, timeBase)
        return window.contains(time, duration: duration, timeBase: timeBase)
    }
}
