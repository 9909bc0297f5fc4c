import Foundation
import Media
import Testing

@testable import Pipeline

/// A store in a fresh folder, with a catalogue of one downloaded and one home-made model.
private final class Workshop {
    static let bytes = Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
    let root: String
    let store: ModelStore

    init(url: String = "http://127.0.0.1:1/net.onnx") throws {
        root = NSTemporaryDirectory() + "windhover-store-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        let digest = SHA256Digest.hexDigest(of: [UInt8](Self.bytes))
        let entries = [("net", ModelCatalogue.Source.download(url: url)), ("made", .made(instructions: "by hand"))].map
        {
            ModelCatalogue.Entry(
                name: $0, summary: "", licence: "MIT", byteCount: Self.bytes.count, sha256: digest, source: $1)
        }
        store = ModelStore(folder: "\(root)/cache/models", catalogue: ModelCatalogue(entries))
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var net: ModelCatalogue.Entry { store.catalogue.entries[0] }
    var made: ModelCatalogue.Entry { store.catalogue.entries[1] }
    var installed: [String] { (try? FileManager.default.contentsOfDirectory(atPath: store.folder).sorted()) ?? [] }

    func write(_ data: Data, _ path: String) throws {
        let url = URL(fileURLWithPath: path.hasPrefix("/") ? path : "\(root)/\(path)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: url)
    }

    func contents(_ entry: ModelCatalogue.Entry) -> Data? {
        FileManager.default.contents(atPath: store.path(of: entry))
    }

    func download() async throws { try await store.download(net) { _ in } }
}

@Suite struct ModelStoreTests {
    @Test func theCacheFolderFollowsTheXDGSpecification() {
        #expect(ModelStore(environment: ["XDG_CACHE_HOME": "/c", "HOME": "/h"]).folder == "/c/windhover/models")
        #expect(ModelStore(environment: ["XDG_CACHE_HOME": "c", "HOME": "/h"]).folder == "/h/.cache/windhover/models")
        #expect(ModelStore(environment: ["HOME": "/h"]).folder == "/h/.cache/windhover/models")
    }

    @Test func namesAndFilesAreResolved() throws {
        let workshop = try Workshop()
        let store = workshop.store
        #expect(throws: PipelineError.self) { try store.resolve(nil) }
        let missing = #expect(throws: PipelineError.self) { try store.resolve("net") }
        #expect(missing?.reason.contains("windhover model pull net") == true)
        try workshop.write(Workshop.bytes, store.path(of: workshop.made))
        #expect(try store.resolve(nil).name == "made")
        try workshop.write(Workshop.bytes, store.path(of: workshop.net))
        #expect(try store.resolve(nil) == ModelStore.Resolved(name: "net", path: store.path(of: workshop.net)))
        try workshop.write(Data(), "my.v2.onnx")
        #expect(try store.resolve("\(workshop.root)/my.v2.onnx").name == "my.v2")
        for wrong in ["\(workshop.root)/gone.onnx", workshop.root, "nets"] {
            #expect(throws: PipelineError.self) { try store.resolve(wrong) }
        }
    }

    @Test func aFileIsInstalledAfterACheckWithItsDescription() throws {
        let workshop = try Workshop()
        try workshop.write(Workshop.bytes, "source.onnx")
        try workshop.write(Data("head: ssd".utf8), "source.yaml")
        try workshop.store.install(workshop.made, from: "\(workshop.root)/source.onnx")
        try workshop.store.install(workshop.made, from: "\(workshop.root)/source.onnx")
        #expect(workshop.contents(workshop.made) == Workshop.bytes)
        #expect(workshop.installed == ["made.onnx", "made.yaml"])
    }

    @Test func anotherFileIsRefused() throws {
        let workshop = try Workshop()
        try workshop.write(Workshop.bytes + [0], "source.onnx")
        let error = #expect(throws: PipelineError.self) {
            try workshop.store.install(workshop.made, from: "\(workshop.root)/source.onnx")
        }
        #expect(error?.reason.contains("SHA-256") == true)
        #expect(throws: PipelineError.self) { try workshop.store.install(workshop.made, from: "\(workshop.root)/none") }
        #expect(workshop.installed.isEmpty)
    }

    @Test func theCatalogueIsWellFormed() {
        for entry in ModelCatalogue.builtIn.entries {
            #expect(entry.sha256.count == 64 && entry.sha256.allSatisfy { $0.isHexDigit && !$0.isUppercase })
            #expect(entry.byteCount > 0 && !entry.summary.isEmpty && !entry.licence.isEmpty)
            if case .download(let url) = entry.source { #expect(URL(string: url)?.scheme == "https") }
        }
    }

    @Test func digestsAreThoseOfTheStandard() {
        #expect(
            SHA256Digest.hexDigest(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            SHA256Digest.hexDigest(of: Array("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}

@Suite struct ModelDownloadTests {
    private let body = Workshop.bytes

    @Test func aModelIsDownloaded() async throws {
        let server = LocalServer([{ [body] in Answers.ranged(body, from: $0) }])
        let workshop = try Workshop(url: server.url)
        try await workshop.download()
        try await workshop.download()
        #expect(workshop.contents(workshop.net) == body)
        #expect(workshop.installed == ["net.onnx"] && server.requestedOffsets == [0])
    }

    @Test func aBrokenDownloadGoesOnWhereItStopped() async throws {
        let server = LocalServer([
            { [body] _ in Answers.whole(body).prefix(120_000) }, { [body] in Answers.ranged(body, from: $0) },
        ])
        let workshop = try Workshop(url: server.url)
        await #expect(throws: PipelineError.self) { try await workshop.download() }
        #expect(workshop.installed == ["net.onnx.partial"])
        try await workshop.download()
        #expect(workshop.contents(workshop.net) == body && workshop.installed == ["net.onnx"])
        #expect(server.requestedOffsets[0] == 0 && server.requestedOffsets[1] > 50_000)
    }

    @Test(arguments: [200, 416])
    func aServerWithoutRangesSendsAllAgain(status: Int) async throws {
        let refusal: LocalServer.Answer = { [body] _ in status == 200 ? Answers.whole(body) : Answers.status(status) }
        let server = LocalServer([refusal, { [body] in Answers.ranged(body, from: $0) }])
        let workshop = try Workshop(url: server.url)
        try workshop.write(Data(repeating: 9, count: 1000), workshop.store.path(of: workshop.net) + ".partial")
        try await workshop.download()
        #expect(workshop.contents(workshop.net) == body)
    }

    @Test func otherBytesAreDiscarded() async throws {
        let server = LocalServer([{ [body] _ in Answers.whole(Data(body.reversed())) }])
        let workshop = try Workshop(url: server.url)
        let error = await #expect(throws: PipelineError.self) { try await workshop.download() }
        #expect(error?.reason.contains("SHA-256") == true)
        #expect(workshop.installed.isEmpty)
    }

    @Test func troublesAreOneClearLine() async throws {
        let server = LocalServer([{ _ in Answers.status(404) }])
        let refused = try Workshop(url: server.url)
        let missing = await #expect(throws: PipelineError.self) { try await refused.download() }
        #expect(missing?.reason.contains("404") == true)
        let offline = try Workshop(url: "http://name.invalid/net.onnx")
        let unreachable = await #expect(throws: PipelineError.self) { try await offline.download() }
        #expect(unreachable?.reason.hasPrefix("cannot reach name.invalid: ") == true)
        #expect(unreachable?.reason.contains("--from FILE") == true)
        let made = await #expect(throws: PipelineError.self) { try await offline.store.download(offline.made) { _ in } }
        #expect(made?.reason.contains("by hand") == true && made?.exitCode == 4)
    }
}
