import Foundation
import Testing

@testable import Media

@Suite struct PathTextTests {
    /// Bytes that begin and end characters of all lengths, broken ones, and the private characters themselves.
    private static let pieces: [[UInt8]] = [
        [0x61], [0x2F], [0x0A], [0x80], [0xC3], [0xA9], [0xC3, 0xA9], [0xE2, 0x82], [0xE2, 0x82, 0xAC],
        [0xF4, 0x8F, 0xBF],
        [0xF4, 0x8F, 0xBF, 0xA9], [0xF4, 0x8F, 0xBE, 0x80], [0xF0, 0x9F, 0x98, 0x80], [0xFF], [0xED, 0xA0, 0x80],
        [0xCC, 0x81],
    ]

    @Test func everyPathHasATextOfItsOwn() {
        var texts: Set<[UInt8]> = []
        for first in Self.pieces {
            for second in Self.pieces {
                for third in Self.pieces {
                    let path = first + second + third
                    let text = PathText.text(of: path)
                    #expect(PathText.bytes(of: text) == path)
                    texts.insert(Array(text.utf8))
                }
            }
        }
        let paths = Set(Self.pieces.flatMap { a in Self.pieces.flatMap { b in Self.pieces.map { a + b + $0 } } })
        #expect(texts.count == paths.count)
    }

    @Test func textIsItsOwnPath() {
        for text in ["", "a/b.mp4", "é", "e\u{301}", "😀", "line\nend"] {
            #expect(PathText.text(of: Array(text.utf8)).utf8.elementsEqual(text.utf8))
            #expect(!PathText.hasStrayBytes(text) && PathText.shown(text) == text)
        }
        #expect(PathText.shown(PathText.text(of: [0x63, 0xE9, 0x2E, 0xFF])) == "c%E9.%FF")
    }

    @Test func realPathsAreFreeOfLinksAndDots() throws {
        let folder = try TemporaryFolder()
        let root = RealPath.of(folder.url.path)
        try FileManager.default.createDirectory(atPath: root + "/a/b", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: root + "/link", withDestinationPath: "a/b")
        try FileManager.default.createSymbolicLink(atPath: root + "/loop", withDestinationPath: "loop")
        #expect(RealPath.of(root + "/link/../b/./") == root + "/a/b")
        #expect(RealPath.of(root + "/link/new/../newer") == root + "/a/b/newer")
        #expect(RealPath.of(root + "/loop") == root + "/loop")
        #expect(RealPath.of("/") == "/" && RealPath.of("/no/such") == "/no/such")
        #expect(RealPath.of("no-such-file") == RealPath.of(".") + "/no-such-file")
        #expect(FileKind(path: root + "/link") == .folder && FileKind(path: root + "/loop") == .deadLink)
        #expect(FileKind(path: root + "/nothing") == nil && !FileKind.isRealFolder(root + "/link"))
        #expect(FolderListing.names(in: root) == ["a", "link", "loop"])
    }

    @Test func componentsAreThoseOfTheBytes() {
        #expect(RealPath.components(of: "/a//./b/../c/") == ["a", "c"])
        // A mark that joins the slash before it in the eyes of text.
        #expect(
            RealPath.components(of: "/a/\u{301}.mp4").map { Array($0.utf8) } == [[0x61], Array("\u{301}.mp4".utf8)])
        #expect(RealPath.components(of: "/../..") == [])
    }
}
