import ArgumentParser
import Foundation
import Pipeline
import Synchronization

/// `windhover model pull`.
struct ModelPullCommand: AsynchronousCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Install a model by name.",
        discussion: """
            The file's SHA-256 must be the one that this program knows. Models are kept in $XDG_CACHE_HOME/windhover/models, \
            by default ~/.cache/windhover/models. An interrupted download continues where it stopped.

            EXAMPLES
              windhover model pull yolox-nano
              windhover model pull yolox-nano --from /media/stick/yolox_nano.onnx
            """)

    @Argument(
        help: ArgumentHelp("A name that 'windhover model list' shows.", valueName: "name"), completion: .modelName)
    var name: String

    @Option(
        help: ArgumentHelp("Install this file instead of downloading one.", valueName: "file"),
        completion: .file(extensions: ["onnx"]))
    var from: String?

    func execute() async throws -> Int32 {
        let store = ModelStore()
        guard let entry = store.catalogue[name] else {
            throw CommandError.usage("there is no model '\(name)'; known are \(store.catalogue.names)")
        }
        do {
            if let from {
                try store.install(entry, from: from)
            } else if store.isIntact(entry) {
                Console.standardError.write(line: "\(name) is installed already")
            } else {
                let display = DownloadDisplay(name: name, total: entry.byteCount)
                defer { display.end() }
                try await store.download(entry) { display.show($0) }
            }
        } catch {
            throw CommandError(error)
        }
        StandardOutput.write(line: store.path(of: entry))
        return ExitStatus.complete
    }
}

/// Bytes so far, on a terminal.
private final class DownloadDisplay: Sendable {
    private let name: String
    private let total: Int
    private let lastPercentage = Mutex(-1)

    init(name: String, total: Int) {
        self.name = name
        self.total = total
    }

    func show(_ received: Int) {
        guard let columns = Console.standardError.columns else { return }
        let percentage = received * 100 / max(1, total)
        let isNew = lastPercentage.withLock { last in
            defer { last = percentage }
            return last != percentage
        }
        guard isNew else { return }
        let megabytes = (Double(received) / 1e6).formatted(.decimal(places: 1))
        Console.standardError.show(status: "\(name): \(megabytes) MB, \(percentage)%".prefix(columns: columns - 1))
    }

    func end() { Console.standardError.show(status: "") }
}
