import Foundation

/// Checks of a file that a command is to write, before it begins to work. All throw usage errors.
enum OutputFile {
    /// The file's name must end in one of `extensions`, the first of which is recommended, and its folder be there and writable.
    static func check(_ path: String, option: String, extensions: [String]) throws(CommandError) {
        guard extensions.contains(where: { path.hasSuffix(".\($0)") }) else {
            throw .usage("\(option) \(path): give a file that ends in .\(extensions[0])")
        }
        try checkFolder(of: path, option: option)
    }

    /// The file's folder must be there and writable.
    static func checkFolder(of path: String, option: String) throws(CommandError) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw .usage("\(option) \(path): its folder does not exist or is not writable")
        }
    }

    /// Whether a folder, or a link to one, is at `path`.
    static func isFolder(_ path: String) -> Bool {
        (try? URL(fileURLWithPath: path).resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey]))?
            .isDirectory ?? false
    }

    /// The file must not be `other`, which `name` describes, such as `the model itself`.
    static func check(_ path: String, option: String, isNot other: String, _ name: String) throws(CommandError) {
        guard resolved(path) != resolved(other) else {
            throw .usage("\(option) \(path): this is \(name); choose another file")
        }
    }

    /// Nothing is replaced unless `force` is given.
    static func checkAbsent(_ paths: [String], force: Bool) throws(CommandError) {
        for path in paths where !force && FileManager.default.fileExists(atPath: path) {
            throw .usage("\(path) is there already; choose another file, or replace it with --force")
        }
    }

    /// Writes a text, which appears whole or not at all.
    static func write(_ text: String, to path: String) throws(CommandError) {
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw .failure("\(path): cannot be written; its folder is missing, not writable or full")
        }
    }

    private static func resolved(_ path: String) -> URL {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL
    }
}
