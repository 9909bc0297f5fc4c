import Foundation
import TestSupport
import Testing

@testable import Media

/// Inputs that would have others opened: files of this machine, or servers.
@Suite struct ConfinementTests {
    private func open(_ path: String, _ protocols: [String] = []) throws -> Demuxer {
        try Demuxer(path: path, rules: InputRules(allowedProtocols: protocols))
    }

    private func refusal(_ path: String, _ protocols: [String] = []) -> String {
        do {
            let demuxer = try open(path, protocols)
            let packet = Packet()
            return try demuxer.read(into: packet) ? "\(packet.size) bytes" : "nothing in it"
        } catch { return "\(error)" }
    }

    private static func playlists(of part: String) -> [(name: String, text: String)] {
        [
            ("hls.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n\(part)\n#EXT-X-ENDLIST\n"),
            ("master.mp4", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n\(part)\n"),
            ("concat.mp4", "ffconcat version 1.0\nfile '\(part)'\n"),
            (
                "dash.mp4",
                "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" profiles=\"urn:mpeg:dash:profile:isoff-on-demand:2011\" "
                    + "mediaPresentationDuration=\"PT3S\"><Period><AdaptationSet contentType=\"video\"><Representation "
                    + "id=\"0\" mimeType=\"video/mp4\" bandwidth=\"1\"><BaseURL>\(part)</BaseURL><SegmentBase/></Representation>"
                    + "</AdaptationSet></Period></MPD>"
            ),
            ("session.mp4", "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n"),
        ]
    }

    @Test func playlistsReachNothing() throws {
        let folder = try TemporaryFolder()
        let server = WebServer()
        try FFmpegProgram.make(folder.path("other.mp4"), "testsrc2=size=64x48:duration=1", ["-c:v", "mpeg4"])
        server.put(WebServer.File(try Data(contentsOf: folder.url.appendingPathComponent("other.mp4"))), at: "/o.mp4")
        let other = folder.path("other.mp4")
        let prefixed = ["file://", "subfile,,start,0,end,99999,,:", "concat:", "crypto+file:"].map { $0 + other }
        let parts = [
            "other.mp4", "./sub/../other.mp4", other, "http://\(server.host)/o.mp4", "data:video/mp4;base64,AAAA",
        ]
        for part in parts + prefixed + ["file:///etc/passwd"] {
            for (name, text) in Self.playlists(of: part) {
                try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
                let reason = refusal(folder.path(name))
                #expect(reason.contains("is a playlist") || reason.contains("points at others"), "\(part): \(reason)")
            }
        }
        #expect(server.requests.isEmpty)
    }

    /// What is allowed goes, what is not does not.
    @Test func allowedProtocolsReachWhatTheyName() throws {
        let folder = try TemporaryFolder()
        let server = WebServer()
        try FFmpegProgram.make(
            folder.path("other.ts"), "testsrc2=size=64x48:duration=1", ["-c:v", "mpeg2video", "-f", "mpegts"])
        server.put(WebServer.File(try Data(contentsOf: folder.url.appendingPathComponent("other.ts"))), at: "/o.ts")
        let (near, far) = (folder.path("other.ts"), "http://\(server.host)/o.ts")
        let cases = [(near, "file", "http"), ("other.ts", "file", "https"), (far, "http", "data")]
        for name in ["hls.mp4", "concat.mp4"] {
            for (part, allowed, refused) in cases {
                let text = try #require(Self.playlists(of: part).first { $0.name == name }?.text)
                try Data(text.utf8).write(to: folder.url.appendingPathComponent(name))
                // A concat script reads its parts as it is read itself.
                #expect(refusal(folder.path(name), [allowed, "file"]).hasSuffix(" bytes"), "\(name) \(part)")
                let count = server.requests.count
                #expect(refusal(folder.path(name), [refused]).contains("--allow-protocols"), "\(name) \(part)")
                #expect(server.requests.count == count)
            }
        }
    }

    @Test func whatIsAllowedForPartsIsNotForTheFileItself() throws {
        let folder = try TemporaryFolder()
        for name in [
            "concat:a.mp4|b.mp4", "subfile,,start,0,end,9,,:/etc/passwd", "data:video/mp4;base64,AAAA", "http:a",
            "pipe:0",
        ] {
            let reason = refusal(folder.path(name), ["concat", "subfile", "data", "pipe", "file"])
            #expect(reason.hasSuffix("does not exist"), "\(reason)")
            #expect(refusal(name, ["concat", "subfile", "data", "pipe", "file"]).hasSuffix("does not exist"))
        }
    }

    @Test func aListOfItselfEnds() throws {
        let folder = try TemporaryFolder()
        try Data("ffconcat version 1.0\nfile 'self.mp4'\n".utf8).write(
            to: URL(fileURLWithPath: folder.path("self.mp4")))
        #expect(!refusal(folder.path("self.mp4"), ["file"]).hasSuffix(" bytes"))
    }

    @Test func liveStreamsAreRefused() throws {
        let folder = try TemporaryFolder()
        try FFmpegProgram.make(
            folder.path("other.ts"), "testsrc2=size=64x48:duration=1", ["-c:v", "mpeg2video", "-f", "mpegts"])
        let text = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n\(folder.path("other.ts"))\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("live.m3u8")))
        #expect(refusal(folder.path("live.m3u8"), ["file"]).hasSuffix("is a live stream; record it first"))
    }

    /// A movie whose data are said to be in another file, by an alias as QuickTime writes it.
    @Test func moviesDoNotReadOtherFiles() throws {
        let folder = try TemporaryFolder()
        let other = folder.path("other.mov")
        try FFmpegProgram.make(other, "testsrc2=size=64x48:duration=1", ["-c:v", "mpeg4"])
        let movie = try [UInt8](Data(contentsOf: URL(fileURLWithPath: other)))
        for target in [other, "other.mov"] {
            let aliased = try #require(QuickTimeAlias.pointing(movie, to: target))
            try Data(aliased).write(to: URL(fileURLWithPath: folder.path("alias.mov")))
            #expect(refusal(folder.path("alias.mov")) == "nothing in it")
            #expect(refusal(folder.path("alias.mov"), ["file"]) == "nothing in it")
        }
        #expect(refusal(other).hasSuffix(" bytes"))
    }
}

/// Puts an alias in the place of the data reference of a movie.
private enum QuickTimeAlias {
    private static let containers: Set<String> = ["moov", "trak", "mdia", "minf", "dinf"]

    /// The movie with the data reference of each track replaced; nil where it has none. Its index must be behind its data.
    static func pointing(_ movie: [UInt8], to path: String) -> [UInt8]? {
        let result = boxes(movie[...], path)
        return result == movie ? nil : result
    }

    private static func boxes(_ bytes: ArraySlice<UInt8>, _ path: String) -> [UInt8] {
        var (rest, result) = (bytes, [UInt8]())
        while rest.count >= 8 {
            let size = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard size >= 8, size <= rest.count else { break }
            let name = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
            let content = rest.prefix(size).dropFirst(8)
            if name == "dref" {
                result += box(name, [0, 0, 0, 0, 0, 0, 0, 1] + box("alis", [0, 0, 0, 0] + alias(path)))
            } else if containers.contains(name) {
                result += box(name, boxes(content, path))
            } else {
                result += rest.prefix(size)
            }
            rest = rest.dropFirst(size)
        }
        return result + rest
    }

    private static func box(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let size = content.count + 8
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) } + Array(name.utf8) + content
    }

    /// An alias record: volume, file name, levels between both, and the whole path as tagged string number 2.
    private static func alias(_ path: String) -> [UInt8] {
        let name = Array(path.split(separator: "/").last.map(String.init)?.utf8 ?? "".utf8)
        let zeros = { (count: Int) in [UInt8](repeating: 0, count: count) }
        let volume = [UInt8(1), 0x76] + zeros(26)
        let file = [UInt8(name.count)] + name + zeros(63 - name.count)
        let whole = Array(path.utf8) + (path.utf8.count % 2 == 1 ? [0] : [])
        return zeros(10) + volume + zeros(12) + file + zeros(16) + [0, 1, 0, 1] + zeros(16)
            + [0, 2, 0, UInt8(whole.count)] + whole + [0xff, 0xff, 0, 0]
    }
}
