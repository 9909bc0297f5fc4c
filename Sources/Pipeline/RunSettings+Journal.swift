import Foundation
import Journal

/// Settings as a journal keeps them: one JSON text a stage.
extension RunSettings {
    private enum Key {
        static let detection = "detection"
        static let tracking = "tracking"
        static let rendering = "rendering"
        static let inputs = "inputs"
    }

    /// The settings of a journal; nil in a new one. Those that this version cannot read count as none: nothing can be built on them.
    init?(_ journal: RunJournal) throws(JournalError) {
        let values = try journal.settings()
        guard let detection: DetectionSettings = Self.decoded(values[Key.detection]),
            let tracking: TrackingSettings = Self.decoded(values[Key.tracking]),
            let rendering: RenderingSettings = Self.decoded(values[Key.rendering])
        else { return nil }
        self.detection = detection
        self.tracking = tracking
        self.rendering = rendering
    }

    func store(in journal: RunJournal) throws {
        try journal.setSetting(Key.detection, try Self.encoded(detection))
        try journal.setSetting(Key.tracking, try Self.encoded(tracking))
        try journal.setSetting(Key.rendering, try Self.encoded(rendering))
    }

    /// Remembers what was asked for, to tell of inputs that nobody has looked at yet.
    static func store(_ inputs: RunInputs, in journal: RunJournal) throws {
        try journal.setSetting(Key.inputs, try encoded(inputs))
    }

    static func inputs(of journal: RunJournal) throws(JournalError) -> RunInputs {
        decoded(try journal.settings()[Key.inputs]) ?? RunInputs()
    }

    private static func decoded<Value: Decodable>(_ text: String?) -> Value? {
        text.flatMap { try? JSONDecoder().decode(Value.self, from: Data($0.utf8)) }
    }

    private static func encoded(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
}

/// What the last command was given to work on.
struct RunInputs: Sendable, Hashable, Codable {
    var videos: [InputVideo] = []
    var problems: [InputProblem] = []
}
