import Foundation

/// Held while a coordinator works on a run directory; the system releases it when the process ends in any way.
package final class RunLock: Sendable {
    private let file: FileHandle
    private let path: String
    /// The file system's number of the lock file; not given to another file while this one is open.
    private let number: Int?

    /// Takes the lock of `folder`, an existing folder.
    /// - Throws: `locked` where another process holds it, naming that process.
    package init(in folder: String) throws(JournalError) {
        let path = Self.path(in: folder)
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let file = FileHandle(forUpdatingAtPath: path) else {
            throw JournalError(
                .storage, operation: "open the lock", subject: path, reason: "the folder cannot be written to")
        }
        guard Self.lock(file) else { throw Self.lockedError(file, path: path) }
        self.file = file
        self.path = path
        number = Self.number(of: path)
        try? file.truncate(atOffset: 0)
        try? file.write(contentsOf: Data("\(ProcessInfo.processInfo.processIdentifier)\n".utf8))
    }

    /// Someone who only looks, with `owner`, holds the lock for a moment, too.
    private static func lock(_ file: FileHandle) -> Bool {
        for _ in 0..<5 {
            if flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            Thread.sleep(forTimeInterval: 0.02)
        }
        return false
    }

    /// The process that holds the lock of `folder`, as it wrote it down: nil where none does, empty where it has not said yet.
    package static func owner(in folder: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path(in: folder)) else { return nil }
        defer { try? file.close() }
        guard flock(file.fileDescriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
        return name(in: file)
    }

    /// Whether the folder is still the one that was locked: neither removed nor replaced.
    package var isInPlace: Bool { Self.number(of: path) == number }

    private static func number(of path: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.systemFileNumber] as? NSNumber)?.intValue
    }

    /// Gives the lock back.
    package func release() { try? file.close() }

    package static func path(in folder: String) -> String { folder + "/lock" }

    private static func lockedError(_ file: FileHandle, path: String) -> JournalError {
        let name = name(in: file)
        return JournalError(
            .locked, operation: "lock the run", subject: path,
            reason: "another windhover\(name.isEmpty ? "" : " (process \(name))") works on it; wait for it or stop it")
    }

    private static func name(in file: FileHandle) -> String {
        let owner = (try? file.readToEnd()) ?? Data()
        return String(decoding: owner, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
