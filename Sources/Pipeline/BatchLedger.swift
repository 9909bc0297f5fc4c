import WorkProtocol

/// Who works on what, and what happens when a worker dies: a state machine without I/O. Events go in with the time they
/// happened at (seconds on any steady clock, never going back), actions come out and are to be carried out in order.
///
/// Every item that is added leaves exactly once, by `accept`, `split` or `giveUp`, unless the run is stopped before.
struct BatchLedger {
    enum Event: Hashable {
        case added([LedgerItem])
        /// All work is done, none will be added.
        case drained
        case workerReady(WorkerID)
        /// A worker is alive; how far the items are that it holds.
        case workerSpoke(WorkerID, [ItemProgress])
        /// What workers take of the memory, bytes each; comes about four times a second.
        case weighed([WorkerID: Int])
        /// A worker delivered the item's result, or the reason why the file is to blame.
        case settled(WorkItemID, by: WorkerID)
        case workerEnded(WorkerID, WorkerEnd)
        /// Comes about once a second.
        case tick
        /// Finish what is in hand.
        case stop
        /// Drop everything.
        case stopNow
    }

    enum Action: Hashable {
        case spawn(WorkerID)
        case assign(WorkItemID, to: WorkerID)
        /// The result counts: record it. Results without this action are late copies.
        case accept(WorkItemID)
        /// The item goes to another worker; record the attempt.
        case requeue(WorkItemID, WorkerEnd)
        /// The item is to be cut in two, and the pieces added; where it cannot be cut, it is not tried again.
        case split(WorkItemID, WorkerEnd)
        /// The item is not tried again.
        case giveUp(WorkItemID, WorkerEnd)
        /// Tell the worker to finish.
        case dismiss(WorkerID)
        case kill(WorkerID, WorkerEnd)
        /// No worker comes up.
        case abandon(String)
    }

    enum Mode: Hashable {
        case working, draining, stopping, dropping
    }

    struct Worker {
        enum State: Hashable {
            case starting, working, dismissed, killed
        }

        var state = State.starting
        /// In the order given.
        var leases: [LedgerItem] = []
        /// The batch and the segment given last.
        var lastBatch: LedgerItem?
        var lastSegment: LedgerItem?
        var wasReady = false
        var hasSettled = false
        var lastSpoke: Double
        var lastAdvance: Double
        var dismissedAt = 0.0
        /// Why it was killed.
        var verdict: WorkerEnd?
        var progress: [WorkItemID: ItemProgress] = [:]

        /// Neither told to go nor killed.
        var isStaying: Bool { state == .starting || state == .working }
        /// For those that have ended.
        var failedToStart: Bool { state == .starting || (!wasReady && verdict?.isCrash == true) }
    }

    let limits: LedgerLimits
    var mode = Mode.working
    var pending = PendingWork()
    var workers: [WorkerID: Worker] = [:]
    var nextWorker = 1
    /// Workers in a row that ended without having finished anything.
    var fruitlessEnds = 0
    /// Workers in a row that ended before they were ready.
    var failedStarts = 0
    /// Workers that may live: as many as there is memory for, 1 to `limits.workers`.
    var room: Int
    /// Up to so many, nothing speaks against.
    var ceiling: Int
    /// Batches and segments whose workers were ended for their memory.
    var greedy: Set<WorkItemID> = []
    /// Items settled since there was too little.
    var calm = 0
    /// No worker is started before this time.
    var spawnNotBefore = -Double.infinity
    var lastTick: Double?
    /// Workers that batches with pieces have cost.
    var deaths: [WorkItemID: Int] = [:]

    init(limits: LedgerLimits) {
        self.limits = limits
        (room, ceiling) = (limits.workers, limits.workers)
    }

    /// Items not yet left, by `accept`, `split` or `giveUp`.
    var openItems: Int { pending.count + workers.values.reduce(0) { $0 + $1.leases.count } }
    var busyWorkers: Int { workers.values.count { !$0.leases.isEmpty } }
    /// Nothing is going on and nothing will.
    var isFinished: Bool { mode != .working && workers.isEmpty }

    /// Whether an item that a worker holds has cost another worker.
    func isSuspect(_ item: WorkItemID) -> Bool {
        workers.values.contains { $0.leases.contains { $0.id == item && $0.isSuspect } }
    }

    /// Whether workers have crashed with an item that a worker holds.
    func hasCrashed(_ item: WorkItemID) -> Bool {
        workers.values.contains { $0.leases.contains { $0.id == item && $0.crashes > 0 } }
    }

    /// Takes in an event and returns what to do about it.
    mutating func handle(_ event: Event, at now: Double) -> [Action] {
        switch event {
        case .added(let items):
            add(items)
            return schedule(at: now)
        case .drained: return enter(.draining, at: now)
        case .stop: return enter(.stopping, at: now)
        case .stopNow: return drop()
        case .workerReady(let id): return workerReady(id, at: now)
        case .workerSpoke(let id, let progress):
            workerSpoke(id, progress, at: now)
            return []
        case .weighed(let bytes): return weigh(bytes, at: now)
        case .settled(let item, let id): return settled(item, by: id, at: now)
        case .workerEnded(let id, let end): return workerEnded(id, end, at: now)
        case .tick: return tick(at: now)
        }
    }

    private mutating func enter(_ mode: Mode, at now: Double) -> [Action] {
        if self.mode == .working { self.mode = mode }
        return schedule(at: now)
    }

    private mutating func drop() -> [Action] {
        mode = .dropping
        return workers.keys.sorted().flatMap { kill($0, .interrupted("the run was stopped")) }
    }

    private mutating func workerReady(_ id: WorkerID, at now: Double) -> [Action] {
        guard workers[id]?.state == .starting else { return [] }
        workers[id]?.state = .working
        workers[id]?.wasReady = true
        workers[id]?.lastSpoke = now
        failedStarts = 0
        return schedule(at: now)
    }

    private mutating func workerSpoke(_ id: WorkerID, _ progress: [ItemProgress], at now: Double) {
        workers[id]?.lastSpoke = now
        for item in progress where workers[id]?.progress[item.item] != item {
            guard workers[id]?.leases.contains(where: { $0.id == item.item }) == true else { continue }
            workers[id]?.progress[item.item] = item
            workers[id]?.lastAdvance = now
        }
    }

    private mutating func settled(_ item: WorkItemID, by id: WorkerID, at now: Double) -> [Action] {
        guard var worker = workers[id], let index = worker.leases.firstIndex(where: { $0.id == item }) else {
            return []
        }
        ease(after: worker.leases.remove(at: index))
        worker.progress[item] = nil
        worker.hasSettled = true
        (worker.lastSpoke, worker.lastAdvance) = (now, now)
        workers[id] = worker
        fruitlessEnds = 0
        return [.accept(item)] + schedule(at: now)
    }

    mutating func kill(_ id: WorkerID, _ verdict: WorkerEnd) -> [Action] {
        guard workers[id] != nil, workers[id]?.state != .killed else { return [] }
        workers[id]?.state = .killed
        workers[id]?.verdict = verdict
        return [.kill(id, verdict)]
    }
}
