import Imaging
import Media
import ObjectDetection
import Tensors
import Testing

@testable import WorkProtocol

struct MessageCodingTests {
    static let detection = Detection(
        classIndex: 2, score: 0.87654321, box: BoundingBox(x: -1.5, y: 0.1, width: 33.3, height: 1e-7))
    static let range = FrameRange(startPTS: .min, endPTS: 6144)

    @Test func workerMessagesSurviveTheWire() throws {
        let frames = [
            FrameRecord(pts: -512, duration: 512, status: .detected, detections: [Self.detection, Self.detection]),
            FrameRecord(pts: 0, duration: 512, status: .detected),
            FrameRecord(pts: 512, duration: 0, status: .undecodable(reason: "invalid data")),
            FrameRecord(pts: 1024, duration: 0, status: .skipped(reason: "stride")),
        ]
        let times = StageTimes(decode: 1, preprocess: 2, inference: 3, postprocess: 4, draw: 5, encode: 1 << 40)
        let messages: [WorkerMessage] = [
            .ready(WorkerIdentity(process: 4711, instructionSet: "avx512")),
            .refused(reason: "no such operator"),
            .progress([
                ItemProgress(item: WorkItemID(3), frames: 17, packets: 1 << 40),
                ItemProgress(item: WorkItemID(4), frames: 0),
            ]),
            .progress([]),
            .batch(BatchResult(item: WorkItemID(7), frames: frames, times: times, problems: ["a", "ü\n"])),
            .segment(SegmentResult(item: WorkItemID(9), frames: 250, times: times)),
            .failed(ItemFailure(item: WorkItemID(1 << 40), reason: "no video stream")),
        ]
        for message in messages { #expect(try WorkerMessage(payload: message.payload()) == message) }
    }

    @Test func coordinatorMessagesSurviveTheWire() throws {
        let drawing = FrameDrawing(
            pts: 3,
            boxes: [
                TrackedDetection(detection: Self.detection, track: 12),
                TrackedDetection(detection: Self.detection, track: nil),
            ])
        let description = ModelDescription(
            head: .yolox, inputSize: ImageSize(width: 64, height: 32), labels: ["a"], outputNames: ["o"])
        var configuration = WorkerConfiguration(
            modelPath: "m.onnx", description: description, precision: .bf16, threads: 2, scoreFloor: 0.05, iou: 0.5,
            confidence: 0.3, classes: [3], foldsColours: true,
            selection: FrameSelection(interval: .seconds(0.5), keyframesOnly: true, from: 1), deinterlacing: .off,
            encoder: EncoderSettings(codec: .av1, crf: 40))
        configuration.inputRules = InputRules(allowedProtocols: ["file", "https"])
        configuration.inputRules.patience = 0.5
        configuration.inputRules.addresses = ["https://h/a": "https://u:p@h/a?b"]
        let messages: [CoordinatorMessage] = [
            .configure(configuration),
            .detect(BatchAssignment(item: WorkItemID(1), video: "/a b/ü.mp4", range: Self.range)),
            .detect(
                BatchAssignment(
                    item: WorkItemID(2), video: "v", range: Self.range, predecessor: WorkItemID(0),
                    segments: [PlannedSegment(item: WorkItemID(9), range: Self.range, output: "/s/0.mp4")],
                    startsNearby: true)),
            .render(
                RenderAssignment(
                    item: WorkItemID(2), video: "v", range: FrameRange(startPTS: 5, endPTS: .max), output: "o",
                    frames: [drawing, FrameDrawing(pts: 4, boxes: [])])),
            .heartbeat, .shutdown,
        ]
        for message in messages { #expect(try CoordinatorMessage(payload: message.payload()) == message) }
    }

    @Test func storedTracksKeepTheDifferenceBetweenNoneAndSome() throws {
        let tracks = BatchTracks(frames: [[1, nil, 300], [], [nil]])
        #expect(try BatchTracks(encoded: tracks.encoded()) == tracks)
    }

    @Test func garbageIsNamed() throws {
        #expect(throws: WorkProtocolError.self) { try WorkerMessage(payload: Array("Fatal error".utf8)) }
        #expect(throws: WorkProtocolError.self) { try CoordinatorMessage(payload: []) }
        let whole = try BatchResult(
            item: WorkItemID(1), frames: [FrameRecord(pts: 1, duration: 1, status: .detected)]
        ).encoded()
        #expect(throws: WorkProtocolError.self) { try BatchResult(encoded: Array(whole.dropLast())) }
    }
}
