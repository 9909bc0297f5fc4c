import GRDB

extension RunJournal {
    /// What the run was asked to do; empty in a new journal.
    package func settings() throws(JournalError) -> [String: String] {
        try read("read the settings") { database in
            let rows = try Row.fetchAll(database, sql: "SELECT key, value FROM setting")
            return Dictionary(uniqueKeysWithValues: rows.map { row -> (String, String) in (row["key"], row["value"]) })
        }
    }

    /// Records what the run is asked to do, in place of what was recorded before.
    package func setSettings(_ settings: [String: String]) throws(JournalError) {
        try write("record the settings") { database in
            try database.execute(sql: "DELETE FROM setting")
            for (key, value) in settings {
                try database.execute(sql: "INSERT INTO setting (key, value) VALUES (?, ?)", arguments: [key, value])
            }
        }
    }

    /// Files in the run directory that this run writes or has written, relative to it, sorted.
    package func artefacts() throws(JournalError) -> [String] {
        try read("read the list of result files") { database in
            try String.fetchAll(database, sql: "SELECT path FROM artefact ORDER BY path")
        }
    }

    /// Records, before the files appear, that `paths` are this run's own.
    package func claim(_ paths: [String], for video: VideoID?) throws(JournalError) {
        try write("record result files") { database in try Self.claim(database, paths, video: video) }
    }

    static func claim(_ database: Database, _ paths: [String], video: VideoID?) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO artefact (path, video) VALUES (?, ?)")
        for path in paths { try statement.execute(arguments: [path, video?.rawValue]) }
    }
}
