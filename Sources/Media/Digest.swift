import CFFmpeg
import Foundation

/// SHA-256 by libavutil, in lower-case hexadecimal (64 characters).
package enum SHA256Digest {
    /// Bytes read from a file at a time.
    private static let chunkSize = 1 << 20

    /// Digest of bytes in memory.
    package static func hexDigest(of bytes: [UInt8]) -> String {
        let hash = SHA256State()
        hash.update(bytes)
        return hash.finish()
    }

    /// Digest of the file at `path`; throws where it cannot be read.
    package static func hexDigest(ofFile path: String) throws(FFmpegError) -> String {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let hash = SHA256State()
            while let chunk = try file.read(upToCount: chunkSize), !chunk.isEmpty { hash.update([UInt8](chunk)) }
            return hash.finish()
        } catch {
            let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? Int(EIO)
            throw FFmpegError(code: wh_averror(Int32(code)), operation: "read", subject: path)
        }
    }
}

/// Owns an `AVSHA`.
private final class SHA256State {
    private let context: OpaquePointer

    init() {
        guard let context = av_sha_alloc() else { fatalError("out of memory") }
        self.context = context
        precondition(av_sha_init(context, 256) == 0, "libavutil knows SHA-256")
    }

    deinit { av_free(UnsafeMutableRawPointer(context)) }

    func update(_ bytes: [UInt8]) { av_sha_update(context, bytes, bytes.count) }

    func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        av_sha_final(context, &digest)
        return digest.hexadecimal
    }
}

extension [UInt8] {
    /// Two lower-case digits a byte.
    var hexadecimal: String { map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
}
