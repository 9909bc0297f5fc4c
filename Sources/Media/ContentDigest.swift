import CFFmpeg
import Foundation

/// Tells contents of files apart: MurmurHash3 (128 bits) by libavutil, in lower-case hexadecimal (32 characters). Fast, and no protection against
/// someone who wants two files to look the same.
package enum ContentDigest {
    /// Bytes read at a time.
    private static let chunkSize = 1 << 16
    /// Chunks of a sample; files of up to so many are read whole.
    private static let chunksInSample = 48

    /// Digest of everything in the file at `path`; throws where it cannot be read.
    package static func whole(ofFile path: String) throws(FFmpegError) -> String {
        try digest(ofFile: path) { file, hash in
            while try hash.update(from: file, upTo: chunkSize) {}
        }
    }

    /// Digest of the size of the file at `path` and of 3 MiB of it, spread evenly from its first to its last bytes: enough to know a video again
    /// that was moved or copied, at the same cost for any length.
    package static func sample(ofFile path: String) throws(FFmpegError) -> String {
        try digest(ofFile: path) { file, hash in
            let size = try file.seekToEnd()
            hash.update(withUnsafeBytes(of: size.littleEndian, Array.init))
            let chunks = UInt64(chunksInSample)
            let chunk = UInt64(chunkSize)
            let isSmall = size <= chunks * chunk
            for place in 0..<chunks {
                try file.seek(toOffset: isSmall ? place * chunk : (size - chunk) / (chunks - 1) * place)
                _ = try hash.update(from: file, upTo: chunkSize)
            }
            if !isSmall {
                try file.seek(toOffset: size - chunk)
                _ = try hash.update(from: file, upTo: chunkSize)
            }
        }
    }

    private static func digest(
        ofFile path: String, _ read: (FileHandle, MurmurState) throws -> Void
    ) throws(FFmpegError) -> String {
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            let hash = MurmurState()
            try read(file, hash)
            return hash.finish()
        } catch {
            throw FFmpegError(reading: path, error)
        }
    }
}

extension FFmpegError {
    /// A file that Foundation could not read.
    init(reading path: String, _ error: any Error) {
        let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? Int(EIO)
        self.init(code: wh_averror(Int32(code)), operation: "read", subject: path)
    }
}

/// Owns an `AVMurMur3`.
private final class MurmurState {
    private let context: OpaquePointer

    init() {
        guard let context = av_murmur3_alloc() else { fatalError("out of memory") }
        self.context = context
        av_murmur3_init(context)
    }

    deinit { av_free(UnsafeMutableRawPointer(context)) }

    func update(_ bytes: [UInt8]) { av_murmur3_update(context, bytes, bytes.count) }

    /// Takes in the next bytes of a file; false at its end.
    func update(from file: FileHandle, upTo count: Int) throws -> Bool {
        guard let chunk = try file.read(upToCount: count), !chunk.isEmpty else { return false }
        update([UInt8](chunk))
        return true
    }

    func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 16)
        av_murmur3_final(context, &digest)
        return digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}
