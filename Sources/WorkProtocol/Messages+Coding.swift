import ProtobufSchemas

extension CoordinatorMessage {
    /// The message as bytes, without its length.
    package func payload() throws(WorkProtocolError) -> [UInt8] {
        var wire = Windhover_Work_ToWorker()
        switch self {
        case .configure(let configuration): wire.configuration = try configuration.wire()
        case .detect(let assignment): wire.batch = assignment.wire
        case .render(let assignment): wire.segment = assignment.wire
        case .heartbeat: wire.heartbeat = Windhover_Work_Heartbeat()
        case .shutdown: wire.shutdown = Windhover_Work_Shutdown()
        }
        return try encoding("message to a worker") { try WorkMessageCoding.encode(wire) }
    }

    /// A message out of the bytes of `payload()`.
    package init(payload: [UInt8]) throws(WorkProtocolError) {
        let subject = "message from the coordinator"
        let wire = try decoding(subject) { () throws(WorkMessageCoding.DecodingError) in
            try WorkMessageCoding.toWorker(payload)
        }
        switch wire.body {
        case .configuration(let configuration): self = .configure(try WorkerConfiguration(configuration))
        case .batch(let assignment): self = .detect(BatchAssignment(assignment))
        case .segment(let assignment): self = .render(try RenderAssignment(assignment))
        case .heartbeat: self = .heartbeat
        case .shutdown: self = .shutdown
        case nil: throw .malformed(subject, "it has no known content")
        }
    }
}

extension WorkerMessage {
    /// The message as bytes, without its length.
    package func payload() throws(WorkProtocolError) -> [UInt8] {
        var wire = Windhover_Work_FromWorker()
        switch self {
        case .ready(let identity):
            wire.ready.process = Int64(identity.process)
            wire.ready.instructionSet = identity.instructionSet
        case .refused(let reason): wire.refusal.reason = reason
        case .progress(let items): wire.progress.items = items.map(\.wire)
        case .batch(let result): wire.batch = result.wire
        case .segment(let result): wire.segment = result.wire
        case .failed(let failure):
            wire.failure.item = UInt64(bitPattern: failure.item.rawValue)
            wire.failure.reason = failure.reason
        }
        return try encoding("message to the coordinator") { try WorkMessageCoding.encode(wire) }
    }

    /// A message out of the bytes of `payload()`.
    package init(payload: [UInt8]) throws(WorkProtocolError) {
        let subject = "message from a worker"
        let wire = try decoding(subject) { () throws(WorkMessageCoding.DecodingError) in
            try WorkMessageCoding.fromWorker(payload)
        }
        switch wire.body {
        case .ready(let ready):
            self = .ready(WorkerIdentity(process: Int(ready.process), instructionSet: ready.instructionSet))
        case .refusal(let refusal): self = .refused(reason: refusal.reason)
        case .progress(let progress): self = .progress(progress.items.map(ItemProgress.init))
        case .batch(let result): self = .batch(try BatchResult(result))
        case .segment(let result): self = .segment(SegmentResult(result))
        case .failure(let failure):
            self = .failed(ItemFailure(item: WorkItemID(Int64(bitPattern: failure.item)), reason: failure.reason))
        case nil: throw .malformed(subject, "it has no known content")
        }
    }
}

extension ItemProgress {
    var wire: Windhover_Work_ItemProgress {
        var wire = Windhover_Work_ItemProgress()
        wire.item = UInt64(bitPattern: item.rawValue)
        wire.frames = UInt32(clamping: frames)
        wire.packets = UInt64(clamping: packets)
        return wire
    }

    init(_ wire: Windhover_Work_ItemProgress) {
        self.init(
            item: WorkItemID(Int64(bitPattern: wire.item)), frames: Int(wire.frames),
            packets: Int(clamping: wire.packets))
    }
}

extension SegmentResult {
    var wire: Windhover_Work_SegmentResult {
        var wire = Windhover_Work_SegmentResult()
        wire.item = UInt64(bitPattern: item.rawValue)
        wire.frames = UInt32(clamping: frames)
        wire.times = times.wire
        return wire
    }

    init(_ wire: Windhover_Work_SegmentResult) {
        self.init(
            item: WorkItemID(Int64(bitPattern: wire.item)), frames: Int(wire.frames), times: StageTimes(wire.times))
    }
}
