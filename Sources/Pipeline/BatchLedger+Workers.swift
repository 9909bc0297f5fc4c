import WorkProtocol

/// Handing out work, and the end of workers.
extension BatchLedger {
    /// Gives pending items to workers with room, starts workers where they are short, dismisses those that are not needed.
    mutating func schedule(at now: Double) -> [Action] {
        switch mode {
        case .working: return isCrowded ? dismissIdle(surplus, at: now) : assign(at: now) + spawn(at: now)
        case .draining, .stopping: return dismissIdle(workers.count, at: now)
        case .dropping: return []
        }
    }

    private mutating func assign(at now: Double) -> [Action] {
        var actions: [Action] = []
        for depth in 0..<limits.leases {
            for id in workers.keys.sorted() where workers[id]?.leases.count == depth {
                guard let item = choice(for: id), mayTake(item, id, depth: depth) else { continue }
                pending.remove(item)
                if depth == 0 { workers[id]?.lastAdvance = now }
                workers[id]?.leases.append(item)
                workers[id]?.note(item)
                actions.append(.assign(item.id, to: id))
            }
        }
        return actions
    }

    /// A worker takes a second item only while there is enough for all; a suspect and its worker are left alone.
    private func mayTake(_ item: LedgerItem, _ id: WorkerID, depth: Int) -> Bool {
        guard let worker = workers[id], worker.state == .working else { return false }
        guard depth > 0 else { return true }
        return pending.count >= limits.workers && !item.isSuspect && !worker.leases.contains(where: \.isSuspect)
    }

    private mutating func spawn(at now: Double) -> [Action] {
        guard now >= spawnNotBefore else { return [] }
        let idle = workers.values.count { $0.state == .starting || ($0.state == .working && $0.leases.isEmpty) }
        let places = room - workers.count
        return (0..<max(0, min(places, pending.count - idle))).map { _ in
            let id = WorkerID(number: nextWorker)
            nextWorker += 1
            workers[id] = Worker(lastSpoke: now, lastAdvance: now)
            return .spawn(id)
        }
    }

    /// At most `count` of those that are idle.
    private mutating func dismissIdle(_ count: Int, at now: Double) -> [Action] {
        let idle = workers.filter { $0.value.isStaying && $0.value.leases.isEmpty }.keys.sorted()
        return idle.prefix(max(0, count)).map { id in
            workers[id]?.state = .dismissed
            workers[id]?.dismissedAt = now
            return .dismiss(id)
        }
    }

    mutating func workerEnded(_ id: WorkerID, _ end: WorkerEnd, at now: Double) -> [Action] {
        guard let worker = workers.removeValue(forKey: id) else { return [] }
        if mode == .dropping {
            for item in worker.leases { pending.insert(item) }
            return []
        }
        let cause = worker.verdict ?? end
        let actions = worker.leases.map { release($0, cause) }
        let bringsNews = worker.hasSettled || cause.isCrowding || actions.contains(where: \.narrowsDown)
        noteEnd(bringsNews: bringsNews, at: now)
        if worker.failedToStart { failedStarts += 1 }
        if failedStarts >= limits.failedStarts { return actions + [.abandon(cause.reason)] + drop(at: now) }
        return actions + schedule(at: now)
    }

    private mutating func drop(at now: Double) -> [Action] { handle(.stopNow, at: now) }

    /// A worker that ends without having finished anything makes the next one wait; not where that is known to be its work's fault.
    private mutating func noteEnd(bringsNews: Bool, at now: Double) {
        guard mode == .working else { return }
        fruitlessEnds = bringsNews ? 0 : fruitlessEnds + 1
        let wait = limits.backOff * Double(1 << min(fruitlessEnds, 10))
        spawnNotBefore = now + min(wait, limits.longestBackOff)
    }

    /// Looks for workers that say nothing, do not advance or do not leave.
    mutating func tick(at now: Double) -> [Action] {
        forgivePause(at: now)
        var actions: [Action] = []
        for id in workers.keys.sorted() {
            guard let worker = workers[id], let verdict = fault(of: worker, at: now) else { continue }
            actions += kill(id, verdict)
        }
        return actions + schedule(at: now)
    }

    private func fault(of worker: Worker, at now: Double) -> WorkerEnd? {
        switch worker.state {
        case .killed: nil
        case .dismissed where now - worker.dismissedAt > limits.dismissal:
            .interrupted("it did not exit when told to")
        case .dismissed: nil
        case .starting, .working:
            if now - worker.lastSpoke > limits.silence {
                .interrupted("it said nothing for \(Int(now - worker.lastSpoke)) s")
            } else if !worker.leases.isEmpty, now - worker.lastAdvance > limits.stall {
                .crashed("it did not advance for \(Int(now - worker.lastAdvance)) s")
            } else {
                nil
            }
        }
    }

    /// A long gap between ticks means that this process was itself asleep: the workers' silence proves nothing.
    private mutating func forgivePause(at now: Double) {
        defer { lastTick = now }
        guard let lastTick, now - lastTick > limits.silence / 4 else { return }
        for id in workers.keys {
            workers[id]?.lastSpoke = now
            workers[id]?.lastAdvance = now
            workers[id]?.dismissedAt = now
        }
    }
}
