import Foundation
import Testing

@testable import WorkProtocol

struct MessageFramingTests {
    @Test func everyCutOfAStreamGivesTheSameMessages() throws {
        let payloads: [[UInt8]] = [[], [1], Array(repeating: 7, count: 300), [2, 3]]
        let stream = try payloads.flatMap { try MessageFraming.frame($0, to: "test") }
        for size in 1...stream.count {
            var buffer = MessageBuffer(peer: "test")
            var received: [[UInt8]] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                buffer.append(stream[start..<min(start + size, stream.count)])
                while let payload = try buffer.next() { received.append(payload) }
            }
            #expect(received == payloads)
            #expect(buffer.isEmpty)
        }
    }

    @Test func textOnThePipeIsRefused() throws {
        var buffer = MessageBuffer(peer: "worker 3")
        buffer.append(Array("Fatal error: index out of range".utf8))
        let error = #expect(throws: WorkProtocolError.self) { try buffer.next() }
        #expect(error?.code == .tooLong)
        #expect(error?.description.contains("worker 3") == true)
    }

    @Test func aLongStreamIsNotKept() throws {
        var buffer = MessageBuffer(peer: "test")
        let framed = try MessageFraming.frame(Array(repeating: 1, count: 100_000), to: "test")
        for _ in 0..<100 {
            buffer.append(framed)
            #expect(try buffer.next()?.count == 100_000)
        }
        #expect(try buffer.next() == nil)
    }
}

struct MessageChannelTests {
    @Test func messagesCrossAPipe() throws {
        let (toWorker, fromWorker) = (Pipe(), Pipe())
        let channel = MessageChannel(
            PayloadChannel(input: toWorker.fileHandleForReading, output: fromWorker.fileHandleForWriting))
        let framed = try MessageFraming.frame(CoordinatorMessage.heartbeat.payload(), to: "test")
        try toWorker.fileHandleForWriting.write(contentsOf: Data(framed))
        #expect(try channel.receive() == .heartbeat)

        try channel.send(.refused(reason: "because"))
        var buffer = MessageBuffer(peer: "test")
        buffer.append(fromWorker.fileHandleForReading.availableData)
        #expect(try WorkerMessage(payload: #require(try buffer.next())) == .refused(reason: "because"))

        try toWorker.fileHandleForWriting.close()
        #expect(try channel.receive() == nil)
    }

    @Test func aPipeClosedInsideAMessageIsAnError() throws {
        let pipe = Pipe()
        let channel = MessageChannel(
            PayloadChannel(input: pipe.fileHandleForReading, output: FileHandle.nullDevice))
        try pipe.fileHandleForWriting.write(contentsOf: Data([9, 0, 0, 0, 1]))
        try pipe.fileHandleForWriting.close()
        let error = #expect(throws: WorkProtocolError.self) { try channel.receive() }
        #expect(error?.code == .truncated)
    }
}
