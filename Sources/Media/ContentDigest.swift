import CFFmpeg
import Glibc

/// Tells contents of files apart: MurmurHash3 (128 bits) by libavutil, in lower-case hexadecimal (32 characters). Fast, and no protection against
/// someone who wants two files to look the same.
package enum ContentDigest {
    /// Bytes read at a time.
    private static let chunkSize = 1 << 16
    /// Chunks of a sample; files of up to so many are read whole.
    private static let chunksInSample: Int64 = 48

    /// Digest of everything in the file at `path`; throws where it cannot be read.
    package static func whole(ofFile path: String) throws(FFmpegError) -> String {
        let file = try DigestedFile(path: path)
        while try file.take(upTo: chunkSize) {}
        return file.hash.finish()
    }

    /// Digest of the size of the file at `path` and of 3 MiB of it, spread evenly from its first to its last bytes: enough to know a video again
    /// that was moved or copied, at the same cost for any length.
    package static func sample(ofFile path: String) throws(FFmpegError) -> String {
        let file = try DigestedFile(path: path)
        let size = try file.size()
        file.hash.update(withUnsafeBytes(of: size.littleEndian, Array.init))
        let chunk = Int64(chunkSize)
        let isSmall = size <= chunksInSample * chunk
        for place in 0..<chunksInSample {
            let last = place == chunksInSample - 1
            try file.seek(
                to: isSmall ? place * chunk : last ? size - chunk : (size - chunk) / (chunksInSample - 1) * place)
            _ = try file.take(upTo: chunkSize)
        }
        return file.hash.finish()
    }
}

/// A file whose content goes into a digest.
private final class DigestedFile {
    let hash = MurmurState()
    private let path: String
    private let file: UnsafeMutablePointer<FILE>

    init(path: String) throws(FFmpegError) {
        guard let file = fopen(PathText.cString(path), "rbe") else { throw FFmpegError.reading(path, errno) }
        (self.path, self.file) = (path, file)
    }

    deinit { fclose(file) }

    /// Bytes.
    func size() throws(FFmpegError) -> Int64 {
        guard fseeko(file, 0, SEEK_END) == 0 else { throw FFmpegError.reading(path, errno) }
        return Int64(ftello(file))
    }

    func seek(to place: Int64) throws(FFmpegError) {
        guard fseeko(file, Int(place), SEEK_SET) == 0 else { throw FFmpegError.reading(path, errno) }
    }

    /// Takes the next bytes in; false at the end of the file.
    func take(upTo count: Int) throws(FFmpegError) -> Bool {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = fread(buffer.baseAddress, 1, count, file)
        }
        guard ferror(file) == 0 else { throw FFmpegError.reading(path, errno) }
        hash.update(bytes)
        return !bytes.isEmpty
    }
}

extension FFmpegError {
    /// A file that the system could not read.
    fileprivate static func reading(_ path: String, _ code: Int32) -> FFmpegError {
        FFmpegError(code: wh_averror(code), operation: "read", subject: path)
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

    func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 16)
        av_murmur3_final(context, &digest)
        return digest.hexadecimal
    }
}
