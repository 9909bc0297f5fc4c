/// One video file to be worked on and the place of its results.
package struct InputVideo: Sendable, Hashable, Codable {
    /// The file as the user would write it: an argument, or a folder argument joined with the path inside it.
    package var path: String
    /// Folder of its results relative to the run directory; unique within a run, never absolute, without `..`.
    package var relativePath: String

    package init(path: String, relativePath: String) {
        self.path = path
        self.relativePath = relativePath
    }
}

/// An input that gives nothing to work on, and why.
package struct InputProblem: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The argument or file concerned.
    package var subject: String
    /// Cause and remedy, one line.
    package var reason: String

    package init(subject: String, reason: String) {
        self.subject = subject
        self.reason = reason
    }

    package var description: String { "\(subject): \(reason)" }
}
