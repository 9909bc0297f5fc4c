import Foundation
import Imaging
import Media
import TestSupport

/// Everything that Media does to one file, in ways that a seed chooses. Errors are expected; what counts is that they are errors.
struct Trial {
    let path: String
    /// Where files may be written; what is written is removed.
    let folder: String
    private var choices: SeededGenerator
    private var errors = 0
    private var frames = 0
    /// What was wrong with how something failed.
    private var faults: [String] = []

    /// A damaged file may announce more than anyone would wait for.
    private static let mostFrames = 240

    init(path: String, folder: String, seed: UInt64) {
        self.path = path
        self.folder = folder
        choices = SeededGenerator(seed)
    }

    /// Tries everything; a summary on one line, `done …` or `fault …`.
    mutating func run() -> String {
        guard let info = attempt({ try VideoProbe.probe(path: $0.path) }),
            let index = attempt({ try KeyframeIndex.build(path: $0.path) })
        else { return summary }
        let size = [1, 2, 3, 7, 64].randomElement(using: &choices) ?? 7
        let ranges = index.batches(maximumFrames: size)
        let whole = attempt { try $0.readEverything() } ?? []
        let segments = render(ranges, info)
        join(segments.paths, isExcerpt: segments.isExcerpt)
        overlay(info, times: whole)
        return summary
    }

    private var summary: String {
        faults.isEmpty ? "done frames \(frames) errors \(errors)" : "fault \(faults.joined(separator: " | "))"
    }

    /// The result of `step`; nil where it fails, which has to be told in one line that begins with a path.
    private mutating func attempt<Result>(_ step: (inout Trial) throws -> Result) -> Result? {
        do {
            return try step(&self)
        } catch {
            errors += 1
            let words = "\(error)"
            if !(error is FFmpegError) || words.contains(where: \.isNewline) || !words.hasPrefix("/") {
                faults.append(words.split(whereSeparator: \.isNewline).joined(separator: "\\n"))
            }
            return nil
        }
    }

    /// Reads the video from start to end; the times of its frames.
    private mutating func readEverything() throws -> [Int64] {
        let reader = try VideoReader(path: path)
        var times: [Int64] = []
        while times.count < Self.mostFrames, let frame = try reader.nextFrame() { times.append(frame.pts) }
        frames += times.count
        return times
    }

    // MARK: - Ranges, pictures, segments

    private mutating func render(_ ranges: [FrameRange], _ info: VideoInfo) -> (paths: [String], isExcerpt: Bool) {
        let selection = selection(info)
        let pictures = PictureTrial(&choices)
        let choosers = FrameChoosers(selection)
        var paths: [String] = []
        var left = Self.mostFrames
        // A range that is read apart costs what is before it in its stretch: of many only where each goes on with the decoder of the one before.
        let goesOn = Bool.random(using: &choices) || ranges.count > 12
        var last: SelectedFrames?
        for (number, range) in ranges.enumerated() where left > 0 {
            let segment = folder + "/segment\(number).mp4"
            let count = attempt { trial in
                let reader = try SelectedFrames(path: trial.path, range: range, choosers: choosers, after: last)
                last = goesOn ? reader : nil
                return try pictures.render(reader, to: segment, atMost: left)
            }
            guard let count else { continue }
            left -= max(1, count)
            frames += count
            if count > 0 { paths.append(segment) }
        }
        return (paths, selection.isExcerpt)
    }

    private mutating func selection(_ info: VideoInfo) -> FrameSelection {
        switch Int.random(in: 0..<8, using: &choices) {
        case 0: FrameSelection(interval: .frames(3))
        case 1: FrameSelection(interval: .seconds(0.25))
        case 2: FrameSelection(keyframesOnly: true)
        case 3: FrameSelection(from: 0.3, to: 0.9)
        default: .everything
        }
    }

    // MARK: - Files made of it

    private mutating func join(_ segments: [String], isExcerpt: Bool) {
        let output = folder + "/joined.mp4"
        _ = attempt {
            try SegmentJoiner.join(segments: segments, source: $0.path, output: output, isExcerpt: isExcerpt)
        }
        for file in segments + [output] { remove(file) }
    }

    private mutating func overlay(_ info: VideoInfo, times: [Int64]) {
        let output = folder + "/overlay.mkv"
        var script = OverlayTrial(info, times: times)
        _ = attempt {
            try OverlayMuxer.write(source: $0.path, output: output, header: script.header) { script.next() }
        }
        remove(output)
    }

    /// Nothing unfinished may be left.
    private mutating func remove(_ file: String) {
        try? FileManager.default.removeItem(atPath: file)
        if FileManager.default.fileExists(atPath: file + ".partial") { faults.append("left \(file).partial") }
    }
}
