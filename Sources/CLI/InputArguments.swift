import ArgumentParser
import Media

/// What inputs may be besides local files.
struct InputArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Let inputs open other files or addresses by these protocols, separated by commas, and so read playlists (HLS, DASH, concat): "
                + "'file' for local parts, 'https' for those on servers. Default: none; playlists are refused.",
            valueName: "list"))
    var allowProtocols: String?

    @Option(
        help: ArgumentHelp("Give a server up that says nothing for so many seconds.", valueName: "seconds"))
    var networkTimeout = 30.0
}

extension InputRules {
    /// The rules that the arguments describe.
    init(_ arguments: InputArguments) throws(CommandError) {
        self.init(allowedProtocols: try Self.protocols(arguments.allowProtocols))
        guard (0.1...3600).contains(arguments.networkTimeout) else {
            throw .usage("--network-timeout \(arguments.networkTimeout) is out of range; give 0.1 to 3600 seconds")
        }
        patience = arguments.networkTimeout
    }

    private static func protocols(_ list: String?) throws(CommandError) -> [String] {
        guard let list else { return [] }
        let names = list.split { $0 == "," || $0.isWhitespace }.map { $0.lowercased() }
        guard !names.isEmpty else {
            throw .usage("--allow-protocols is empty; give names such as file,https, or leave it away")
        }
        let known = knownProtocols
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw .usage("--allow-protocols \(unknown) is none that FFmpeg knows here; 'ffmpeg -protocols' lists them")
        }
        return names
    }
}
