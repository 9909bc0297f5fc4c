import Foundation
import Imaging
import Logging
import Media
import ObjectDetection
import Tensors
import Testing
import WorkProtocol

@testable import Worker

/// A worker's session inside this process, with the coordinator's ends of the pipes.
private final class SessionFixture {
    let input = Pipe()
    let output = Pipe()
    private let ended = DispatchSemaphore(value: 0)

    init() {
        // As in the program: a pipe that nobody reads is an error, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
        let channel = MessageChannel(
            PayloadChannel(input: input.fileHandleForReading, output: output.fileHandleForWriting))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let session = WorkerSession(channel: channel, logger: logger)
        Thread.detachNewThread { [ended] in
            _ = session.run()
            ended.signal()
        }
    }

    func send(_ message: CoordinatorMessage) throws {
        let framed = try MessageFraming.frame(message.payload(), to: "worker")
        try input.fileHandleForWriting.write(contentsOf: Data(framed))
    }

    /// The first message that is no sign of life.
    func receive() throws -> WorkerMessage? {
        var buffer = MessageBuffer(peer: "worker")
        while true {
            while let payload = try buffer.next() {
                let message = try WorkerMessage(payload: payload)
                if case .progress = message { continue }
                return message
            }
            let chunk = output.fileHandleForReading.availableData
            guard !chunk.isEmpty else { return nil }
            buffer.append(chunk)
        }
    }

    func endsSoon() -> Bool { ended.wait(timeout: .now() + 5) == .success }
}

struct WorkerSessionTests {
    @Test func aModelThatCannotBeUsedIsRefused() throws {
        let session = SessionFixture()
        let description = ModelDescription(
            head: .yolox, inputSize: ImageSize(width: 64, height: 64), labels: ["a"], outputNames: ["o"])
        try session.send(
            .configure(
                WorkerConfiguration(
                    modelPath: "/no/such/model.onnx", description: description, precision: .f32, threads: 1,
                    scoreFloor: 0.05, iou: 0.5, confidence: 0.25, classes: nil, encoder: EncoderSettings())))
        guard case .refused(let reason) = try session.receive() else {
            Issue.record("the worker did not refuse")
            return
        }
        // The coordinator knows which model it is.
        #expect(!reason.isEmpty && !reason.contains("/no/such/model.onnx"))
        #expect(session.endsSoon())
    }

    @Test func aWorkerEndsWithItsCoordinator() throws {
        let session = SessionFixture()
        try session.input.fileHandleForWriting.close()
        #expect(session.endsSoon())
    }

    @Test func aWorkerEndsWhenDismissedBeforeItIsConfigured() throws {
        let session = SessionFixture()
        try session.send(.shutdown)
        #expect(session.endsSoon())
    }
}
