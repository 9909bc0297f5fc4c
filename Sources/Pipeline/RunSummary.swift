package import Journal

/// What a finished, failed or interrupted run has to say.
package struct RunSummary: Sendable {
    /// One input and what became of it.
    package struct Video: Sendable, Hashable {
        /// The file as given.
        package var path: String
        /// Where its results are, relative to the run directory.
        package var relativePath: String
        package var status: VideoStatus
        /// Why it is not complete; nil when it is.
        package var reason: String?
        package var frames: FrameLedger
        /// Detections in the results.
        package var detections: Int
        package var tracks: Int

        package init(
            path: String, relativePath: String, status: VideoStatus, reason: String? = nil,
            frames: FrameLedger = FrameLedger(), detections: Int = 0, tracks: Int = 0
        ) {
            self.path = path
            self.relativePath = relativePath
            self.status = status
            self.reason = reason
            self.frames = frames
            self.detections = detections
            self.tracks = tracks
        }
    }

    /// 0 all complete; 3 some partial or failed; 4 nothing processed; 130 interrupted, resumable.
    package var exitCode: Int32
    /// In the order of the request.
    package var videos: [Video]
    package var times: RunTimes
    /// Lines for stderr: what is not complete, and why.
    package var messages: [String]

    package init(exitCode: Int32, videos: [Video], times: RunTimes, messages: [String]) {
        self.exitCode = exitCode
        self.videos = videos
        self.times = times
        self.messages = messages
    }

    /// Frames of all videos together.
    package var frames: FrameLedger { videos.reduce(into: FrameLedger()) { $0.add($1.frames) } }
    package var detections: Int { videos.reduce(0) { $0 + $1.detections } }
    package var tracks: Int { videos.reduce(0) { $0 + $1.tracks } }
}

/// Where the time of this run went: CPU seconds of coordinator and workers by stage, and the wall clock.
package struct RunTimes: Sendable, Hashable {
    package var decode = 0.0
    package var preprocess = 0.0
    package var inference = 0.0
    package var postprocess = 0.0
    package var track = 0.0
    package var draw = 0.0
    package var encode = 0.0
    /// CPU time in none of the above: start-up, planning, journal, joining, waiting.
    package var other = 0.0
    /// Seconds from start to end.
    package var wall = 0.0
    /// Frames detected in this run (not those of an earlier run that it continued).
    package var framesDetected = 0
    /// Frames drawn and encoded in this run.
    package var framesRendered = 0

    package init() {}

    /// CPU seconds of all stages.
    package var cpu: Double { decode + preprocess + inference + postprocess + track + draw + encode + other }
}
