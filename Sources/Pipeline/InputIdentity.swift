import Foundation
import Journal
import Media
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What tells an input from itself after a change.
enum InputIdentity {
    /// The identity of the input `name`; nil where it is a file that is not there. Throws where a server does not answer or refuses. Blocks.
    static func of(_ name: String, rules: InputRules = .current) throws(PipelineError) -> FileIdentity? {
        guard let address = rules.address(of: name) else { return FileIdentity(path: name) }
        guard RemoteAddress.webSchemes.contains(address.scheme) else {
            return FileIdentity(size: RemoteFile.size(name) ?? 0, modified: 0)
        }
        do {
            return FileIdentity(try WebFile(address, patience: rules.patience).look())
        } catch {
            throw PipelineError(.input, operation: "read", subject: name, reason: error.reason)
        }
    }
}

extension FileIdentity {
    /// The size, and in place of the time of change what the server says in its stead: an entity tag, or that time. A server that says neither
    /// changes files of the same size unnoticed.
    fileprivate init(_ answer: WebFile.Answer) {
        self.init(size: answer.size, modified: answer.version.map(Self.digest) ?? 0)
    }

    /// FNV-1a.
    private static func digest(_ text: String) -> Int64 {
        Int64(bitPattern: text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 })
    }
}

/// A file on a web server, asked for its first byte only: some addresses are good for reading and not for asking about.
struct WebFile {
    struct Answer: Sendable, Hashable {
        /// Bytes; 0 where the server does not say.
        var size: Int64
        /// Changes whenever the file does; nil where the server does not say.
        var version: String?
    }

    struct Failure: Error {
        let reason: String
    }

    private let request: URLRequest
    private let patience: Double

    init(_ address: RemoteAddress, patience: Double) throws(Failure) {
        guard var parts = URLComponents(string: address.url) else { throw Failure(reason: "is not a valid address") }
        let (user, password) = (parts.user, parts.password)
        (parts.user, parts.password) = (nil, nil)
        guard let url = parts.url else { throw Failure(reason: "is not a valid address") }
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
        request.setValue("bytes=0-0", forHTTPHeaderField: "Range")
        if let user {
            let credentials = Data("\(user):\(password ?? "")".utf8).base64EncodedString()
            request.setValue("Basic \(credentials)", forHTTPHeaderField: "Authorization")
        }
        self.request = request
        self.patience = patience
    }

    /// Asks the server. Blocks.
    func look() throws(Failure) -> Answer {
        let head = AnswerHead()
        let session = URLSession(configuration: .ephemeral, delegate: head, delegateQueue: nil)
        let task = session.dataTask(with: request)
        task.resume()
        defer {
            task.cancel()
            session.finishTasksAndInvalidate()
        }
        let response: HTTPURLResponse
        switch head.wait(seconds: patience) {
        case .success(let head): response = head
        case .failure(let failure): throw failure
        }
        guard [200, 206].contains(response.statusCode) else {
            throw Failure(reason: ServerAnswer.reason(status: response.statusCode))
        }
        return Answer(
            size: Self.size(response),
            version: response.value(forHTTPHeaderField: "ETag") ?? response.value(forHTTPHeaderField: "Last-Modified"))
    }
}

extension WebFile {
    /// Bytes of the whole file, whatever part of it was answered with.
    private static func size(_ response: HTTPURLResponse) -> Int64 {
        let range = response.value(forHTTPHeaderField: "Content-Range")
        let total = range?.split(separator: "/").last.flatMap { Int64($0) }
        return total ?? (response.statusCode == 200 ? max(0, response.expectedContentLength) : 0)
    }
}

/// Waits for the head of an answer and lets no body come.
private final class AnswerHead: NSObject, URLSessionDataDelegate, Sendable {
    private typealias Outcome = Result<HTTPURLResponse, WebFile.Failure>
    private let outcome = Mutex<Outcome?>(nil)
    private let isKnown = DispatchSemaphore(value: 0)

    /// Foundation's own time-outs do not end the wait for a server that takes the request and says nothing.
    func wait(seconds: Double) -> Result<HTTPURLResponse, WebFile.Failure> {
        guard isKnown.wait(timeout: .now() + seconds) == .success else {
            return .failure(WebFile.Failure(reason: "the server says nothing for \(seconds.formatted()) s"))
        }
        return outcome.withLock(\.self) ?? .failure(WebFile.Failure(reason: "the server gives no answer"))
    }

    private func settle(_ result: Outcome) {
        outcome.withLock { if $0 == nil { $0 = result } }
        isKnown.signal()
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        if let response = response as? HTTPURLResponse { settle(.success(response)) }
        completionHandler(.cancel)
    }

    /// To other addresses of the web only, and credentials do not travel to other servers.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
    ) {
        guard let scheme = request.url?.scheme?.lowercased(), RemoteAddress.webSchemes.contains(scheme) else {
            settle(.failure(WebFile.Failure(reason: "the server leads on to an address that is not of the web")))
            return completionHandler(nil)
        }
        var next = request
        if request.url?.host != response.url?.host { next.setValue(nil, forHTTPHeaderField: "Authorization") }
        completionHandler(next)
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let reason = error.map(NetworkFault.reason) ?? "it gives no answer"
        settle(.failure(WebFile.Failure(reason: "cannot be reached: \(reason)")))
    }
}
