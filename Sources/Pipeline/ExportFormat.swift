import Imaging
import Journal
import Media
import ObjectDetection
import WorkProtocol

/// A form in which other programs read detections. One file a video.
package enum ExportFormat: String, Sendable, Hashable, CaseIterable {
    /// A table of all detections, one row each, with a line of column names.
    case csv
    /// What MOTChallenge tools read: `frame,id,left,top,width,height,score,-1,-1,-1`, frames from 1, followed objects only.
    case mot
    /// COCO's annotation file; each frame is an image, `category_id` is `class_id`.
    case coco

    var file: RunDirectory.ResultFile {
        switch self {
        case .csv: .csv
        case .mot: .mot
        case .coco: .coco
        }
    }
}

/// Writes the frames of one video in one form.
struct ExportWriter {
    let format: ExportFormat
    let settings: ResultSettings
    let info: VideoInfo

    /// Writes the whole file; `frames` starts over each time it is called. Memory does not grow with the number of frames.
    func write(to file: AtomicFile, _ frames: () throws -> MergedFrames) throws {
        switch format {
        case .csv: try writeTable(to: file, frames())
        case .mot: try writeTracks(to: file, frames())
        case .coco:
            try file.write(#"{"images":["#)
            try writeList(to: file, frames()) { [image($0)] }
            try file.write("\n],\"annotations\":[")
            var count = 0
            try writeList(to: file, frames()) { frame in
                frame.detections.map { detection in
                    count += 1
                    return annotation(detection, in: frame, number: count)
                }
            }
            try file.write("\n],\"categories\":\(categories.compact)}\n")
        }
    }

    private func writeTable(to file: AtomicFile, _ frames: consuming MergedFrames) throws {
        try file.write("frame,pts,time,track,class_id,class,score,x,y,width,height\n")
        while let batch = try frames.nextBatch() {
            for frame in batch.frames {
                for tracked in frame.detections { try file.write(row(tracked, in: frame)) }
            }
        }
    }

    private func row(_ tracked: TrackedDetection, in frame: ResultFrame) -> String {
        let detection = tracked.detection
        let track = tracked.track.map(String.init) ?? ""
        let name = "\"\(settings.label(detection.classIndex).replacing("\"", with: "\"\""))\""
        let box = numbers(detection.box).map { JSONValue.fixed($0, places: 2) }.joined(separator: ",")
        let time = JSONValue.fixed(frame.seconds, places: 6)
        let score = JSONValue.fixed(Double(detection.score), places: 4)
        return "\(frame.number),\(frame.pts),\(time),\(track),\(detection.classIndex),\(name),\(score),\(box)\n"
    }

    private func writeTracks(to file: AtomicFile, _ frames: consuming MergedFrames) throws {
        while let batch = try frames.nextBatch() {
            for frame in batch.frames {
                for tracked in frame.detections {
                    guard let track = tracked.track else { continue }
                    let box = numbers(tracked.detection.box).map { JSONValue.fixed($0, places: 2) }
                    let score = JSONValue.fixed(Double(tracked.detection.score), places: 4)
                    try file.write("\(frame.number + 1),\(track),\(box.joined(separator: ",")),\(score),-1,-1,-1\n")
                }
            }
        }
    }

    private func writeList(
        to file: AtomicFile, _ frames: consuming MergedFrames, _ entries: (ResultFrame) -> [JSONValue]
    ) throws {
        var isFirst = true
        while let batch = try frames.nextBatch() {
            for entry in batch.frames.lazy.flatMap(entries) {
                try file.write((isFirst ? "\n" : ",\n") + entry.compact)
                isFirst = false
            }
        }
    }

    private func image(_ frame: ResultFrame) -> JSONValue {
        .object([
            "id": .integer(frame.number + 1), "file_name": .string("frame_\(frame.number)"),
            "width": .integer(info.displaySize.width), "height": .integer(info.displaySize.height),
            "frame": .integer(frame.number), "time": .decimal(frame.seconds, places: 6),
        ])
    }

    private func annotation(_ tracked: TrackedDetection, in frame: ResultFrame, number: Int) -> JSONValue {
        let (detection, box) = (tracked.detection, numbers(tracked.detection.box))
        return .object([
            "id": .integer(number), "image_id": .integer(frame.number + 1),
            "category_id": .integer(detection.classIndex),
            "bbox": .array(box.map { .decimal($0, places: 2) }), "area": .decimal(box[2] * box[3], places: 2),
            "iscrowd": .integer(0), "score": .decimal(Double(detection.score), places: 4),
            "track_id": .optional(tracked.track),
        ])
    }

    private var categories: JSONValue {
        .array(settings.labels.enumerated().map { .object(["id": .integer($0), "name": .string($1)]) })
    }

    /// Left, top, width, height in pixels.
    private func numbers(_ box: BoundingBox) -> [Double] {
        [box.x, box.y, box.width, box.height].map(Double.init)
    }
}
