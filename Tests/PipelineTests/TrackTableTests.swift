import Foundation
import Testing

@testable import Pipeline

/// Against a dictionary that keeps everything.
struct TrackTableTests {
    private func entry(_ track: Int, frame: Int, after earlier: TrackTable.Entry?) -> TrackTable.Entry {
        let moment = VideoSummary.Moment(frame: frame, seconds: Double(frame) / 29.97)
        let centre = SIMD2(Double(track) / 3, -Double(frame) / 7)
        var entry = earlier ?? TrackTable.Entry(classIndex: track % 80, start: moment, end: moment, centre: centre)
        entry.end = moment
        entry.detections += 1
        entry.scoreSum += 1 / Double(frame + track)
        entry.pathLength += 0.1
        entry.centre = centre
        return entry
    }

    /// Tracks of twenty frames, five at a time; each hundredth comes again much later.
    private func sightings(frames: Int) -> [(frame: Int, tracks: [Int])] {
        (0..<frames).map { frame in
            let first = frame / 4 + 1
            let returning = frame > 2000 && frame % 40 == 0 ? [(frame - 2000) / 400 * 100 + 1] : []
            return (frame, returning + Array(first..<first + 5))
        }
    }

    @Test func tracksThatWerePutAwayAreAllThere() throws {
        let folder = try TemporaryFolder()
        var table = TrackTable(folder: folder.path)
        var expected: [Int: TrackTable.Entry] = [:]
        var differing = 0
        for (frame, tracks) in sightings(frames: 8000) {
            for track in tracks {
                let known = try table.entry(track)
                if known != expected[track] { differing += 1 }
                let entry = entry(track, frame: frame, after: known)
                try table.set(entry, of: track, isNew: known == nil)
                expected[track] = entry
            }
        }
        #expect(differing == 0)
        #expect(table.count == expected.count && table.count > 2000)
        #expect(table.inMemory < 1100)
        var numbers: [Int] = []
        for number in table.numbers where try table.entry(number) == expected[number] { numbers.append(number) }
        #expect(numbers == expected.keys.sorted())
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func numbersMayBeLeftOut() throws {
        let folder = try TemporaryFolder()
        var table = TrackTable(folder: folder.path)
        for number in stride(from: 3, through: 6000, by: 3) {
            #expect(try table.entry(number) == nil)
            try table.set(entry(number, frame: number, after: nil), of: number, isNew: true)
        }
        var numbers: [Int] = []
        for number in table.numbers where try table.entry(number) != nil { numbers.append(number) }
        #expect(numbers == Array(stride(from: 3, through: 6000, by: 3)))
    }

    @Test func fewTracksNeedNoFile() throws {
        var table = TrackTable(folder: "/nowhere")
        for number in 1...1000 { try table.set(entry(number, frame: 2 * number, after: nil), of: number, isNew: true) }
        #expect(table.count == 1000)
    }

    @Test func aFolderThatCannotBeWrittenToIsNamed() {
        var table = TrackTable(folder: "/nowhere")
        let error = #expect(throws: PipelineError.self) {
            for number in 1...2000 {
                try table.set(entry(number, frame: 2 * number, after: nil), of: number, isNew: true)
            }
        }
        #expect(error?.subject == "/nowhere")
    }
}
