/// How the objects of a video are shown.
package enum AnnotationMode: String, Sendable, Hashable, CaseIterable, Codable {
    /// A new video with boxes and labels in its pictures: `annotated.mp4`, or of another container.
    case video
    /// The source's streams as they are, and a track that draws over them: `annotated.mkv`.
    case overlay
    /// Not at all: JSON only.
    case nothing = "none"
}
