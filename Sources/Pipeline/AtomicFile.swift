import Foundation
import Media

/// A file that is written under a temporary name beside its place and appears there whole, or not at all.
final class AtomicFile {
    private let path: String
    private let temporary: String
    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var isOpen = true

    private static let bufferLimit = 1 << 16

    /// Starts a file that will appear at `path`; its folder must exist.
    init(path: String) throws(PipelineError) {
        self.path = path
        temporary = path + ".partial"
        guard FileManager.default.createFile(atPath: temporary, contents: nil),
            let handle = FileHandle(forWritingAtPath: temporary)
        else { throw Self.error(path, "its folder cannot be written to; check its permissions and the free space") }
        self.handle = handle
    }

    deinit {
        guard isOpen else { return }
        try? handle.close()
        try? FileManager.default.removeItem(atPath: temporary)
    }

    func write(_ text: String) throws(PipelineError) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.bufferLimit { try flush() }
    }

    /// Puts the file in its place, in place of an older one.
    func commit() throws(PipelineError) {
        try flush()
        do {
            try handle.close()
            try FilePublication.publish(temporary, as: path)
            isOpen = false
        } catch let error as FFmpegError {
            throw Self.error(path, error.reason)
        } catch {
            throw Self.error(path, RunDirectory.reason(error))
        }
    }

    /// Writes a whole file in one go.
    static func write(_ text: String, to path: String) throws(PipelineError) {
        let file = try AtomicFile(path: path)
        try file.write(text)
        try file.commit()
    }

    /// Writes a document, a piece at a time.
    static func write(_ document: JSONDocument, to path: String) throws {
        let file = try AtomicFile(path: path)
        try document.write(file.write)
        try file.commit()
    }

    private func flush() throws(PipelineError) {
        do {
            try handle.write(contentsOf: Data(buffer))
            buffer.removeAll(keepingCapacity: true)
        } catch {
            throw Self.error(path, RunDirectory.reason(error))
        }
    }

    private static func error(_ path: String, _ reason: String) -> PipelineError {
        PipelineError(.output, operation: "write the file", subject: path, reason: reason)
    }
}
