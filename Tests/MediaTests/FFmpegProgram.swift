import Foundation

/// The ffmpeg and ffprobe programs, which say what is right.
enum FFmpegProgram {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a program of the search path; what it printed. Fails where it does, unless `mayFail`.
    static func run(_ program: String, _ arguments: [String], mayFail: Bool = false) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard mayFail || process.terminationStatus == 0 else {
            throw Failure(description: "\(program) \(arguments.joined(separator: " ")) failed")
        }
        return data
    }

    private static func lines(_ data: Data) -> [Substring] {
        String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline)
    }

    /// Hash of every frame of the first video stream.
    static func frameHashes(_ path: String) throws -> [String] {
        let arguments = [
            "-v", "error", "-noautorotate", "-threads", "1", "-i", path, "-map", "0:v:0", "-autoscale", "0",
            "-fps_mode",
            "passthrough", "-f", "framemd5", "-",
        ]
        return lines(try run("ffmpeg", arguments, mayFail: true)).filter { !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } }
    }

    /// Presentation time of every frame of the first video stream: ticks of its time base, the decode time where there is none; nil: neither.
    static func frameTimes(_ path: String) throws -> [Int64?] {
        let arguments = [
            "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts,pkt_dts", "-of", "compact=p=0", path,
        ]
        return lines(try run("ffprobe", arguments, mayFail: true)).filter { $0.contains("pts=") }
            .map { line in
                let fields = Dictionary(
                    line.split(separator: "|").map { $0.split(separator: "=") }.filter { $0.count == 2 }
                        .map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
                return fields["pts"].flatMap { Int64($0) } ?? fields["pkt_dts"].flatMap { Int64($0) }
            }
    }

    /// A field of every packet of a stream, as ffprobe prints it.
    static func packets(_ path: String, stream: String, field: String) throws -> [String] {
        let arguments = [
            "-v", "error", "-select_streams", stream, "-show_entries", "packet=\(field)", "-of",
            "default=noprint_wrappers=1:nokey=1", path,
        ]
        return lines(try run("ffprobe", arguments)).map(String.init)
    }

    /// A field of a stream, as ffprobe prints it.
    static func stream(_ path: String, stream: String, field: String) throws -> String? {
        let arguments = [
            "-v", "error", "-select_streams", stream, "-show_entries", "stream=\(field)", "-of",
            "default=noprint_wrappers=1:nokey=1", path,
        ]
        return lines(try run("ffprobe", arguments)).first.map(String.init)
    }

    /// Makes a clip of `source` (a lavfi graph) with the given output options.
    static func make(_ path: String, _ source: String, _ options: [String]) throws {
        _ = try run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", source] + options + [path])
    }
}
