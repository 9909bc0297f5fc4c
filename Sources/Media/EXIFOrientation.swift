import CFFmpeg

/// How a JPEG file says that its picture is to be turned: tag 0x0112 of EXIF (JEITA CP-3451), which cameras write.
enum EXIFOrientation {
    /// Segments before the picture end sooner; each holds 64 KiB at most.
    private static let longestHead = 1 << 18

    /// The orientation in the head of the input `name`; upright where there is none, or no sense in it.
    static func ofFile(_ name: String) -> Orientation {
        let access = InputAccess(name)
        var stream = access.openAlone()
        defer { avio_closep(&stream) }
        guard let opened = stream else { return .upright }
        let head = [UInt8](unsafeUninitializedCapacity: longestHead) { buffer, count in
            count = max(0, Int(avio_read(opened, buffer.baseAddress, Int32(buffer.count))))
        }
        return ofJPEG(head)
    }

    /// The orientation that the first EXIF segment of a JPEG stream asks for.
    static func ofJPEG(_ bytes: [UInt8]) -> Orientation {
        guard bytes.starts(with: [0xff, 0xd8]) else { return .upright }
        var position = 2
        // Marker, length (which counts itself), content; from the first scan on there are no more segments of this kind.
        while position + 4 <= bytes.count, bytes[position] == 0xff {
            let (marker, length) = (bytes[position + 1], Int(bytes[position + 2]) << 8 | Int(bytes[position + 3]))
            if marker == 0xff {
                position += 1
                continue
            }
            guard marker != 0xda, length >= 2 else { return .upright }
            let content = bytes[min(position + 4, bytes.count)..<min(position + 2 + length, bytes.count)]
            if marker == 0xe1, content.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
                return TIFFDirectory(content.dropFirst(6)).orientation
            }
            position += 2 + length
        }
        return .upright
    }
}

/// The first directory of a TIFF structure.
private struct TIFFDirectory {
    private let bytes: ArraySlice<UInt8>
    private let isLittleEndian: Bool

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        isLittleEndian = bytes.first == 0x49
    }

    var orientation: Orientation {
        guard number(at: 0, bytes: 2) == (isLittleEndian ? 0x4949 : 0x4d4d), number(at: 2, bytes: 2) == 42,
            let directory = number(at: 4, bytes: 4), let entries = number(at: directory, bytes: 2)
        else { return .upright }
        // Entries of 12 bytes: tag, type, count, value.
        for entry in 0..<entries {
            let start = directory + 2 + 12 * entry
            guard let tag = number(at: start, bytes: 2) else { return .upright }
            if tag == 0x0112 { return Self.orientation(number(at: start + 8, bytes: 2)) }
        }
        return .upright
    }

    private static func orientation(_ value: Int?) -> Orientation {
        switch value {
        case 2: Orientation(isMirrored: true)
        case 3: Orientation(quarterTurns: 2)
        case 4: Orientation(quarterTurns: 2, isMirrored: true)
        case 5: Orientation(quarterTurns: 3, isMirrored: true)
        case 6: Orientation(quarterTurns: 1)
        case 7: Orientation(quarterTurns: 1, isMirrored: true)
        case 8: Orientation(quarterTurns: 3)
        default: .upright
        }
    }

    private func number(at offset: Int, bytes count: Int) -> Int? {
        guard offset >= 0, offset + count <= bytes.count else { return nil }
        let part = bytes[(bytes.startIndex + offset)...].prefix(count)
        return (isLittleEndian ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
    }
}
