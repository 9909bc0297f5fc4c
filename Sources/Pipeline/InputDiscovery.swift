package import Media

/// Turns the INPUT arguments of a run into videos with unique places for their results.
///
/// An argument is a web address, a file, a folder (scanned recursively for files with a video's extension) or, where no such file exists,
/// a pattern (see ``PathPattern``). Hidden files are skipped inside folders, links are followed, a file reached twice is
/// listed once, and run directories, the one being written included, are not scanned. The order is that of the arguments,
/// then that of the names' bytes.
package struct InputDiscovery {
    /// What was found, and which arguments or folders gave nothing.
    package struct Result: Sendable, Hashable {
        package var videos: [InputVideo] = []
        package var problems: [InputProblem] = []
        /// Full addresses of the videos whose names leave something out, by name.
        package var addresses: [String: String] = [:]
    }

    /// Lower-case extensions by which files in folders are taken for videos.
    package static let videoExtensions: Set<String> = [
        "3g2", "3gp", "264", "265", "apng", "asf", "av1", "avi", "divx", "dv", "f4v", "flv", "gif", "h264", "h265",
        "hevc", "ivf",
        "m1v",
        "m2p", "m2t", "m2ts", "m2v", "m4v", "mjpeg", "mjpg", "mkv", "mod", "mov", "mp4", "mpe", "mpeg", "mpg", "mts",
        "mxf",
        "nut", "obu", "ogm", "ogv", "qt", "rm", "rmvb", "tod", "ts", "vob", "webm", "wmv", "y4m",
    ]

    /// A folder of this name inside another marks that one as a run directory.
    static let runMarker = ".windhover"

    private static let deadLink = "a link that leads to no file"

    private let output: String
    let rules: InputRules

    /// - Parameters:
    ///   - output: the run directory; it need not exist.
    ///   - rules: which addresses may be inputs.
    package init(output: String, rules: InputRules = InputRules()) {
        self.output = output
        self.rules = rules
    }

    /// Finds the videos behind `arguments`.
    ///
    /// Throws ``PipelineError`` (`settings`) where the run directory would have to replace one of the videos.
    package func discover(_ arguments: [String]) throws(PipelineError) -> Result {
        var scan = Scan(output: RealPath.of(output))
        for argument in arguments {
            visit(argument: argument, &scan)
        }
        let placement = ResultPlacement(scan.found)
        let videos = zip(scan.found, placement.relativePaths).map {
            InputVideo(path: $0.path, relativePath: $1)
        }
        try checkOverlap(of: videos)
        return Result(videos: videos, problems: scan.problems, addresses: scan.addresses)
    }

    /// The arguments in a list as read from standard input: separated by NUL bytes where there are any, else by line ends.
    package static func arguments(inList bytes: [UInt8]) -> [String] {
        guard !bytes.contains(0) else { return bytes.split(separator: 0).map { PathText.text(of: $0) } }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        return lines.map { $0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0 }.filter { !$0.isEmpty }
            .map { PathText.text(of: $0) }
    }

    struct Scan {
        let output: String
        var found: [FoundVideo] = []
        var problems: [InputProblem] = []
        /// Real paths, their bytes: two names may be equal as text and be two files.
        var seenFiles: Set<[UInt8]> = []
        /// Folders of the current argument, so that links cannot lead in circles.
        var seenFolders: Set<[UInt8]> = []
        var addresses: [String: String] = [:]
        /// Video files met under the current argument, those listed before included.
        var met = 0

        mutating func report(_ subject: String, _ reason: String) {
            let problem = InputProblem(subject: subject, reason: reason)
            if !problems.contains(problem) { problems.append(problem) }
        }
    }

    private func visit(argument: String, _ scan: inout Scan) {
        if argument.isEmpty {
            scan.report("\"\"", "an empty input; give a file or folder")
        } else if let scheme = RemoteAddress.scheme(of: argument) {
            visit(address: argument, scheme, &scan)
        } else if FileKind(path: argument) != nil {
            visitExisting(argument, &scan)
        } else if let pattern = PathPattern(argument) {
            let paths = pattern.matches(
                names: { FolderListing.names(in: $0) ?? [] }, isFolder: FileKind.isRealFolder)
            let matches = paths.filter { FileKind(path: $0) != nil }
            if matches.isEmpty { scan.report(argument, "no file matches this pattern") }
            for match in matches { visitExisting(match, &scan) }
        } else {
            scan.report(argument, "no such file or folder")
        }
    }

    private func visitExisting(_ path: String, _ scan: inout Scan) {
        switch FileKind(path: path) {
        case .folder?: visitRootFolder(path, &scan)
        case .file?: add(path, depth: 1, &scan)
        case .deadLink?: scan.report(path, Self.deadLink)
        default: scan.report(path, "neither a file nor a folder")
        }
    }

    private func visitRootFolder(_ path: String, _ scan: inout Scan) {
        (scan.met, scan.seenFolders) = (0, [])
        let troubles = scan.problems.count
        visitFolder(path, depth: 0, &scan)
        if scan.met == 0, scan.problems.count == troubles { scan.report(path, "no video files in this folder") }
    }

    private func visitFolder(_ folder: String, depth: Int, _ scan: inout Scan) {
        let real = RealPath.of(folder)
        guard scan.seenFolders.insert(Array(real.utf8)).inserted else { return }
        guard let names = FolderListing.names(in: folder) else {
            return scan.report(folder, "cannot read this folder; check its permissions")
        }
        if depth > 0, real == scan.output || names.contains(Self.runMarker) { return }
        for name in names where name.utf8.first != UInt8(ascii: ".") {
            let path = join(folder, name)
            switch FileKind(path: path) {
            case .folder?: visitFolder(path, depth: depth + 1, &scan)
            case .file? where isVideoName(name): add(path, depth: depth + 1, &scan)
            case .deadLink? where isVideoName(name): scan.report(path, Self.deadLink)
            default: break
            }
        }
    }

    private func add(_ path: String, depth: Int, _ scan: inout Scan) {
        scan.met += 1
        guard scan.seenFiles.insert(Array(RealPath.of(path).utf8)).inserted else { return }
        scan.found.append(FoundVideo(path: path, components: RealPath.components(of: path), depth: depth))
    }

    /// A result folder cannot stand where the video itself is, as `detect clips -o clips` would have it.
    private func checkOverlap(of videos: [InputVideo]) throws(PipelineError) {
        let root = RealPath.of(output)
        let places = Set(videos.map { join(root, $0.relativePath) })
        for video in videos where rules.address(of: video.path) == nil && places.contains(RealPath.of(video.path)) {
            throw PipelineError(
                .settings, operation: "write results into \(output)", subject: video.path,
                reason: "they would replace the video; choose another folder, such as -o \(join(output, "results"))")
        }
    }
}

// MARK: - Paths

extension InputDiscovery {
    private func isVideoName(_ name: String) -> Bool {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return false }
        return Self.videoExtensions.contains(name[name.utf8.index(after: dot)...].lowercased())
    }
}
