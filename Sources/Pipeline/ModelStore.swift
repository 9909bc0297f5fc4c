import Foundation
import Media

/// The folder of installed models: `$XDG_CACHE_HOME/windhover/models`, or `~/.cache/windhover/models`.
///
/// A model is there whole and with the digest that the catalogue says, or it is not there.
package struct ModelStore: Sendable {
    /// A model to run: what to call it and its file.
    package struct Resolved: Sendable, Hashable {
        package var name: String
        package var path: String
    }

    package let folder: String
    package let catalogue: ModelCatalogue

    /// The store of the user that `environment` describes.
    package init(
        environment: [String: String] = ProcessInfo.processInfo.environment, catalogue: ModelCatalogue = .builtIn
    ) {
        // The XDG specification asks to ignore relative paths.
        let cache = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        self.init(folder: join(cache ?? join(home, ".cache"), "windhover/models"), catalogue: catalogue)
    }

    package init(folder: String, catalogue: ModelCatalogue = .builtIn) {
        self.folder = folder
        self.catalogue = catalogue
    }

    /// Where `entry` is or would be installed.
    package func path(of entry: ModelCatalogue.Entry) -> String { join(folder, "\(entry.name).onnx") }

    package func isInstalled(_ entry: ModelCatalogue.Entry) -> Bool {
        FileManager.default.fileExists(atPath: path(of: entry))
    }

    /// The model that `reference` means: a name in the catalogue, or a file. Nil means the first installed model.
    ///
    /// Throws ``PipelineError`` (`model`) that says which command installs what is missing.
    package func resolve(_ reference: String?) throws(PipelineError) -> Resolved {
        guard let reference else { return try resolveDefault() }
        if let entry = catalogue[reference] {
            guard isInstalled(entry) else {
                throw .model(
                    reference, "use this model", "it is not installed; run 'windhover model pull \(reference)'")
            }
            return Resolved(name: reference, path: path(of: entry))
        }
        guard let kind = FileKind(path: reference) else {
            let isPath = reference.contains("/") || reference.hasSuffix(".onnx")
            let reason = isPath ? "no such file" : "neither a file nor one of the models by name (\(catalogue.names))"
            throw .model(reference, "use this model", reason)
        }
        guard kind != .folder else {
            throw .model(reference, "use this model", "it is a folder; give the .onnx file in it")
        }
        return Resolved(
            name: ((reference as NSString).lastPathComponent as NSString).deletingPathExtension, path: reference)
    }

    private func resolveDefault() throws(PipelineError) -> Resolved {
        guard let entry = catalogue.entries.first(where: isInstalled) else {
            let first = catalogue.entries.first?.name ?? "NAME"
            throw .model(
                "--model", "choose a model",
                "none is installed; run 'windhover model pull \(first)', or give a file with --model FILE.onnx")
        }
        return Resolved(name: entry.name, path: path(of: entry))
    }

    /// Installs a copy of `file`, and of the description beside it, after checking its digest.
    package func install(_ entry: ModelCatalogue.Entry, from file: String) throws(PipelineError) {
        try check(file, entry)
        let copies = [(file, path(of: entry)), (description(of: file), description(of: path(of: entry)))]
        for (source, target) in copies {
            guard let data = FileManager.default.contents(atPath: source) else { continue }
            try write("copy it to \(folder)", entry) {
                try data.write(to: URL(fileURLWithPath: target), options: .atomic)
            }
        }
    }

    /// The file is there and is the one that the catalogue means.
    package func isIntact(_ entry: ModelCatalogue.Entry) -> Bool {
        (try? SHA256Digest.hexDigest(ofFile: path(of: entry))) == entry.sha256
    }

    /// Downloads and installs `entry` where it is not there already; an interrupted download goes on where it stopped.
    ///
    /// - Parameter progress: is told the bytes that are there, on any thread.
    package func download(
        _ entry: ModelCatalogue.Entry, progress: @escaping @Sendable (Int) -> Void
    ) async throws(PipelineError) {
        guard case .download(let address) = entry.source, let url = URL(string: address) else {
            let how = if case .made(let instructions) = entry.source { instructions } else { "install it by hand" }
            throw .download(
                entry.name, "it is made on your machine: \(how), then 'windhover model pull \(entry.name) --from FILE'")
        }
        if isIntact(entry) { return }
        let partial = path(of: entry) + ".partial"
        try write("write to \(folder)", entry) {}
        try await ModelDownload(name: entry.name, url: url, partial: partial, byteCount: entry.byteCount)
            .run(progress: progress)
        do {
            try check(partial, entry)
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            throw error
        }
        try write("put it in place in \(folder)", entry) {
            // A move does not replace. What stands there already is damaged, or nothing would have been downloaded.
            try? FileManager.default.removeItem(atPath: path(of: entry))
            try FileManager.default.moveItem(atPath: partial, toPath: path(of: entry))
        }
    }

    private func check(_ file: String, _ entry: ModelCatalogue.Entry) throws(PipelineError) {
        let digest: String
        do {
            digest = try SHA256Digest.hexDigest(ofFile: file)
        } catch {
            throw .model(file, "install it as \(entry.name)", error.reason)
        }
        guard digest == entry.sha256 else {
            throw .model(
                file, "install it as \(entry.name)",
                "its SHA-256 is \(digest), not \(entry.sha256); to use another file give it with --model FILE")
        }
    }

    private func description(of model: String) -> String { (model as NSString).deletingPathExtension + ".yaml" }

    /// Does `body` in the store's folder, which it makes.
    private func write(
        _ operation: String, _ entry: ModelCatalogue.Entry, _ body: () throws -> Void
    ) throws(PipelineError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try body()
        } catch {
            throw PipelineError(
                .download, operation: operation, subject: entry.name,
                reason: "\(error.localizedDescription); set XDG_CACHE_HOME to a folder you may write to")
        }
    }
}
