import Foundation

/// The clips that tests read: those of the shared folder where it is present, and tiny ones made on the spot by the ffmpeg program.
enum MediaMaterial {
    /// The shared folder; nil, and a loud line, where it is absent.
    static let shared: URL? = {
        let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["WINDHOVER_SHARED"].map { URL(fileURLWithPath: $0) }
        let candidates = [named, package.appendingPathComponent("../shared").standardizedFileURL].compactMap(\.self)
        if let found = candidates.first(where: { isFolder($0.appendingPathComponent("videos")) }) { return found }
        print("!!! SKIPPED: tests on real clips need the shared folder beside the project or WINDHOVER_SHARED")
        return nil
    }()

    static let videos = files(in: "videos")
    static let hostile = files(in: "hostile")

    static func video(_ name: String) -> String? { videos.first { $0.hasSuffix("/" + name) } }

    private static func files(in folder: String) -> [String] {
        guard let folder = shared?.appendingPathComponent(folder) else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { folder.appendingPathComponent($0).path }
    }

    private static func isFolder(_ url: URL) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) && isFolder.boolValue
    }
}

/// A folder that is removed with its contents.
final class TemporaryFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("windhover-media-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
