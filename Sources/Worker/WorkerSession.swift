import CPlatform
import Dispatch
import Engine
import Foundation
import Logging
import Media
import ObjectDetection
import Synchronization
import WorkProtocol

/// One worker's life: configuration, assignments, end.
final class WorkerSession: Sendable {
    private let channel: MessageChannel
    private let logger: Logger
    private let activity = WorkerActivity()
    /// Filled by the first message, or closed without.
    private let configuration = BoundedQueue<WorkerConfiguration>(capacity: 1)
    private let assignments = BoundedQueue<Assignment>(capacity: 64)
    /// A few frames: enough that inference never waits for a slow picture, few enough to keep memory flat.
    private let prepared = BoundedQueue<PreparedWork>(capacity: 3)

    init(channel: MessageChannel, logger: Logger) {
        self.channel = channel
        self.logger = logger
    }

    /// Serves the coordinator until it has no more work or is gone. Returns the process's exit code.
    func run() -> Int32 {
        let watch = WorkerWatch(activity: activity, channel: channel) { [self] reason in stop(reason) }
        watch.start()
        let termination = watch.watchTermination()
        Thread.detachNewThread { [self] in receive() }
        defer {
            activity.end()
            termination.cancel()
        }
        guard let configuration = configuration.pop() else { return activity.isStopping ? 0 : 1 }
        do {
            try serve(configuration)
            return 0
        } catch {
            logger.error("\(error)")
            try? channel.send(.refused(reason: error.reason))
            return 1
        }
    }

    /// Ends the work after the present frame.
    private func stop(_ reason: String) {
        logger.debug("worker stops: \(reason)")
        activity.requestStop()
        configuration.close(dropping: true)
        assignments.close(dropping: true)
        prepared.close(dropping: true)
    }

    private func serve(_ configuration: WorkerConfiguration) throws(WorkerError) {
        configuration.inputRules.use()
        let detector = configuration.detects ? try FrameDetector(configuration) : nil
        let preprocessor: Preprocessor
        do {
            preprocessor = try Preprocessor(description: configuration.description)
        } catch {
            throw WorkerError(.model, error, subject: configuration.modelPath)
        }
        let pool = InputPool()
        let feederEnded = DispatchSemaphore(value: 0)
        Thread.detachNewThread { [assignments, prepared, activity] in
            let feeder = FrameFeeder(
                assignments: assignments, prepared: prepared, pool: pool, activity: activity,
                preprocessor: preprocessor, kernels: InstructionSet.available[0],
                foldsColours: configuration.foldsColours, selection: configuration.selection,
                deinterlacing: configuration.deinterlacing)
            feeder.run()
            feederEnded.signal()
        }
        let identity = WorkerIdentity(
            process: Int(ProcessInfo.processInfo.processIdentifier),
            instructionSet: try detector?.session().instructionSet ?? "none")
        send(.ready(identity))
        var processor = WorkProcessor(configuration, detector: detector, pool: pool, activity: activity)
        while let work = prepared.pop() {
            if let message = try processor.process(work) { send(message) }
        }
        // Codecs must be closed before the process's exit handlers run.
        _ = feederEnded.wait(timeout: .now() + 5)
    }

    private func send(_ message: WorkerMessage) {
        do {
            try channel.send(message)
        } catch {
            stop(error.description)
        }
    }

    /// The receiving thread.
    private func receive() {
        do {
            while let message = try channel.receive() {
                activity.coordinatorSpoke()
                guard take(message) else { return }
            }
            stop("the coordinator is gone")
        } catch {
            logger.error("\(error)")
            stop(error.description)
        }
    }

    /// Passes a message on; false after the last one.
    private func take(_ message: CoordinatorMessage) -> Bool {
        switch message {
        case .configure(let configuration): return self.configuration.push(configuration)
        case .detect(let assignment):
            activity.begin(assignment.item)
            return assignments.push(.detect(assignment))
        case .render(let assignment):
            activity.begin(assignment.item)
            return assignments.push(.render(assignment))
        case .heartbeat: return true
        case .shutdown:
            configuration.close()
            assignments.close()
            return true
        }
    }
}
