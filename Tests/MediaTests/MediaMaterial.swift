import Foundation
import TestSupport

/// The clips that tests read: those of the shared folder where it is present, and tiny ones made on the spot by the ffmpeg program.
enum MediaMaterial {
    static let videos = files(in: SharedMaterial.folder("videos", for: "reading real clips"))
    static let photos = files(in: SharedMaterial.folder("photos", for: "reading photos")).filter {
        $0.hasSuffix(".jpg")
    }
    static let hostile = files(in: SharedMaterial.folder("hostile", for: "reading broken files"))

    static func video(_ name: String) -> String? { videos.first { $0.hasSuffix("/" + name) } }

    private static func files(in folder: URL?) -> [String] {
        guard let folder else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { folder.appendingPathComponent($0).path }
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
