/// What the coordinator says.
package enum CoordinatorMessage: Sendable, Hashable {
    /// Always the first message.
    case configure(WorkerConfiguration)
    case detect(BatchAssignment)
    case render(RenderAssignment)
    /// The coordinator is alive.
    case heartbeat
    /// Finish what is in hand and exit.
    case shutdown
}

/// What a worker says.
package enum WorkerMessage: Sendable, Hashable {
    /// The model is loaded.
    case ready(WorkerIdentity)
    /// The configuration cannot work, here or in any other worker.
    case refused(reason: String)
    /// The worker is alive, and how far it is.
    case progress([ItemProgress])
    case batch(BatchResult)
    case segment(SegmentResult)
    /// The item cannot be done by any worker: the file is to blame, not the worker.
    case failed(ItemFailure)
}

package struct WorkerIdentity: Sendable, Hashable {
    /// Process id.
    package var process: Int
    /// The kernels in use, such as `avx512`.
    package var instructionSet: String

    package init(process: Int, instructionSet: String) {
        self.process = process
        self.instructionSet = instructionSet
    }
}

/// How far one item is.
package struct ItemProgress: Sendable, Hashable {
    package var item: WorkItemID
    /// Frames done so far.
    package var frames: Int
    /// Packets that the worker has read so far, for this item or another: many may come before the first frame.
    package var packets: Int

    package init(item: WorkItemID, frames: Int, packets: Int = 0) {
        self.item = item
        self.frames = frames
        self.packets = packets
    }
}

/// A segment file is complete.
package struct SegmentResult: Sendable, Hashable {
    package var item: WorkItemID
    /// Frames in the file.
    package var frames: Int
    package var times: StageTimes

    package init(item: WorkItemID, frames: Int, times: StageTimes = StageTimes()) {
        self.item = item
        self.frames = frames
        self.times = times
    }
}

package struct ItemFailure: Sendable, Hashable {
    package var item: WorkItemID
    /// One clear line.
    package var reason: String

    package init(item: WorkItemID, reason: String) {
        self.item = item
        self.reason = reason
    }
}
