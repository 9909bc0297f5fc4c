import ArgumentParser
import Foundation
import Pipeline

/// `windhover model list`.
struct ModelListCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the models that have names, and which are installed.",
        discussion: "The first installed one is what 'detect' uses without --model.")

    @Flag(help: "Print JSON.")
    var json = false

    func execute() throws -> Int32 {
        let store = ModelStore()
        let models = store.catalogue.entries.map { ListedModel($0, store) }
        if json {
            StandardOutput.write(line: JSONText.encode(models))
            return ExitStatus.complete
        }
        let width = models.map(\.name.count).max() ?? 0
        for model in models {
            let name = model.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let size = (Double(model.bytes) / 1e6).formatted(.decimal(places: 1))
            let state = model.path.map { "installed: \($0)" } ?? "not installed"
            StandardOutput.write(line: "\(name)  \(model.summary); \(size) MB, \(model.licence); \(state)")
        }
        return ExitStatus.complete
    }
}

private struct ListedModel: Encodable {
    let name: String
    let summary: String
    let licence: String
    let bytes: Int
    let sha256: String
    /// Nil where it is not installed.
    let path: String?

    init(_ entry: ModelCatalogue.Entry, _ store: ModelStore) {
        (name, summary, licence) = (entry.name, entry.summary, entry.licence)
        (bytes, sha256) = (entry.byteCount, entry.sha256)
        path = store.isInstalled(entry) ? store.path(of: entry) : nil
    }
}

/// JSON for standard output.
enum JSONText {
    /// One line, keys sorted.
    static func encode(_ value: some Encodable, pretty: Bool = false) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        // Plain numbers and texts: encoding them cannot fail.
        let data = try? encoder.encode(value)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
