/// The worker's end of the two pipes. Calls block, so they belong on threads of their own.
package final class MessageChannel: Sendable {
    private let payloads: PayloadChannel

    package init(_ payloads: PayloadChannel) { self.payloads = payloads }

    /// Waits for the coordinator's next message; nil when it closed the pipe.
    package func receive() throws(WorkProtocolError) -> CoordinatorMessage? {
        guard let payload = try payloads.receive() else { return nil }
        return try CoordinatorMessage(payload: payload)
    }

    /// Sends `message` whole.
    package func send(_ message: WorkerMessage) throws(WorkProtocolError) {
        try payloads.send(message.payload())
    }
}
