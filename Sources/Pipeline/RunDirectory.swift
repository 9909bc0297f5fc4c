import Foundation
import Journal
import Media

/// The places of files in a run directory.
struct RunDirectory: Sendable {
    /// As given by the user.
    let root: String
    /// Which journal is meant.
    var generation = Generation.current

    /// A run that starts over gets a journal of its own; the one before is kept until the new run is complete.
    enum Generation: Sendable, Hashable {
        case current
        /// Not complete yet, beside the current one.
        case fresh
    }

    /// The result files of one video.
    enum ResultFile: String, CaseIterable {
        case detections = "detections.jsonl"
        case summary = "summary.json"
        case mp4 = "annotated.mp4"
        case matroska = "annotated.mkv"
        case webm = "annotated.webm"
        case csv = "detections.csv"
        case mot = "mot.txt"
        case coco = "coco.json"
    }

    static let reportName = "run.json"

    /// What belongs to the run directory and to no person: the lock, the current journal, intermediate files.
    var hidden: String { join(root, InputDiscovery.runMarker) }
    /// The folder of the journal and of segments.
    var work: String { generation == .current ? hidden : join(hidden, "fresh") }
    var report: String { join(root, Self.reportName) }

    func folder(of relativePath: String) -> String { join(root, relativePath) }

    func path(_ file: ResultFile, of relativePath: String) -> String {
        join(folder(of: relativePath), file.rawValue)
    }

    /// As the journal lists it: relative to the run directory.
    static func artefact(_ file: ResultFile, of relativePath: String) -> String { join(relativePath, file.rawValue) }

    /// Where segments of a video wait for being joined.
    func segments(of video: VideoID) -> String { join(work, "segments/\(video.rawValue)") }

    func segment(_ item: ItemRecord) -> String { join(segments(of: item.video), "\(item.ordinal).mp4") }

    /// Makes the directory, where it does not exist, and the hidden folder in it.
    func create() throws(PipelineError) {
        if let kind = FileKind(path: root), kind != .folder {
            throw PipelineError(
                .settings, operation: "use it as the output folder", subject: root,
                reason: "it is a file; name a folder")
        }
        try createFolder(hidden)
    }

    func createFolder(_ path: String) throws(PipelineError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw PipelineError(
                .output, operation: "make the folder", subject: path,
                reason: "\(Self.reason(error)); choose another output folder or mend this one")
        }
    }

    /// Removes the files that an earlier run claimed, then folders that this left empty, then that run's journal.
    func removeRun(artefacts: [String]) throws(PipelineError) {
        for artefact in artefacts {
            try remove(join(root, artefact))
            try remove(join(root, artefact + ".partial"))
            removeEmptyFolders(above: artefact)
        }
        try removeWork()
    }

    /// Removes the journal of this generation and its segments; result files stay.
    func removeWork() throws(PipelineError) {
        guard generation == .current else { return try remove(work) }
        try remove(join(work, "segments"))
        for file in RunJournal.files(in: work) { try remove(file) }
    }

    func at(_ generation: Generation) -> RunDirectory {
        var directory = self
        directory.generation = generation
        return directory
    }

    func remove(_ path: String) throws(PipelineError) {
        guard isOccupied(path) else { return }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw PipelineError(.output, operation: "remove it", subject: path, reason: Self.reason(error))
        }
    }

    private func removeEmptyFolders(above artefact: String) {
        var parts = artefact.split(separator: "/").dropLast()
        while !parts.isEmpty {
            let folder = join(root, parts.joined(separator: "/"))
            guard let content = try? FileManager.default.contentsOfDirectory(atPath: folder), content.isEmpty else {
                return
            }
            try? FileManager.default.removeItem(atPath: folder)
            parts = parts.dropLast()
        }
    }

    /// How result files of a video look that have just been put in place. Reads them.
    func placed(_ files: [ResultFile], of relativePath: String, recipe: String) throws -> [PlacedFile] {
        try files.map { file in
            let path = path(file, of: relativePath)
            guard var identity = FileIdentity(path: path) else {
                throw PipelineError(.output, operation: "read it", subject: path, reason: "it has vanished")
            }
            identity.digest = try ContentDigest.whole(ofFile: path)
            return PlacedFile(path: Self.artefact(file, of: relativePath), identity: identity, recipe: recipe)
        }
    }

    /// Whether a result file of a video is there as it was written, and was made with `recipe`. Does not read it.
    /// - Parameter placed: what the journal knows of files, by their path in the run directory.
    func isInPlace(
        _ file: ResultFile, of relativePath: String, recipe: String, _ placed: [String: PlacedFile]
    ) -> Bool {
        guard let known = placed[Self.artefact(file, of: relativePath)], known.recipe == recipe,
            let identity = FileIdentity(path: path(file, of: relativePath))
        else { return false }
        return identity.isUntouched(since: known.identity)
    }

    /// Whether anything, a dangling link included, is at `path`.
    func isOccupied(_ path: String) -> Bool { FileKind(path: path) != nil }

    /// The system's own words where there are any: they say more than Foundation's.
    static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        return (underlying ?? error).localizedDescription
    }
}
