import Foundation

/// What the summary says of each track of a video. Tracks that have not been seen for long are kept in a file, so memory depends on what is in
/// view, not on the video's length. Of copies of a table only the last one may be used.
struct TrackTable {
    /// One track so far.
    struct Entry: Hashable {
        let classIndex: Int
        let start: VideoSummary.Moment
        var end: VideoSummary.Moment
        var detections = 0
        var scoreSum = 0.0
        var pathLength = 0.0
        /// Of the last box.
        var centre: SIMD2<Double>
    }

    private(set) var count = 0
    private let folder: String
    private var present: [Int: Entry] = [:]
    private var highest = 0
    private var absent: TrackScratchFile?
    private var mostPresent = Self.fewest

    /// Frames after which a track is put away; a tracker that finds it again costs a look into the file.
    private static let patience = 300
    /// Tracks that are not worth a file.
    private static let fewest = 1024

    /// - Parameter folder: has to exist when tracks are many; nothing stays in it.
    init(folder: String) { self.folder = folder }

    /// Tracks that are not in the file.
    var inMemory: Int { present.count }

    /// The entry of track `number`, 1 or more; nil where it is new.
    func entry(_ number: Int) throws -> Entry? {
        if let entry = present[number] { return entry }
        return number > highest ? nil : try absent?.entry(number)
    }

    /// Sets the entry of a track that has just been seen.
    mutating func set(_ entry: Entry, of number: Int, isNew: Bool) throws {
        if isNew { count += 1 }
        highest = max(highest, number)
        present[number] = entry
        guard present.count > mostPresent else { return }
        try putAway(before: entry.end.frame - Self.patience)
        mostPresent = max(Self.fewest, 2 * present.count)
    }

    /// Ascending; there need not be a track of each.
    var numbers: Range<Int> { 1..<highest + 1 }

    private mutating func putAway(before frame: Int) throws {
        let old = present.filter { $0.value.end.frame < frame }
        guard !old.isEmpty else { return }
        let file = try absent ?? TrackScratchFile(folder: folder)
        absent = file
        for (number, entry) in old {
            try file.set(entry, of: number)
            present[number] = nil
        }
    }
}

/// Entries of tracks in a file that has no name and so vanishes with the process; each in the place that its number says.
private final class TrackScratchFile {
    private let handle: FileHandle
    private let folder: String

    init(folder: String) throws(PipelineError) {
        self.folder = folder
        let path = join(folder, "tracks-\(UUID().uuidString)")
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forUpdatingAtPath: path)
        else { throw Self.error(folder, "it cannot be written to; check its permissions and the free space") }
        self.handle = handle
        try? FileManager.default.removeItem(atPath: path)
    }

    deinit { try? handle.close() }

    func entry(_ number: Int) throws(PipelineError) -> TrackTable.Entry? {
        do {
            try handle.seek(toOffset: offset(number))
            return try handle.read(upToCount: TrackTable.Entry.size).flatMap(TrackTable.Entry.init(bytes:))
        } catch {
            throw Self.error(folder, RunDirectory.reason(error))
        }
    }

    func set(_ entry: TrackTable.Entry, of number: Int) throws(PipelineError) {
        do {
            try handle.seek(toOffset: offset(number))
            try handle.write(contentsOf: entry.bytes)
        } catch {
            throw Self.error(folder, RunDirectory.reason(error))
        }
    }

    private func offset(_ number: Int) -> UInt64 { UInt64(number - 1) * UInt64(TrackTable.Entry.size) }

    private static func error(_ folder: String, _ reason: String) -> PipelineError {
        PipelineError(.output, operation: "keep tracks in the folder", subject: folder, reason: reason)
    }
}

extension TrackTable.Entry {
    /// Bytes of an entry.
    fileprivate static let size = 80

    fileprivate var bytes: Data {
        let words = [
            UInt64(bitPattern: Int64(classIndex)), UInt64(bitPattern: Int64(start.frame)), start.seconds.bitPattern,
            UInt64(bitPattern: Int64(end.frame)), end.seconds.bitPattern, UInt64(bitPattern: Int64(detections)),
            scoreSum.bitPattern, pathLength.bitPattern, centre.x.bitPattern, centre.y.bitPattern,
        ]
        return Data(words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    }

    /// nil where nothing has been written.
    fileprivate init?(bytes: Data) {
        guard bytes.count == Self.size else { return nil }
        let words = stride(from: bytes.startIndex, to: bytes.endIndex, by: 8).map { start in
            (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << (8 * $1) }
        }
        let (integers, decimals) = (words.map { Int(Int64(bitPattern: $0)) }, words.map(Double.init(bitPattern:)))
        guard integers[5] > 0 else { return nil }
        self.init(
            classIndex: integers[0], start: .init(frame: integers[1], seconds: decimals[2]),
            end: .init(frame: integers[3], seconds: decimals[4]), detections: integers[5], scoreSum: decimals[6],
            pathLength: decimals[7], centre: SIMD2(decimals[8], decimals[9]))
    }
}
