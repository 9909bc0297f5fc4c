import Foundation
import Synchronization

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One file fetched over HTTP into a partial file, going on where an earlier attempt stopped.
struct ModelDownload: Sendable {
    /// Names the model in errors.
    let name: String
    let url: URL
    /// Grows while the download runs; complete when ``run(progress:)`` returns.
    let partial: String
    /// Expected size of the file.
    let byteCount: Int

    /// Seconds without any data after which the server counts as unreachable.
    private static let patience = 30.0

    func run(progress: @escaping @Sendable (Int) -> Void) async throws(PipelineError) {
        let have = size(of: partial)
        // More than the whole file cannot be the beginning of it; exactly the whole file is for the digest to judge.
        guard have != byteCount else { return progress(have) }
        let offset = have < byteCount ? have : 0
        do {
            try await transfer(from: offset, progress)
        } catch .rangeRefused {
            try? FileManager.default.removeItem(atPath: partial)
            do { try await transfer(from: 0, progress) } catch { throw failure(error) }
        } catch {
            throw failure(error)
        }
    }

    private func transfer(from offset: Int, _ progress: @escaping @Sendable (Int) -> Void) async throws(TransferError) {
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: Self.patience)
        if offset > 0 { request.setValue("bytes=\(offset)-", forHTTPHeaderField: "Range") }
        let result: Result<Void, TransferError> = await withCheckedContinuation { continuation in
            let receiver = TransferReceiver(path: partial, offset: offset, progress: progress) {
                continuation.resume(returning: $0)
            }
            let session = URLSession(configuration: .ephemeral, delegate: receiver, delegateQueue: nil)
            session.dataTask(with: request).resume()
            session.finishTasksAndInvalidate()
        }
        try result.get()
    }

    private func size(of path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    private func failure(_ error: TransferError) -> PipelineError {
        let host = url.host ?? url.absoluteString
        let reason =
            switch error {
            case .unreachable(let why): "cannot reach \(host): \(why)"
            case .status(let code): "\(host) answered with status \(code) for \(url.absoluteString)"
            case .rangeRefused: "\(host) does not send the rest of the file"
            case .file(let why): "cannot write \(partial): \(why)"
            }
        return .download(name, "\(reason); run the command again, or use --from FILE")
    }
}

/// Why a transfer ended early.
enum TransferError: Error, Sendable, Hashable {
    case unreachable(String)
    case status(Int)
    /// The server cannot go on at the offset asked for.
    case rangeRefused
    case file(String)
}

extension PipelineError {
    static func download(_ name: String, _ reason: String) -> PipelineError {
        PipelineError(.download, operation: "download it", subject: name, reason: reason)
    }
}

/// Writes what a data task receives to a file.
private final class TransferReceiver: NSObject, URLSessionDataDelegate, Sendable {
    private struct State {
        var file: FileHandle?
        var received: Int
        var failure: TransferError?
    }

    private let path: String
    private let offset: Int
    private let progress: @Sendable (Int) -> Void
    private let completion: @Sendable (Result<Void, TransferError>) -> Void
    private let state: Mutex<State>

    init(
        path: String, offset: Int, progress: @escaping @Sendable (Int) -> Void,
        completion: @escaping @Sendable (Result<Void, TransferError>) -> Void
    ) {
        self.path = path
        self.offset = offset
        self.progress = progress
        self.completion = completion
        state = Mutex(State(received: offset))
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
    ) {
        let accepted = state.withLock { state in
            do throws(TransferError) {
                let start = try TransferStart.position(for: response as? HTTPURLResponse, asked: offset)
                state.file = try open(at: start)
                state.received = start
                return true
            } catch {
                state.failure = error
                return false
            }
        }
        completionHandler(accepted ? .allow : .cancel)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let received: Int? = state.withLock { state in
            guard state.failure == nil, let file = state.file else { return nil }
            do {
                try file.write(contentsOf: data)
                state.received += data.count
                return state.received
            } catch {
                state.failure = .file(error.localizedDescription)
                return nil
            }
        }
        if let received { progress(received) } else { dataTask.cancel() }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let failure = state.withLock { state -> TransferError? in
            try? state.file?.close()
            return state.failure ?? error.map { .unreachable(NetworkFault.reason($0)) }
        }
        completion(failure.map { .failure($0) } ?? .success(()))
    }

    private func open(at position: Int) throws(TransferError) -> FileHandle {
        do {
            if !FileManager.default.fileExists(atPath: path) {
                _ = FileManager.default.createFile(atPath: path, contents: nil)
            }
            let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try file.truncate(atOffset: UInt64(position))
            try file.seekToEnd()
            return file
        } catch {
            throw .file(error.localizedDescription)
        }
    }
}

/// Where in the file the body of an answer belongs.
enum TransferStart {
    /// - Parameters:
    ///   - response: the answer's head.
    ///   - asked: first byte asked for; 0 asks for the whole file.
    static func position(for response: HTTPURLResponse?, asked: Int) throws(TransferError) -> Int {
        switch response?.statusCode {
        case 200?: return 0
        case 206?:
            // "bytes 100-999/1000"
            let range = response?.value(forHTTPHeaderField: "Content-Range") ?? ""
            let first = range.drop { !$0.isNumber }.prefix { $0.isNumber }
            guard Int(first) == asked else { throw .rangeRefused }
            return asked
        case 416?: throw .rangeRefused
        case let code?: throw .status(code)
        case nil: throw .unreachable("the answer is not HTTP")
        }
    }
}
