import WorkProtocol

/// What workers take of the machine's memory.
///
/// Together they may take so much (`LedgerLimits.memory`). Where they take more, one of them is ended, which says nothing about its work, and
/// fewer work from then on: as many as there is room for, one more after a while in which nothing happened. Where one takes more that is alone,
/// it is its work's fault, as a crash is: the batch is searched for the frame. So what is lost does not depend on what worked at the same time.
extension BatchLedger {
    /// Takes in what living workers hold, bytes.
    mutating func weigh(_ bytes: [WorkerID: Int], at now: Double) -> [Action] {
        let living = workers.filter { $0.value.state != .killed }.keys.sorted()
        let total = living.reduce(0) { $0 + (bytes[$1] ?? 0) }
        guard total > limits.memory, let heaviest = heaviest(of: living, bytes) else { return [] }
        calm = 0
        guard living.count > 1 else { return blame(heaviest, bytes: total) }
        let share = max(1, bytes[heaviest] ?? 1)
        room = max(1, min(room, living.count - 1, limits.memory / share))
        ceiling = room
        let idle = living.filter { workers[$0]?.leases.isEmpty == true && total - (bytes[$0] ?? 0) <= limits.memory }
        let victim = self.heaviest(of: idle, bytes) ?? heaviest
        noteGreed(of: victim)
        return kill(victim, crowded(living.count, bytes: total))
    }

    /// A worker that lives alone took too much. Where its work is to blame, it was to blame for the crowd, too.
    private mutating func blame(_ id: WorkerID, bytes: Int) -> [Action] {
        let verdict = verdict(on: id, bytes: bytes)
        if verdict.isExhaustion {
            ceiling = limits.workers
            noteGreed(of: id)
        }
        return kill(id, verdict)
    }

    private mutating func noteGreed(of id: WorkerID) {
        if let item = workers[id]?.leases.first { greedy.insert(item.batch ?? item.id) }
    }

    /// Where one works at a time: what took much before comes first, so that it is known whether it is to blame, and more can work again.
    var greediest: LedgerItem? {
        guard room == 1, limits.workers > 1, !greedy.isEmpty else { return nil }
        return pending.first(where: { greedy.contains($0.batch ?? $0.id) })
    }

    private func heaviest(of ids: [WorkerID], _ bytes: [WorkerID: Int]) -> WorkerID? {
        ids.max { bytes[$0] ?? 0 < bytes[$1] ?? 0 }
    }

    /// Nothing is to blame but a worker that has work, or that takes so much before it has any.
    private func verdict(on id: WorkerID, bytes: Int) -> WorkerEnd {
        let reason =
            "it took \(bytes.mebibytes) of memory, more than the \(limits.memory.mebibytes) that workers may take (--memory)"
        guard let worker = workers[id] else { return .crowded(reason) }
        return worker.leases.isEmpty && worker.state != .starting ? .crowded(reason) : .exhausted(reason)
    }

    private func crowded(_ count: Int, bytes: Int) -> WorkerEnd {
        .crowded(
            "\(count) workers took \(bytes.mebibytes) of memory, more than the \(limits.memory.mebibytes) that they may (--memory); "
                + "\(room) at a time from now on")
    }

    /// More live than may: who is done leaves, nobody gets work.
    var isCrowded: Bool { workers.values.count { $0.state != .killed } > room }

    /// How many of those that stay are too many.
    var surplus: Int { workers.values.count { $0.isStaying } - room }

    /// After a while in which the memory was enough, one more worker; up to where it was enough before, twice as many.
    mutating func ease(after item: LedgerItem) {
        if !item.isPiece { greedy.remove(item.id) }
        guard room < limits.workers, !isCrowded, !item.isSuspect, greediest == nil else { return }
        calm += 1
        guard calm >= limits.easing * room else { return }
        (room, calm) = (min(limits.workers, room < ceiling ? 2 * room : room + 1), 0)
    }
}

extension Int {
    /// Bytes in words: whole mebibytes, rounded up, so that more than a limit does not read as the limit.
    fileprivate var mebibytes: String { "\((self + (1 << 20) - 1) >> 20) MiB" }
}
