import Testing

@testable import Media

@Suite struct RemoteAddressTests {
    @Test func addressesAreTakenApart() throws {
        let address = try #require(RemoteAddress("HTTPS://me:pw@Host.org:81//clips/a%20b.mp4?token=1&x=/y#t=3"))
        #expect(address.scheme == "https" && address.host == "Host.org:81")
        #expect(address.pathComponents == ["clips", "a%20b.mp4"])
        #expect(address.name == "HTTPS://Host.org:81//clips/a%20b.mp4")
        #expect(address.url == "HTTPS://me:pw@Host.org:81//clips/a%20b.mp4?token=1&x=/y")
        #expect(RemoteAddress("http://h?a=b@c")?.name == "http://h")
        #expect(RemoteAddress("http://a@b:c@h/x")?.name == "http://h/x")
    }

    @Test(arguments: [
        "a.mp4", "/x://y", "http:/h/a", "http://", "http:///a", "1http://h/a", "http://h/a b", "http://h/a\r\nX: y",
        "concat:a|b",
        "subfile,,start,0,end,9,,:/etc/passwd", "data:text/plain,x", "://h/a", "",
    ]) func otherTextIsNone(text: String) {
        #expect(RemoteAddress(text) == nil)
    }

    @Test func messagesKeepNoSecrets() {
        let cases = [
            ("no address at all", "no address at all"),
            ("cannot open http://u:p@h/a.mp4?k=v: why", "cannot open http://h/a.mp4 why"),
            ("'https://h/a?k=v' and \"ftp://u:p@h/b\"", "'https://h/a' and \"ftp://h/b\""),
            ("tls://u:p@h", "tls://h"), ("https://h/a#b", "https://h/a"), ("://", "://"), ("a http://", "a http://"),
        ]
        for (text, clean) in cases { #expect(RemoteAddress.withoutSecrets(text) == clean) }
        let error = FFmpegError(
            code: -1, operation: "open", subject: "http://u:p@h/a?b", reason: "see http://u:p@h/c?d")
        #expect(error.description == "http://h/a: see http://h/c")
    }

    @Test func rulesSayWhatMayBeAnInput() {
        var rules = InputRules()
        #expect(rules.address(of: "http://h/a") != nil && rules.address(of: "ftp://h/a") == nil)
        #expect(rules.list(for: nil) == "file" && rules.listForOthers == "none")
        #expect(rules.list(for: rules.address(of: "http://h/a")) == "http,httpproxy,https,tcp,tls")
        rules.allowedProtocols = ["ftp", "file", "https"]
        #expect(rules.address(of: "ftp://h/a") != nil && rules.address(of: "file:///a") == nil)
        #expect(rules.listForOthers == "file,ftp,httpproxy,https,tcp,tls")
        // Whatever is allowed, a file remains a file and a web server leads to the web only.
        #expect(rules.list(for: nil) == "file")
        #expect(rules.list(for: rules.address(of: "http://h/a")) == "http,httpproxy,https,tcp,tls")
        rules.addresses = ["http://h/a": "http://u:p@h/a?b"]
        #expect(rules.address(of: "http://h/a")?.url == "http://u:p@h/a?b")
        #expect(InputRules.knownProtocols.isSuperset(of: ["file", "http", "tcp"]))
    }
}
