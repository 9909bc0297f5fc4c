import WorkProtocol

/// One piece of work as the ledger sees it.
struct LedgerItem: Hashable, Comparable {
    let id: WorkItemID
    /// Videos are worked on in this order; within a video the lower id first.
    let rank: Int
    /// The batch before it, which should go to the same worker; nil for a video's first batch and for what any worker may do.
    let predecessor: WorkItemID?
    let isSegment: Bool
    /// Frames to be looked at, about.
    let frames: Int
    /// Where it is a piece of one: the batch, and the workers that this batch and its pieces have cost so far.
    let batch: WorkItemID?
    let batchDeaths: Int
    /// Workers that crashed with it, earlier runs included.
    var crashes: Int
    /// Workers that were killed, stopped answering or left with it; it may be innocent.
    var interruptions: Int

    init(
        id: WorkItemID, rank: Int, predecessor: WorkItemID? = nil, isSegment: Bool = false, frames: Int = 1,
        batch: WorkItemID? = nil, batchDeaths: Int = 0, crashes: Int = 0, interruptions: Int = 0
    ) {
        self.id = id
        self.rank = rank
        self.predecessor = predecessor
        self.isSegment = isSegment
        self.frames = frames
        self.batch = batch
        self.batchDeaths = batchDeaths
        self.crashes = crashes
        self.interruptions = interruptions
    }

    /// A suspect is given to a worker alone, so that only it can be blamed.
    var isSuspect: Bool { crashes + interruptions > 0 || isPiece }

    var isPiece: Bool { batch != nil }

    /// Whether it can be cut to find out which of its frames is to blame.
    var isDivisible: Bool { frames > 1 && !isSegment }

    static func < (a: LedgerItem, b: LedgerItem) -> Bool { (a.rank, a.id) < (b.rank, b.id) }
}

/// Names one worker process; never used again for another.
struct WorkerID: Hashable, Comparable, CustomStringConvertible {
    let number: Int

    static func < (a: WorkerID, b: WorkerID) -> Bool { a.number < b.number }
    var description: String { "worker \(number)" }
}

/// How a worker process ended.
enum WorkerEnd: Hashable {
    /// By its own doing: a signal such as SIGSEGV, a status other than 0, or no progress in spite of signs of life.
    case crashed(String)
    /// By the ledger, because it alone took more memory than all workers may. Its work is to blame, as for a crash.
    case exhausted(String)
    /// From outside (SIGKILL, SIGTERM), by silence (stopped, or on a machine that stands still), or in good order.
    case interrupted(String)
    /// By the ledger, because workers took too much memory together. Its work is as innocent as theirs.
    case crowded(String)

    var reason: String {
        switch self {
        case .crashed(let reason), .exhausted(let reason), .interrupted(let reason), .crowded(let reason): reason
        }
    }

    /// Whether its work is to blame.
    var isCrash: Bool {
        switch self {
        case .crashed, .exhausted: true
        case .interrupted, .crowded: false
        }
    }

    var isExhaustion: Bool {
        if case .exhausted = self { true } else { false }
    }

    var isCrowding: Bool {
        if case .crowded = self { true } else { false }
    }
}

/// Limits of the ledger; times in seconds.
struct LedgerLimits: Hashable {
    /// Worker processes at the same time.
    var workers = 1
    /// Items a worker holds at most: the one in hand and the next, whose decoding can begin.
    var leases = 2
    /// Crashes after which a batch is cut in two, and a segment or a single frame given up.
    var crashes = 3
    /// The same for interruptions. Higher: someone who kills workers says nothing about the item.
    var interruptions = 10
    /// Interruptions after which a piece of a batch is cut in two. A single crash is enough: the batch has a record.
    var pieceInterruptions = 3
    /// Workers that a batch and its pieces may cost, after which a piece that takes another one along is given up whole. A single frame is
    /// found in a batch of 64 at the price of 11.
    var batchDeaths = 40
    /// Workers in a row that end before they are ready, after which the run is hopeless.
    var failedStarts = 4
    /// A worker that says nothing for so long is killed.
    var silence = 30.0
    /// A worker whose items do not advance for so long is killed.
    var stall = 300.0
    /// A worker told to finish that does not exit is killed.
    var dismissal = 10.0
    /// Wait before a worker is replaced, doubled for each that ends without having finished anything.
    var backOff = 0.25
    var longestBackOff = 15.0
    /// Bytes of memory that all workers together may take.
    var memory = Int.max
    /// Where there was too little memory for all workers: how many items each settles before there is one more.
    var easing = 2
}
