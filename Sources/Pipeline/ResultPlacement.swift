import Media

/// A video file met while scanning.
struct FoundVideo: Sendable, Hashable {
    /// The file as the user would write it.
    let path: String
    /// Components of its absolute path.
    let components: [String]
    /// How many trailing components make up its wished-for relative path; at least 1.
    let depth: Int

    /// The bytes of so many trailing components: names may be equal as text and differ.
    fileprivate func name(_ depth: Int) -> [UInt8] { Array(components.suffix(depth).joined(separator: "/").utf8) }
}

/// Chooses for each video a result folder relative to the run directory, so that no two share one and none lies inside
/// another's.
///
/// Wishes that collide are lengthened, all alike, by parent folders until they differ; what still collides (only a name
/// that the run directory itself needs, or a folder named like another input's file) gets `~2`, `~3` and so on.
struct ResultPlacement {
    private static let slash = UInt8(ascii: "/")

    /// In the order of the videos.
    let relativePaths: [String]

    /// Names that the run directory needs for itself.
    private static let reserved: Set<String> = ["run.json", "report.html", InputDiscovery.runMarker]

    init(_ videos: [FoundVideo]) {
        let depths = Self.depths(videos)
        var taken: Set<String> = []
        var parents: Set<String> = []
        relativePaths = zip(videos, depths).map { video, depth in
            let wish = PathText.shown(video.components.suffix(depth).joined(separator: "/"))
            let place = Self.candidates(wish).first { Self.isFree($0, taken: taken, parents: parents) } ?? wish
            taken.insert(place)
            parents.formUnion(Self.ancestors(of: place))
            return place
        }
    }

    /// The smallest numbers of trailing components, at least as many as wished for, that tell all videos apart.
    private static func depths(_ videos: [FoundVideo]) -> [Int] {
        var depths = videos.map(\.depth)
        while true {
            let groups = Dictionary(grouping: videos.indices) { videos[$0].name(depths[$0]) }
            let longer = groups.values.filter { $0.count > 1 }.joined().filter {
                depths[$0] < videos[$0].components.count
            }
            guard !longer.isEmpty else { return depths }
            for index in longer { depths[index] += 1 }
        }
    }

    /// The wish, then the wish in a folder beside the one that is taken: `a/b`, `a~2/b`, `a~3/b` and so on.
    private static func candidates(_ wish: String) -> some Sequence<String> {
        let end = wish.utf8.firstIndex(of: slash) ?? wish.endIndex
        return (1...).lazy.map { $0 == 1 ? wish : "\(wish[..<end])~\($0)\(wish[end...])" }
    }

    private static func isFree(_ place: String, taken: Set<String>, parents: Set<String>) -> Bool {
        guard !taken.contains(place), !parents.contains(place) else { return false }
        let ancestors = ancestors(of: place)
        return taken.isDisjoint(with: ancestors) && !reserved.contains(ancestors.first ?? place)
    }

    /// The folders above `path`, outermost first: for `a/b/c` these are `a` and `a/b`.
    private static func ancestors(of path: String) -> [String] {
        path.utf8.indices.filter { path.utf8[$0] == slash }.map { String(path[..<$0]) }
    }
}
