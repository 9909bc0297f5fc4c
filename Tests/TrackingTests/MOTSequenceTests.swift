import Foundation
import Imaging
import ObjectDetection
import TestSupport
import Testing
import Tracking

/// The MOT sequences, where present.
private let motFolder = SharedMaterial.folder("mot", for: "tracking on MOT sequences")

/// One line of a MOT file.
private struct Row {
    let frame: Int
    let identity: Int
    let box: BoundingBox
    let score: Float

    static func rows(of file: URL) throws -> [Row] {
        try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline).map { line in
            let fields = line.split(separator: ",").map { Float($0.trimmingCharacters(in: .whitespaces)) ?? 0 }
            return Row(
                frame: Int(fields[0]), identity: Int(fields[1]),
                box: BoundingBox(x: fields[2], y: fields[3], width: fields[4], height: fields[5]), score: fields[6])
        }
    }
}

/// Share of detections with the right identity under the best assignment of tracks to people (IDF1, IoU 0.5), in percent.
private func identityScore(_ tracks: [Row], truth: [Row]) -> Double {
    let people = Array(Set(truth.map(\.identity))).sorted()
    let identities = Array(Set(tracks.map(\.identity))).sorted()
    let truthOfFrame = Dictionary(grouping: truth, by: \.frame)
    var common = [Double](repeating: 0, count: people.count * identities.count)
    for row in tracks {
        for person in truthOfFrame[row.frame] ?? []
        where person.box.intersectionOverUnion(with: row.box) >= 0.5 {
            guard let r = people.firstIndex(of: person.identity), let c = identities.firstIndex(of: row.identity)
            else { continue }
            common[r * identities.count + c] += 1
        }
    }
    let pairs = Assignment.solve(costs: common.map { -$0 }, rows: people.count, columns: identities.count, limit: 0)
    let right = pairs.enumerated().reduce(0.0) { sum, pair in
        sum + (pair.element.map { common[pair.offset * identities.count + $0] } ?? 0)
    }
    return 200 * right / Double(truth.count + tracks.count)
}

/// What the tracker makes of the public detections, filtered as the reference's evaluation does.
private func track(_ detections: [Row]) -> [Row] {
    let frames = Dictionary(grouping: detections, by: \.frame)
    var tracker = ByteTracker(configuration: ByteTrackConfiguration(), frameRate: 30)
    var result: [Row] = []
    for frame in 1...(frames.keys.max() ?? 1) {
        let present = (frames[frame] ?? []).map { Detection(classIndex: 0, score: $0.score, box: $0.box) }
        for case let identity? in tracker.update(present) {
            guard let box = tracker.estimatedBox(of: identity), box.area > 100, box.width <= 1.6 * box.height
            else { continue }
            result.append(Row(frame: frame, identity: identity, box: box, score: 1))
        }
    }
    return result
}

@Suite("ByteTrack on MOT15, against the published code's figures", .enabled(if: motFolder != nil))
struct MOTSequenceTests {
    @Test(
        "identity score",
        arguments: [("ETH-Sunnyday", 74.90), ("KITTI-17", 72.04), ("TUD-Campus", 71.32), ("TUD-Stadtmitte", 75.77)])
    func identity(_ name: String, _ expected: Double) throws {
        let folder = try #require(motFolder).appendingPathComponent("MOT15-train/\(name)")
        let truth = try Row.rows(of: folder.appendingPathComponent("gt/gt.txt")).filter { $0.score != 0 }
        let tracks = track(try Row.rows(of: folder.appendingPathComponent("det/det.txt")))
        #expect(abs(identityScore(tracks, truth: truth) - expected) < 0.1)
    }
}
