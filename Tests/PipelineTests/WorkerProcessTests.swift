import Foundation
import Logging
import Testing

@testable import Pipeline

struct WorkerProcessTests {
    /// Runs a program in a worker's place and returns how it ended.
    private func end(of executable: String, killed: Bool = false) async -> WorkerEnd? {
        let mailbox = Mailbox<RunEvent>()
        let (input, _) = AsyncStream.makeStream(of: [UInt8].self)
        let (kills, kill) = AsyncStream.makeStream(of: Void.self)
        let process = WorkerProcess(
            id: WorkerID(number: 1), executable: executable, input: input, kills: kills,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, post: { mailbox.post($0) })
        if killed { kill.yield() }
        await process.run()
        for case .workerEnded(_, let end) in mailbox.take(waiting: 1) { return end }
        return nil
    }

    /// The end of a script that was just written. Another test that starts a process at the wrong moment holds the script
    /// open for writing a little longer, and the system then refuses to run it ("text file busy"): try again.
    private func end(ofScript path: String, killed: Bool = false) async throws -> WorkerEnd? {
        for _ in 0..<50 {
            let end = await end(of: path, killed: killed)
            guard end?.reason.contains("cannot be started") == true else { return end }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    @Test func aProgramThatFailsOrSpeaksNonsenseIsACrash() async {
        #expect(await end(of: "/bin/false") == .crashed("the process ended with status 1"))
        #expect(await end(of: "/bin/true") == .interrupted("the process left"))
        #expect(await end(of: "/bin/echo")?.reason.contains("is it a windhover process?") == true)
        #expect(await end(of: "/no/such/program")?.isCrash == true)
    }

    @Test func aKilledProgramWasInterrupted() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/silent"
        // Longer than other tests can keep the threads busy on which the kill waits for its turn.
        try folder.write("#!/bin/sh\nexec sleep 3000\n", to: "silent")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        let end = try await end(ofScript: path, killed: true)
        #expect(end == .interrupted("the process was killed by signal 9"))
    }

    @Test func theLastWordsOfACrashAreItsReason() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/crashing"
        try folder.write("#!/bin/sh\necho 'Fatal error: of all' >&2\nkill -SEGV $$\n", to: "crashing")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        let end = try await end(ofScript: path)
        #expect(end == .crashed("the process crashed with signal 11: Fatal error: of all"))
    }
}

struct MailboxTests {
    @Test func eventsComeInOrderAndNoneIsLost() {
        let mailbox = Mailbox<Int>()
        #expect(mailbox.take(waiting: 0).isEmpty)
        Thread.detachNewThread { for value in 0..<1000 { mailbox.post(value) } }
        var received: [Int] = []
        while received.count < 1000 { received += mailbox.take(waiting: 1) }
        #expect(received == Array(0..<1000))
        #expect(mailbox.take(waiting: 0).isEmpty)
    }
}

struct StopRequestTests {
    @Test func wishesOnlyGrow() {
        let stop = StopRequest()
        let mailbox = Mailbox<StopRequest.Level>()
        stop.requestGraceful()
        stop.observe { mailbox.post($0) }
        stop.requestGraceful()
        stop.requestImmediate()
        stop.requestGraceful()
        #expect(mailbox.take(waiting: 0) == [.graceful, .immediate])
        #expect(stop.level == .immediate)
    }
}
