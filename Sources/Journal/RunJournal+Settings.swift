import GRDB

extension RunJournal {
    /// What the run was asked to do; empty in a new journal.
    package func settings() throws(JournalError) -> [String: String] {
        try read("read the settings") { database in
            let rows = try Row.fetchAll(database, sql: "SELECT key, value FROM setting")
            return Dictionary(uniqueKeysWithValues: rows.map { row -> (String, String) in (row["key"], row["value"]) })
        }
    }

    /// Records a part of what the run is asked to do, in place of what was recorded before.
    package func setSetting(_ key: String, _ value: String) throws(JournalError) {
        try write("record the settings") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO setting (key, value) VALUES (?, ?)", arguments: [key, value])
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

    /// The result files that are in place, as far as the journal knows, by path.
    package func placedFiles() throws(JournalError) -> [String: PlacedFile] {
        try read("read the list of result files") { database in
            let files = try Row.fetchAll(database, sql: "SELECT * FROM artefact").compactMap(PlacedFile.init)
            return Dictionary(files.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Claims files and records that they are in place.
    package func place(_ files: [PlacedFile], for video: VideoID) throws(JournalError) {
        try write("record result files") { database in
            try Self.claim(database, files.map(\.path), video: video)
            try Self.place(database, files)
        }
    }

    static func claim(_ database: Database, _ paths: [String], video: VideoID?) throws {
        let statement = try database.cachedStatement(
            sql: "INSERT OR REPLACE INTO artefact (path, video) VALUES (?, ?)")
        for path in paths { try statement.execute(arguments: [path, video?.rawValue]) }
    }

    /// Records files that are in place and have been claimed before.
    static func place(_ database: Database, _ files: [PlacedFile]) throws {
        let statement = try database.cachedStatement(
            sql: "UPDATE artefact SET size = ?, modified = ?, digest = ?, recipe = ? WHERE path = ?")
        for file in files {
            let identity = file.identity
            try statement.execute(arguments: [
                identity.size, identity.modified, identity.digest, file.recipe, file.path,
            ])
        }
    }
}

extension PlacedFile {
    fileprivate init?(_ row: Row) {
        guard let identity = FileIdentity(row), let recipe: String = row["recipe"] else { return nil }
        self.init(path: row["path"], identity: identity, recipe: recipe)
    }
}

extension FileIdentity {
    /// nil where the row has none.
    init?(_ row: Row) {
        guard let size: Int64 = row["size"], let modified: Int64 = row["modified"] else { return nil }
        self.init(size: size, modified: modified, digest: row["digest"])
    }
}
