import Foundation
import Journal
import Media
import WorkProtocol

/// Holds the results of one video against each other and against its source.
struct VideoVerification: Sendable {
    let journal: RunJournal
    let directory: RunDirectory
    let settings: ResultSettings
    let recipes: Recipes
    let rendering: RenderingSettings
    let placed: [String: PlacedFile]
    let video: VideoRecord
    /// Also decode the source.
    let decodes: Bool

    /// What is wrong, one line each; empty where all is right. Blocks.
    func faults() -> [String] {
        guard video.stage == .finished else {
            return ["it is not finished; the same 'windhover detect' command continues"]
        }
        guard video.status != .failed || video.ledger.total > 0 else { return [] }
        let files = fileFaults()
        return files + faults("results", resultFaults) + faults("source", sourceFaults)
            + (files.isEmpty ? faults("annotated video", annotationFaults) : [])
    }

    private func faults(_ subject: String, _ find: () throws -> [String]) -> [String] {
        do {
            return try find()
        } catch {
            return ["\(subject): \(error)"]
        }
    }

    /// Files that are missing, of other settings, or not as they were written.
    private func fileFaults() -> [String] {
        var wanted = [(RunDirectory.ResultFile.detections, recipes.tracks), (.summary, recipes.tracks)]
        if let file = rendering.file, video.ledger.detected > 0 { wanted.append((file, recipes.video)) }
        return wanted.compactMap { file, recipe in
            let path = directory.path(file, of: video.relativePath)
            guard let known = placed[RunDirectory.artefact(file, of: video.relativePath)] else {
                return "\(file.rawValue): was never finished"
            }
            guard known.recipe == recipe else { return "\(file.rawValue): is of earlier settings" }
            guard let identity = FileIdentity(path: path) else { return "\(file.rawValue): is missing" }
            guard identity.size == known.identity.size else {
                return "\(file.rawValue): has \(identity.size) bytes instead of \(known.identity.size)"
            }
            guard (try? ContentDigest.whole(ofFile: path)) == known.identity.digest else {
                return "\(file.rawValue): its content has changed"
            }
            return nil
        }
    }

    /// Makes the JSON results once more, and compares.
    private func resultFaults() throws -> [String] {
        guard try !journal.hasOpenBatches(of: video.id) else {
            return ["journal: batches are open in a finished video"]
        }
        var merged = try MergedFrames(journal, video, settings, scratch: directory.hidden)
        var comparison = try FileComparison(path: directory.path(.detections, of: video.relativePath))
        comparison.expect(merged.header.compact + "\n")
        while let batch = try merged.nextBatch() {
            for frame in batch.frames {
                comparison.expect(DetectionsFile.line(frame, settings: settings).compact + "\n")
            }
        }
        var faults = comparison.isSame ? [] : ["detections.jsonl: differs from the stored detections"]
        var second = try FileComparison(path: directory.path(.summary, of: video.relativePath))
        try merged.summary.document(video: video.relativePath, settings: settings).write { second.expect($0) }
        if !second.isSame { faults.append("summary.json: differs from the stored detections") }
        let (counted, noted) = (merged.summary.ledger, video.ledger)
        if counted != noted { faults.append("journal: \(noted.total) frames are noted, \(counted.total) are stored") }
        return faults
    }

    /// Holds the stored times against those that the source gives.
    private func sourceFaults() throws -> [String] {
        guard let known = video.identity, let identity = try InputIdentity.of(video.path) else {
            return ["the video is missing"]
        }
        let isRemote = InputRules.current.address(of: video.path) != nil
        let isSame = isRemote ? identity.isUntouched(since: known) : isSameFile(identity, known)
        guard isSame else {
            return ["the video has changed since; 'windhover detect' makes its results anew"]
        }
        guard decodes else { return [] }
        let choosers = FrameChoosers(settings.selection)
        for item in try journal.items(of: video.id, kind: .batch) where item.state == .done {
            let times = FrameTimes(try journal.result(of: item.id)?.frames ?? [])
            let source = try FrameTimes(path: video.path, range: item.range, choosers: choosers)
            guard times != source else { continue }
            return [
                "source: between \(seconds(item.range.startPTS)) and \(seconds(item.range.endPTS)) \(source.detected.count) frames come "
                    + "out of it, \(times.detected.count) are stored, or their times differ"
            ]
        }
        return []
    }

    private func isSameFile(_ identity: FileIdentity, _ known: FileIdentity) -> Bool {
        identity.size == known.size && (try? ContentDigest.sample(ofFile: video.path)) == known.digest
    }

    private func seconds(_ pts: Int64) -> String {
        guard pts != .min, pts != .max, let info = video.info else { return pts == .min ? "the start" : "the end" }
        return "\((info.seconds(at: pts) * 100).rounded() / 100) s"
    }

    /// Holds the times of the annotated video against those of the frames that it shows.
    private func annotationFaults() throws -> [String] {
        guard rendering.annotation == .video, let file = rendering.file, video.ledger.detected > 0,
            let info = video.info
        else { return [] }
        let path = directory.path(file, of: video.relativePath)
        let base = try VideoProbe.probe(path: path).timeBase.doubleValue
        let shown = try KeyframeIndex.build(path: path).sortedPTS.map { Double($0) * base }
        let stored = try detectedTimes().map(info.seconds)
        guard shown.count == stored.count else {
            return ["annotated video: it has \(shown.count) frames, \(stored.count) were detected"]
        }
        // MP4 has no time before 0 and excerpts begin there: all times may be moved by the same.
        let shift = (shown.first ?? 0) - (stored.first ?? 0)
        let worst = zip(shown, stored).map { abs($0 - $1 - shift) }.max() ?? 0
        return worst > base ? ["annotated video: its times are up to \(worst) s off"] : []
    }

    private func detectedTimes() throws -> [Int64] {
        var times: [Int64] = []
        for item in try journal.items(of: video.id, kind: .batch) {
            times += FrameTimes(try journal.result(of: item.id)?.frames ?? []).detected
        }
        return times.sorted()
    }
}

/// The times of a batch's frames.
private struct FrameTimes: Equatable {
    var detected: [Int64] = []
    var skipped: [Int64] = []

    init(_ frames: [FrameRecord]) {
        for frame in frames {
            switch frame.status {
            case .detected: detected.append(frame.pts)
            case .skipped: skipped.append(frame.pts)
            case .undecodable: break
            }
        }
    }

    /// Decodes.
    init(path: String, range: FrameRange, choosers: FrameChoosers) throws {
        let frames = try SelectedFrames(path: path, range: range, choosers: choosers)
        while let step = try frames.next() {
            switch step {
            case .frame(let frame): detected.append(frame.pts)
            case .skipped(let pts, _): skipped.append(pts)
            }
        }
        detected.sort()
        skipped.sort()
    }
}

/// A file held against a text, piece by piece.
private struct FileComparison {
    private let file: FileHandle
    private var agrees = true

    init(path: String) throws { file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)) }

    mutating func expect(_ text: String) {
        let bytes = Data(text.utf8)
        guard agrees, (try? file.read(upToCount: bytes.count)) == bytes else {
            agrees = false
            return
        }
    }

    /// Whether the file is what was expected, and nothing more.
    var isSame: Bool { agrees && ((try? file.read(upToCount: 1)) ?? Data()).isEmpty }
}
