/// Makes a Matroska file of a source as it is and of one more track that draws over its pictures.
package enum OverlayMuxer {
    /// Writes `output` (by way of `output + ".partial"`): the video, audio, subtitle and attachment streams of `source`, packet by packet and at
    /// their times, as exact as Matroska's milliseconds are, and an ASS track that players show by default.
    ///
    /// The pictures lie as they are stored, unrotated: Matroska files of this FFmpeg cannot say how they are to be turned.
    /// - Parameters:
    ///   - header: the script up to its events.
    ///   - events: gives the next event, by ascending start; nil at the end. What it throws ends the file.
    /// - Returns: what a person should know, one line each: streams left out, times moved, a rotation that is lost.
    /// - Throws: where Matroska cannot carry the video, with its codec's name, and where reading or writing fails.
    package static func write(
        source: String, output: String, header: String, events: @escaping () throws -> OverlayEvent?
    ) throws -> [String] {
        try OverlayFile(source: source, output: output, header: header, events: events).write()
    }
}
