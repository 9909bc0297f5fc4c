extension Muxer {
    /// A file of annotated pictures and sound, its index at the start.
    ///
    /// - Parameters:
    ///   - pictures: ticks of the picture track in a second.
    ///   - audio: ticks of each track of sound in a second.
    convenience init(
        path: String, container: VideoContainer, pictures: Int, audio: [Int]
    ) throws(FFmpegError) {
        let options =
            container.isMatroska
            ? ["cues_to_front": "1", "avoid_negative_ts": "disabled"]
            : [
                "movflags": "+faststart", "video_track_timescale": "\(pictures)",
                "movie_timescale": "\(Self.movieScale(pictures: pictures, audio: audio))",
            ]
        try self.init(path: path, format: container.muxerName, options: options)
        if container.isMatroska { beReproducible() }
    }

    /// Start offsets of tracks are written in the movie's own ticks: a common multiple keeps them exact.
    private static func movieScale(pictures: Int, audio: [Int]) -> Int {
        audio.reduce(pictures) { scale, rate in
            let multiple = scale / greatestCommonDivisor(scale, rate) * rate
            return multiple <= Int(Int32.max) ? multiple : scale
        }
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}
