import WorkProtocol

/// Whose fault it is that workers end: a batch that does not come through is cut in two, again and again, until a single frame is found.
///
/// A batch is cut when it has taken several workers along, a piece of one at the first: that others die for other reasons costs nothing but
/// smaller pieces. So a frame costs about as many workers as it takes to halve its batch, and a few to be certain of it. Where all frames are
/// bad, or all behind one that cannot be decoded, a limit ends the search.
extension BatchLedger {
    private enum Fate {
        case anotherTry, split, giveUp
    }

    mutating func add(_ items: [LedgerItem]) {
        for item in items {
            pending.insert(item)
            if let batch = item.batch { deaths[batch] = max(deaths[batch] ?? 0, item.batchDeaths) }
        }
    }

    /// What becomes of an item whose worker ended.
    mutating func release(_ item: LedgerItem, _ end: WorkerEnd) -> Action {
        var item = item
        switch end {
        case .crashed, .exhausted: item.crashes += 1
        case .interrupted: item.interruptions += 1
        case .crowded:
            pending.insert(item)
            return .requeue(item.id, end)
        }
        if !item.isSegment { deaths[item.batch ?? item.id, default: 0] += 1 }
        switch fate(of: item, isCrash: end.isCrash) {
        case .anotherTry:
            pending.insert(item)
            return .requeue(item.id, end)
        case .split: return .split(item.id, end)
        case .giveUp: return .giveUp(item.id, end)
        }
    }

    private func fate(of item: LedgerItem, isCrash: Bool) -> Fate {
        let isWorn = item.crashes >= limits.crashes || item.interruptions >= limits.interruptions
        guard item.isPiece else { return !isWorn ? .anotherTry : item.isDivisible ? .split : .giveUp }
        if deaths[item.batch ?? item.id] ?? 0 >= limits.batchDeaths { return isCrash || isWorn ? .giveUp : .anotherTry }
        guard item.isDivisible else { return isWorn ? .giveUp : .anotherTry }
        return item.crashes > 0 || item.interruptions >= limits.pieceInterruptions ? .split : .anotherTry
    }
}

extension BatchLedger.Action {
    /// Whether it brings the run closer to what is to blame.
    var narrowsDown: Bool {
        switch self {
        case .split, .giveUp: true
        default: false
        }
    }
}
