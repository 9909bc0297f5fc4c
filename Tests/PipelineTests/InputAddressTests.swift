import Foundation
import Media
import Testing

@testable import Pipeline

/// Inputs that are addresses: their names and the places of their results.
@Suite struct InputAddressTests {
    private func discover(_ arguments: String..., allowing protocols: [String] = []) throws -> InputDiscovery.Result {
        let output = NSTemporaryDirectory() + "windhover-none-" + UUID().uuidString
        return try InputDiscovery(output: output, rules: InputRules(allowedProtocols: protocols)).discover(arguments)
    }

    @Test func resultsAreNamedAfterTheLastPartOfThePath() throws {
        let result = try discover(
            "https://a.org/x/clip.mp4?token=1", "https://a.org/y/clip.mp4", "http://b.org:80/",
            "https://c.org/stream/?id=7#t")
        #expect(result.problems.isEmpty)
        #expect(result.videos.map(\.relativePath) == ["x/clip.mp4", "y/clip.mp4", "b.org:80", "stream"])
        #expect(
            result.videos.map(\.path) == [
                "https://a.org/x/clip.mp4", "https://a.org/y/clip.mp4", "http://b.org:80/", "https://c.org/stream/",
            ])
        #expect(result.addresses["https://a.org/x/clip.mp4"] == "https://a.org/x/clip.mp4?token=1")
        #expect(result.addresses["https://c.org/stream/"] == "https://c.org/stream/?id=7")
    }

    @Test func placesAreSafeAndUnique() throws {
        let result = try discover(
            "http://h/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "http://h/..", "http://h/.windhover", "http://h/run.json",
            "http://h/a%00b%0ac.mp4", "http://h/%ff.mp4", "http://h/" + String(repeating: "x", count: 4000) + ".mp4",
            "http://h/v?1", "http://h/v?2")
        #expect(result.videos.count == 9 && result.problems.isEmpty)
        let places = result.videos.map(\.relativePath)
        #expect(Set(places).count == 9)
        for place in places {
            #expect(!place.hasPrefix("/") && !place.utf8.contains(0) && !place.contains("\n") && place != "run.json")
            for part in place.split(separator: "/") { #expect(!part.hasPrefix(".") && part.utf8.count <= 110) }
        }
        #expect(places[0] == "_._.._etc_passwd" && places[6].hasSuffix("x.mp4"))
        #expect(Set(result.videos.map(\.path)).count == 9)
        #expect(Set(result.addresses.values).count == 9)
    }

    @Test func theSameAddressTwiceIsOneVideo() throws {
        let result = try discover("http://h/a.mp4#1", "http://h/a.mp4", "http://h/a.mp4#2")
        #expect(result.videos.count == 1)
    }

    @Test func otherProtocolsHaveToBeAllowed() throws {
        let refused = try discover("ftp://u:p@h/a.mp4", "file:///a.mp4", "http://h/a b", "rtmp://h/live")
        #expect(refused.videos.isEmpty)
        let reasons = refused.problems.map(\.description)
        #expect(reasons.count == 4 && !reasons.joined().contains("u:p"))
        #expect(
            reasons[0]
                == "ftp://h/a.mp4: not an address of the web; --allow-protocols ftp allows others, where FFmpeg knows them"
        )
        #expect(reasons[1].contains("give the file's path") && reasons[2].contains("%20"))
        let allowed = try discover("ftp://u:p@h/a.mp4", "file:///a.mp4", allowing: ["ftp", "file"])
        #expect(allowed.videos.map(\.path) == ["ftp://h/a.mp4"] && allowed.problems.count == 1)
    }
}
