import Foundation
import GRDB

/// The durable record of a run, in one SQLite file; the only truth about progress.
///
/// Calls block for the disk, so they belong on a thread of their own. Each changing call is one transaction: after a
/// crash or power loss it happened whole or not at all. Any thread may call; SQLite orders the writers.
package final class RunJournal: Sendable {
    /// The file.
    package let path: String
    let pool: DatabasePool

    private init(path: String, pool: DatabasePool) {
        self.path = path
        self.pool = pool
    }

    /// Whether `folder` has a journal.
    package static func exists(in folder: String) -> Bool {
        FileManager.default.fileExists(atPath: file(in: folder))
    }

    /// Opens the journal in `folder`, an existing folder.
    /// - Parameter create: make it where there is none, else that is an error.
    package static func open(in folder: String, create: Bool) throws(JournalError) -> RunJournal {
        let path = file(in: folder)
        guard create || exists(in: folder) else {
            throw JournalError(.missing, operation: "open the journal", subject: path, reason: "there is none")
        }
        do {
            let pool = try DatabasePool(path: path, configuration: configuration)
            try makeDurable(pool)
            try checkVersion(pool, path: path)
            try schema.migrate(pool)
            return RunJournal(path: path, pool: pool)
        } catch let error as JournalError {
            throw error
        } catch {
            throw JournalError(error, operation: "open the journal", subject: path)
        }
    }

    /// Closes the file; later calls fail.
    package func close() {
        // Leaves one file: what is in the log beside it goes into it first. Without this nothing is lost either.
        _ = try? pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try? pool.close()
    }

    /// The journal's files in `folder`, SQLite's companions included.
    package static func files(in folder: String) -> [String] {
        ["", "-wal", "-shm"].map { file(in: folder) + $0 }
    }

    private static func file(in folder: String) -> String { folder + "/journal.sqlite" }

    private static let cacheKibibytes = 512

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        // Each thread that reads has a connection with a cache; a run goes through its rows once.
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -\(cacheKibibytes)") }
        return configuration
    }

    /// What a result file's appearance relies on (its claim) must be on disk before it, also after power loss. GRDB sets NORMAL when it
    /// turns the log on, after a configuration has had its say; so this comes later. Only one connection writes.
    private static func makeDurable(_ pool: DatabasePool) throws {
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    }

    /// SQLite's care about power loss; 2 is FULL.
    var synchronous: Int? { try? pool.writeWithoutTransaction(Self.synchronous) }

    static func synchronous(_ database: Database) throws -> Int? {
        try Int.fetchOne(database, sql: "PRAGMA synchronous")
    }

    private static func checkVersion(_ pool: DatabasePool, path: String) throws {
        guard try pool.read(schema.hasBeenSuperseded) else { return }
        throw JournalError(
            .unreadable, operation: "open the journal", subject: path,
            reason: "a newer version of windhover wrote it; use that version or another output folder")
    }

    /// What SQLite finds wrong in the file itself, one line each.
    package func integrityFaults() throws(JournalError) -> [String] {
        try read("check the journal") { database in
            try String.fetchAll(database, sql: "PRAGMA integrity_check").filter { $0 != "ok" }
        }
    }

    /// Reads in a consistent snapshot.
    func read<Value>(_ operation: String, _ body: (Database) throws -> Value) throws(JournalError) -> Value {
        do {
            return try pool.read(body)
        } catch {
            throw JournalError(error, operation: operation, subject: path)
        }
    }

    /// Runs one transaction.
    /// - Parameter waitsForDisk: return when it is on the disk, and all before it are; otherwise a power cut may take it along, a crash may not.
    func write<Value>(
        _ operation: String, waitsForDisk: Bool = true, _ body: (Database) throws -> Value
    ) throws(JournalError) -> Value {
        do {
            return try pool.writeWithoutTransaction { database in
                // It holds for one connection, and this is the only one that writes.
                if !waitsForDisk { try database.execute(sql: "PRAGMA synchronous = NORMAL") }
                defer { if !waitsForDisk { try? database.execute(sql: "PRAGMA synchronous = FULL") } }
                return try Self.transaction(database, body)
            }
        } catch {
            throw JournalError(error, operation: operation, subject: path)
        }
    }

    private static func transaction<Value>(_ database: Database, _ body: (Database) throws -> Value) throws -> Value {
        var values: [Value] = []
        try database.inTransaction {
            values.append(try body(database))
            return .commit
        }
        return values[0]
    }
}

extension JournalError {
    /// Any failure below, as this target's error.
    init(_ error: any Error, operation: String, subject: String) {
        if let error = error as? JournalError {
            self = error
            return
        }
        let resultCode = (error as? DatabaseError)?.resultCode
        let unreadable = resultCode == .SQLITE_NOTADB || resultCode == .SQLITE_CORRUPT
        self.init(
            unreadable ? .unreadable : .storage, operation: operation, subject: subject,
            reason: Self.reason(resultCode) ?? (error as? DatabaseError)?.message ?? "\(error)")
    }

    /// Cause and remedy where a person can do something.
    private static func reason(_ code: ResultCode?) -> String? {
        switch code {
        case .SQLITE_FULL: "the disk is full; free some space and run the same command again"
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN:
            "the folder cannot be written to; mend its permissions and run the same command again"
        case .SQLITE_IOERR: "the disk failed or is full; mend that and run the same command again"
        default: nil
        }
    }
}
