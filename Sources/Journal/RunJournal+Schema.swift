import GRDB

extension RunJournal {
    /// The tables, by version. A migration that has been released is never edited; changes are new migrations.
    static var schema: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: version1)
        }
        migrator.registerMigration("2") { database in
            try database.execute(sql: version2)
        }
        migrator.registerMigration("3") { database in
            try database.execute(sql: version3)
        }
        migrator.registerMigration("4") { database in
            try database.execute(sql: pieces)
        }
        migrator.registerMigration("5") { database in
            try database.execute(sql: version5)
        }
        return migrator
    }

    private static let version5 = """
        -- Bytes that all workers might take when one took more for this video alone; null where none did.
        ALTER TABLE video ADD COLUMN memory INTEGER;
        """

    private static let version3 = """
        -- digest: of a sample of the file. info: JSON of VideoInfo. cause: why frames are missing. recipe: the settings that the tracks depend
        -- on; null before tracking.
        ALTER TABLE video ADD COLUMN digest TEXT;
        ALTER TABLE video ADD COLUMN info TEXT;
        ALTER TABLE video ADD COLUMN cause TEXT;
        ALTER TABLE video ADD COLUMN recipe TEXT;

        -- The settings that a segment's file depends on.
        ALTER TABLE item ADD COLUMN recipe TEXT;

        -- What is in place and what it depends on; null where the file was claimed only.
        ALTER TABLE artefact ADD COLUMN size INTEGER;
        ALTER TABLE artefact ADD COLUMN modified INTEGER;
        ALTER TABLE artefact ADD COLUMN digest TEXT;
        ALTER TABLE artefact ADD COLUMN recipe TEXT;
        """

    private static let version2 = """
        -- What a video's container announces and does not hold, in seconds of its clock; shortfallTo is null where nothing is missing.
        ALTER TABLE video ADD COLUMN shortfallFrames INTEGER;
        ALTER TABLE video ADD COLUMN shortfallFrom DOUBLE;
        ALTER TABLE video ADD COLUMN shortfallTo DOUBLE;
        ALTER TABLE video ADD COLUMN shortfallCause TEXT;
        """

    private static let version1 = """
        -- What the run was asked to do; one row a setting.
        CREATE TABLE setting (
            key TEXT NOT NULL PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;

        -- One row an input; stage and status as in VideoStage and VideoStatus.
        CREATE TABLE video (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            relativePath TEXT NOT NULL UNIQUE,
            path TEXT NOT NULL,
            size INTEGER,
            modified INTEGER,
            stage TEXT NOT NULL,
            status TEXT NOT NULL,
            reason TEXT,
            plannedFrames INTEGER NOT NULL,
            detected INTEGER NOT NULL DEFAULT 0,
            skipped INTEGER NOT NULL DEFAULT 0,
            undecodable INTEGER NOT NULL DEFAULT 0,
            detections INTEGER NOT NULL DEFAULT 0,
            tracks INTEGER NOT NULL DEFAULT 0
        );

        -- Batches and segments; ranges are half open, in the video's time base. rendered: frames in a segment's file. AUTOINCREMENT: a number is never used
        -- again, so a late answer about a removed item cannot be taken for another's.
        CREATE TABLE item (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            video INTEGER NOT NULL REFERENCES video(id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            ordinal INTEGER NOT NULL,
            startPTS INTEGER NOT NULL,
            endPTS INTEGER NOT NULL,
            frames INTEGER NOT NULL,
            state TEXT NOT NULL,
            rendered INTEGER,
            crashes INTEGER NOT NULL DEFAULT 0,
            interruptions INTEGER NOT NULL DEFAULT 0,
            reason TEXT
        );
        CREATE INDEX itemOfVideo ON item(video, kind, ordinal);

        -- Apart from the items, so that lists of items do not read it: protobuf BatchResult and BatchTracks.
        CREATE TABLE result (
            item INTEGER PRIMARY KEY REFERENCES item(id) ON DELETE CASCADE,
            frames BLOB NOT NULL,
            tracks BLOB
        );

        -- Files in the run directory that this run writes or has written, relative to it; no other file is replaced
        -- or removed.
        CREATE TABLE artefact (
            path TEXT NOT NULL PRIMARY KEY,
            video INTEGER REFERENCES video(id) ON DELETE SET NULL
        ) WITHOUT ROWID;
        """
}
