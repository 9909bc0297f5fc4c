import CPlatform
import Dispatch
import Foundation
import Synchronization

/// Persistent threads that run the steps of one job together, each step after the one before.
///
/// A step has one part for each thread. A thread takes its own part first and then those that nobody has begun, and a step is over
/// when its parts are: what is waited for is work, not threads. So a thread that the system does not let run holds up the others
/// only where it was stopped in the middle of a part. Waiting threads spin briefly and then sleep.
final class ThreadTeam: Sendable {
    /// Number of threads that work on a job, the caller included.
    let size: Int
    private let state: TeamState

    /// A team of `size` threads for jobs of `steps` steps.
    ///
    /// - Parameters:
    ///   - part: computes `part` in 0..<size of `step` on `thread` in 0..<size; it sees what all parts of earlier steps wrote.
    ///   - stepEnded: called between a step's last part and the next step.
    init(
        size: Int, steps: Int, part: @escaping @Sendable (_ step: Int, _ part: Int, _ thread: Int) -> Void,
        stepEnded: @escaping @Sendable (_ step: Int) -> Void
    ) {
        self.size = size
        let state = TeamState(size: size, steps: steps, part: part, stepEnded: stepEnded)
        self.state = state
        for index in 1..<max(1, size) {
            let thread = Thread { state.serve(index) }
            thread.name = "engine-\(index)"
            thread.start()
        }
    }

    deinit { state.stop() }

    /// Runs the job on all threads and returns when all its steps are over. Call it from one thread at a time.
    func run() { state.run() }
}

/// One thread of a team.
private final class Member: Sendable {
    /// The last step whose part of this thread somebody has taken. Every step's part is taken once, in order.
    let taken = Atomic<Int>(-1)
    /// Set while the thread sleeps or is about to.
    let asleep = Atomic<Bool>(false)
    let semaphore = DispatchSemaphore(value: 0)
    /// Keeps the counters of two members out of one cache line.
    private let filler = InlineArray<16, Int>(repeating: 0)
}

/// What the threads of a team share. Steps are numbered on from job to job.
private final class TeamState: Sendable {
    private let steps: Int
    private let part: @Sendable (Int, Int, Int) -> Void
    private let stepEnded: @Sendable (Int) -> Void
    private let members: [Member]
    /// The step in progress, or the first of the next job.
    private let current = Atomic<Int>(0)
    /// The step at which the last job given ends.
    private let end = Atomic<Int>(0)
    private let finishedParts = Atomic<Int>(0)
    private let sleepers = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)

    init(
        size: Int, steps: Int, part: @escaping @Sendable (Int, Int, Int) -> Void,
        stepEnded: @escaping @Sendable (Int) -> Void
    ) {
        (self.steps, self.part, self.stepEnded) = (steps, part, stepEnded)
        members = (0..<max(1, size)).map { _ in Member() }
    }

    func run() {
        let last = end.add(steps, ordering: .sequentiallyConsistent).newValue
        wake()
        while true {
            let step = current.load(ordering: .acquiring)
            if step == last { return }
            work(on: step, 0)
            wait(members[0]) { $0.current.load(ordering: .sequentiallyConsistent) != step }
        }
    }

    func stop() {
        stopped.store(true, ordering: .sequentiallyConsistent)
        wake()
    }

    func serve(_ index: Int) {
        while !stopped.load(ordering: .acquiring) {
            let step = current.load(ordering: .acquiring)
            if step < end.load(ordering: .acquiring) {
                work(on: step, index)
                wait(members[index]) { $0.current.load(ordering: .sequentiallyConsistent) != step }
            } else {
                wait(members[index]) {
                    $0.end.load(ordering: .sequentiallyConsistent) > step
                        || $0.stopped.load(ordering: .sequentiallyConsistent)
                }
            }
        }
    }

    /// Takes the thread's own part of `step` and then whatever is left, until all is taken.
    private func work(on step: Int, _ thread: Int) {
        // An iterator would allocate in a build that is not optimised.
        var offset = 0
        while offset < members.count {
            let index = (thread + offset) % members.count
            // Looked at before it is taken: an exchange in vain would still draw the counter's cache line over.
            if members[index].taken.load(ordering: .relaxed) == step - 1,
                members[index].taken.compareExchange(
                    expected: step - 1, desired: step, ordering: .acquiringAndReleasing
                ).exchanged
            {
                part(step % steps, index, thread)
                if finishedParts.add(1, ordering: .acquiringAndReleasing).newValue == members.count {
                    advance(from: step)
                }
            }
            offset += 1
        }
    }

    private func advance(from step: Int) {
        stepEnded(step % steps)
        finishedParts.store(0, ordering: .relaxed)
        current.store(step + 1, ordering: .sequentiallyConsistent)
        wake()
    }

    private func wake() {
        guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
        var index = 0
        while index < members.count {
            if members[index].asleep.exchange(false, ordering: .sequentiallyConsistent) {
                members[index].semaphore.signal()
            }
            index += 1
        }
    }

    /// Returns when `condition` holds, which only `run`, `stop` and `advance` bring about.
    private func wait(_ member: Member, until condition: (TeamState) -> Bool) {
        var round = 0
        while round < 4_000 {
            if condition(self) { return }
            wh_spin_hint()
            round += 1
        }
        while !condition(self) {
            member.asleep.store(true, ordering: .sequentiallyConsistent)
            sleepers.add(1, ordering: .sequentiallyConsistent)
            // Who saw the flag has signalled or will: that signal must be taken, or the next sleep ends at once.
            if !condition(self) || !member.asleep.exchange(false, ordering: .sequentiallyConsistent) {
                member.semaphore.wait()
            }
            sleepers.subtract(1, ordering: .sequentiallyConsistent)
        }
    }
}
