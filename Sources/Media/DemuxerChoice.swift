import CFFmpeg

/// Which of FFmpeg's demuxers may read an input.
enum DemuxerChoice {
    /// They only point at other files.
    static let playlists: Set<String> = ["hls", "concat", "dash"]
    /// They point at other files in ways that are not offered, listen to the network, execute scripts or draw letters.
    private static let never: Set<String> = [
        "avisynth", "imf", "rtp", "rtsp", "sap", "sdp", "tty", "vapoursynth", "vobsub", "webm_dash_manifest",
    ]

    private static let all: [String] = {
        var position: UnsafeMutableRawPointer?
        var names: [String] = []
        while let format = av_demuxer_iterate(&position) { names.append(String(cString: format.pointee.name)) }
        return names
    }()

    private static func list(without excluded: Set<String>) -> String {
        all.filter { excluded.isDisjoint(with: $0.split(separator: ",").map(String.init)) }.joined(separator: ",")
    }

    private static let videos = list(without: never.union(playlists))
    private static let videosAndPlaylists = list(without: never)

    /// FFmpeg's list of demuxers.
    static func list(_ rules: InputRules) -> String { rules.allowsOthers ? videosAndPlaylists : videos }

    /// What the input looks like, whoever may read it; nil where that cannot be told.
    static func name(of access: InputAccess) -> String? {
        var stream = access.openAlone()
        defer { avio_closep(&stream) }
        guard let opened = stream else { return nil }
        var format: UnsafePointer<AVInputFormat>?
        guard av_probe_input_buffer2(opened, &format, access.url, nil, 0, 0) >= 0 else { return nil }
        return format.map { String(cString: $0.pointee.name) }
    }

    /// Why an input of the demuxer `name` cannot be read; nil where the demuxer is not the reason.
    static func refusal(_ name: String, _ access: InputAccess) -> String? {
        if name == "tty" { return "is a text file, not a video" }
        if playlists.contains(name), access.rules.allowsOthers {
            let part = access.refused.map { ": \($0)" } ?? ""
            return
                "is a playlist (\(name)), and what it names cannot be opened\(part); --allow-protocols has to name all "
                + "protocols that are needed"
        }
        if playlists.contains(name) {
            return "is a playlist (\(name)), not a video; give the videos it names, or --allow-protocols"
        }
        return never.contains(name) ? "is no video, but points at others (\(name)); give those" : nil
    }
}
