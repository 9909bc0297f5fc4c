import Engine
import Evaluation
import Foundation
import Tensors

/// How long an engine takes for one inference of a model, milliseconds.
struct EngineTime: Codable {
    let engine: String
    let threads: Int
    let minimum: Double
    let median: Double

    /// This program as an engine.
    static let ownEngine = "windhover"

    var isOwn: Bool { engine.lowercased() == Self.ownEngine }

    private enum CodingKeys: String, CodingKey {
        case engine, threads
        case minimum = "minimum_ms"
        case median = "median_ms"
    }
}

/// Where the milliseconds of models come from: a file of a run with other engines, and else a clock.
struct ModelTimings {
    private struct Entry: Decodable {
        let model: String
        let time: EngineTime

        private enum CodingKeys: CodingKey { case model }

        init(from decoder: any Decoder) throws {
            model = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .model)
            time = try EngineTime(from: decoder)
        }
    }

    private let entries: [Entry]
    private let file: String?
    private let runs: Int
    private let threads: Int

    /// - Parameters:
    ///   - file: a JSON list of times; nil for none.
    ///   - runs: inferences to time of each model that is not in the file.
    ///   - threads: the larger number of threads to time with.
    init(file: String?, runs: Int, threads: Int) throws(CommandError) {
        entries = try file.map(Self.entries) ?? []
        (self.file, self.runs, self.threads) = (file, runs, threads)
    }

    private static func entries(_ file: String) throws(CommandError) -> [Entry] {
        let form = "a list of objects with model, engine, threads, minimum_ms and median_ms"
        let entries: [Entry]
        do {
            let data = try Data(contentsOf: URL(fileURLWithPath: file))
            entries = try JSONDecoder().decode([Entry].self, from: data)
        } catch {
            throw .usage("--latencies \(file): \(JSONFault.text(error, expecting: form))")
        }
        for (index, entry) in entries.enumerated() {
            let time = entry.time
            guard time.threads > 0, time.minimum > 0, time.minimum <= time.median, time.median < 1e9 else {
                throw .usage(
                    "--latencies \(file): [\(index)]: threads and milliseconds must be more than 0, and minimum_ms no more than median_ms"
                )
            }
        }
        return entries
    }

    /// Throws a usage error where the file is about none of `models`, or times that are needed would not be there.
    func check(_ models: [String], needed: Bool) throws(CommandError) {
        let known = Set(entries.map(\.model))
        if let file, known.isDisjoint(with: models) {
            throw .usage(
                "--latencies \(file): it has \(known.sorted().shortList), none of the models \(models.shortList)")
        }
        if needed, runs == 0, let model = models.first(where: { name in !read(name).contains(where: \.isOwn) }) {
            throw .usage("--plot needs times of \(model); give --runs 1 or more")
        }
    }

    /// For each of `models` its times: this program's, then those of other engines as the file lists them.
    func times(of models: [Contender], show: (String) -> Void) throws -> [[EngineTime]] {
        let missing = models.indices.filter { index in !read(models[index].model.name).contains(where: \.isOwn) }
        let measured = runs > 0 && !missing.isEmpty ? try measure(missing.map { models[$0] }, show) : []
        let own = Dictionary(zip(missing, measured)) { first, _ in first }
        return models.indices.map { index in
            let read = read(models[index].model.name)
            return (own[index] ?? read.filter(\.isOwn)) + read.filter { !$0.isOwn }
        }
    }

    private func read(_ model: String) -> [EngineTime] { entries.filter { $0.model == model }.map(\.time) }

    private func measure(_ models: [Contender], _ show: (String) -> Void) throws -> [[EngineTime]] {
        let compiled = try models.map { ($0.model.name, try $0.compiled()) }
        return InferenceTime.inTurns(compiled, threads: threads, runs: runs, show: show).map { times in
            times.map {
                EngineTime(
                    engine: EngineTime.ownEngine, threads: $0.threads, minimum: $0.minimum * 1e3,
                    median: $0.median * 1e3)
            }
        }
    }
}
