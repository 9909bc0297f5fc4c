import Foundation
import Journal
import Logging
import Media
import WorkProtocol

/// Leads one run from its inputs to its results: hands work to workers, records what comes back, starts the steps that
/// become possible. One thread runs it; everything else reaches it as events.
final class Coordinator {
    let request: DetectRequest
    let run: OpenRun
    let settings: ResultSettings
    /// What results of today's settings are made with.
    let recipes: Recipes
    let logger: Logger
    let mailbox: Mailbox<RunEvent>
    let planner: VideoPlanner
    let helpers: HelperPool
    let report: @Sendable (RunProgress) -> Void

    var ledger: BatchLedger
    var pool: WorkerPool
    /// By place in the request.
    var videos: [VideoWork]
    var items: [WorkItemID: OpenItem] = [:]
    /// Next video to look at.
    var nextToPlan = 0
    /// Background jobs that will post an event.
    var jobs = 0
    /// Places of the videos that are being looked at.
    var looks: Set<Int> = []
    var stopLevel = StopRequest.Level.none
    /// Why the run cannot go on.
    var failure: PipelineError?
    var times = RunTimes()
    /// Frames that an earlier run left done.
    var resumed = (detected: 0, rendered: 0)
    /// Paths that this run may write in the run directory.
    var claimed: Set<String>
    /// Result files that are in place, by their path in the run directory.
    var placed: [String: PlacedFile]
    /// What an earlier run knew of the inputs, by relative path.
    var known: [String: VideoRecord]
    /// The result message that is being handled.
    var incoming: WorkerMessage?
    private let clock = SuspendingClock()
    private let start: SuspendingClock.Instant
    private var lastTick = -Double.infinity
    private var lastReport = -Double.infinity
    private var lastWeighing = -Double.infinity

    /// Seconds between heartbeats and looks at the clock.
    private static let tickPeriod = 1.0
    private static let displayPeriod = 0.2
    /// In a quarter of a second a process touches half a gibibyte.
    private static let weighingPeriod = 0.25

    init(
        request: DetectRequest, run: OpenRun, logger: Logger, mailbox: Mailbox<RunEvent>,
        report: @escaping @Sendable (RunProgress) -> Void
    ) throws(JournalError) {
        self.request = request
        self.run = run
        settings = ResultSettings(run.settings)
        recipes = run.settings.recipes
        self.logger = logger
        self.mailbox = mailbox
        self.report = report
        planner = VideoPlanner(
            batchFrames: request.batchFrames, workers: request.workers, selection: request.selection)
        var limits = LedgerLimits()
        limits.workers = request.workers
        limits.memory = request.memory
        ledger = BatchLedger(limits: limits)
        pool = WorkerPool(executable: request.executable, logger: logger) { mailbox.post($0) }
        videos = request.inputs.map(VideoWork.init)
        claimed = Set(try run.journal.artefacts())
        placed = try run.journal.placedFiles()
        known = Dictionary(
            try run.journal.videos().map { ($0.relativePath, $0) }, uniquingKeysWith: { first, _ in first })
        helpers = HelperPool(request, logger: logger)
        start = clock.now
    }

    /// Seconds since the start.
    var now: Double { start.duration(to: clock.now) / .seconds(1) }

    /// Works until all videos are closed, or the run was stopped or failed.
    func work() {
        planMore()
        closeIfDone()
        while !isFinished {
            for event in mailbox.take(waiting: Self.displayPeriod) { attempt { try handle(event) } }
            weigh()
            attempt { try tick() }
            planMore()
            closeIfDone()
            tell()
        }
        helpers.close()
        report(progress)
        times.wall = now
    }

    /// Not for each event: it takes a look at all videos.
    private func tell() {
        guard now - lastReport >= Self.displayPeriod else { return }
        lastReport = now
        report(progress)
    }

    /// Stopped at once, only workers are waited for; else what runs in the background is, too.
    private var isFinished: Bool {
        ledger.isFinished && (jobs == 0 || stopLevel == .immediate || failure != nil)
    }

    /// An error of the journal or the protocol ends the run.
    func attempt(_ body: () throws -> Void) {
        do {
            try body()
        } catch {
            fail(PipelineError(error))
        }
    }

    func fail(_ error: PipelineError) {
        guard failure == nil else { return }
        // A folder that is gone explains all that goes wrong in it.
        failure = run.displacement ?? error
        perform(ledger.handle(.stopNow, at: now))
    }

    private func tick() throws {
        guard now - lastTick >= Self.tickPeriod else { return }
        lastTick = now
        try run.checkPlace()
        try pool.sendHeartbeats()
        perform(ledger.handle(.tick, at: now))
    }

    private func weigh() {
        guard now - lastWeighing >= Self.weighingPeriod else { return }
        lastWeighing = now
        perform(ledger.handle(.weighed(pool.memory), at: now))
    }

    /// Nothing is left that a worker could do: they may go, while videos are put together. A stop only waits for what is in hand.
    private func closeIfDone() {
        // Most events are told apart without a look at each video.
        guard ledger.mode == .working, nextToPlan == videos.count, ledger.openItems == 0,
            videos.indices.allSatisfy({ [.closed, .joining].contains(videos[$0].phase) })
        else { return }
        perform(ledger.handle(.drained, at: now))
    }

    private func handle(_ event: RunEvent) throws {
        switch event {
        case .identified(let rank, let outcome): try identified(rank, outcome)
        case .planned(let rank, let outcome): try planned(rank, outcome)
        case .tracked(let rank, let outcome): try tracked(rank, outcome)
        case .joined(let rank, let outcome): try joined(rank, outcome)
        case .cut(let item, let pieces, let reason): try cut(item, pieces, reason)
        case .accounted(let result, let reason): try accounted(result, reason)
        case .message(let id, let message): try handle(message, from: id)
        case .workerStarted(let id, let process): pool.note(id, process)
        case .workerEnded(let id, let end):
            note(id, end)
            pool.forget(id)
            perform(ledger.handle(.workerEnded(id, end), at: now))
        case .stop(let level): stop(level)
        }
    }

    /// A worker's end is worth a warning where it takes work along.
    private func note(_ id: WorkerID, _ end: WorkerEnd) {
        let worker = ledger.workers[id]
        let takesWorkAlong = worker?.leases.isEmpty == false && ledger.mode != .dropping
        let words = takesWorkAlong ? "; its work goes to another worker" : ""
        logger.log(level: takesWorkAlong ? .warning : .debug, "\(id): \((worker?.verdict ?? end).reason)\(words)")
    }

    private func stop(_ level: StopRequest.Level) {
        stopLevel = max(stopLevel, level)
        perform(ledger.handle(level == .immediate ? .stopNow : .stop, at: now))
    }

    private func handle(_ message: WorkerMessage, from id: WorkerID) throws {
        incoming = message
        defer { incoming = nil }
        switch message {
        case .ready(let identity):
            logger.debug("\(id) is ready: process \(identity.process), \(identity.instructionSet)")
            perform(ledger.handle(.workerReady(id), at: now))
        case .refused(let reason):
            fail(PipelineError(.model, operation: "use the model", subject: request.modelPath, reason: reason))
        case .progress(let progress):
            for item in progress { items[item.item]?.progress = item.frames }
            perform(ledger.handle(.workerSpoke(id, progress), at: now))
        case .batch(let result): settle(result.item, id)
        case .segment(let result): settle(result.item, id)
        case .failed(let failure): settle(failure.item, id)
        }
    }

    private func settle(_ item: WorkItemID, _ id: WorkerID) {
        perform(ledger.handle(.settled(item, by: id), at: now))
    }

    /// Runs `job` away from this thread; it ends with the event that it returns.
    func inBackground(_ job: @escaping @Sendable () -> RunEvent) {
        jobs += 1
        // Not on a shared pool: jobs wait for disks, and the pumps of the workers' pipes must not wait for them.
        Thread.detachNewThread { [mailbox] in mailbox.post(job()) }
    }
}
