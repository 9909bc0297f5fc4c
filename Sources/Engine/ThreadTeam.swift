import CPlatform
import Dispatch
import Foundation
import Synchronization

/// Persistent threads that run one job together, with a barrier between its steps.
///
/// Waiting threads spin for some microseconds, then yield, and between jobs go to sleep, so that an idle or crowded
/// machine is not kept busy.
final class ThreadTeam: Sendable {
    /// Number of threads that work on a job, the caller included.
    let size: Int
    private let state: TeamState

    /// A team of `size` threads that run `job` with their index in 0..<size.
    init(size: Int, job: @escaping @Sendable (_ thread: Int, _ barrier: TeamBarrier) -> Void) {
        self.size = size
        let state = TeamState(size: size, job: job)
        self.state = state
        for index in 1..<max(1, size) {
            let thread = Thread { state.serve(index) }
            thread.name = "engine-\(index)"
            thread.start()
        }
    }

    deinit { state.stop() }

    /// Runs the job on all threads and returns when every one has finished it.
    func run() {
        state.wake()
        state.job(0, state.barrier)
        state.barrier.wait()
    }
}

/// A barrier for a fixed number of threads.
final class TeamBarrier: Sendable {
    private let size: Int
    private let arrived = Atomic<Int>(0)
    private let phase = Atomic<Int>(0)

    init(size: Int) { self.size = size }

    /// Returns when all threads have called it.
    func wait() {
        guard size > 1 else { return }
        let current = phase.load(ordering: .acquiring)
        if arrived.add(1, ordering: .acquiringAndReleasing).newValue == size {
            arrived.store(0, ordering: .relaxed)
            phase.store(current + 1, ordering: .releasing)
            return
        }
        spin { phase.load(ordering: .acquiring) != current }
    }
}

/// Spins until `done`, politely: pauses at first, then gives the processor away.
private func spin(limit: Int = .max, until done: () -> Bool) {
    var round = 0
    while round < limit, !done() {
        if round < 4_000 {
            wh_spin_hint()
        } else {
            sched_yield()
        }
        round += 1
    }
}

/// What the threads of a team share.
private final class TeamState: Sendable {
    let job: @Sendable (Int, TeamBarrier) -> Void
    let barrier: TeamBarrier
    private let epoch = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)
    private let sleepers: [Sleeper]

    /// One thread's bed: set while it sleeps or is about to.
    private final class Sleeper: Sendable {
        let asleep = Atomic<Bool>(false)
        let semaphore = DispatchSemaphore(value: 0)
    }

    init(size: Int, job: @escaping @Sendable (Int, TeamBarrier) -> Void) {
        self.job = job
        barrier = TeamBarrier(size: size)
        sleepers = (0..<size).map { _ in Sleeper() }
    }

    func wake() {
        epoch.add(1, ordering: .sequentiallyConsistent)
        // An iterator would allocate in a build that is not optimised.
        var index = 1
        while index < sleepers.count {
            if sleepers[index].asleep.exchange(false, ordering: .sequentiallyConsistent) {
                sleepers[index].semaphore.signal()
            }
            index += 1
        }
    }

    func stop() {
        stopped.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    func serve(_ index: Int) {
        var seen = 0
        while true {
            waitForEpoch(after: seen, sleepers[index])
            seen += 1
            if stopped.load(ordering: .acquiring) { return }
            job(index, barrier)
            barrier.wait()
        }
    }

    private func waitForEpoch(after seen: Int, _ sleeper: Sleeper) {
        spin(limit: 8_000) { epoch.load(ordering: .acquiring) != seen }
        while epoch.load(ordering: .sequentiallyConsistent) == seen {
            sleeper.asleep.store(true, ordering: .sequentiallyConsistent)
            if epoch.load(ordering: .sequentiallyConsistent) == seen {
                sleeper.semaphore.wait()
            } else if !sleeper.asleep.exchange(false, ordering: .sequentiallyConsistent) {
                // The waker saw the flag first and has signalled: take that signal, or the next sleep ends at once.
                sleeper.semaphore.wait()
            }
        }
    }
}
