import Glibc

/// Paths as text. A path is any bytes but 0; text is Unicode. So a byte that is no part of UTF-8 is held as a private character, U+10FF80 to
/// U+10FFFF for the bytes 0x80 to 0xFF; the bytes of a path that really has such a character are held likewise. Each path has one text, and
/// the text of a path of UTF-8 is the path.
package enum PathText {
    /// The character that stands for the byte 0.
    private static let base: UInt32 = 0x10FF00
    private static let strays: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

    /// The text of a path.
    package static func text(of bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self), !hasStrayBytes(text) { return text }
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            let next = rest.prefix(length(first))
            if let character = String(validating: next, as: UTF8.self), !hasStrayBytes(character) {
                text += character
                rest = rest.dropFirst(next.count)
            } else {
                text.unicodeScalars += next.prefix(1).compactMap { Unicode.Scalar(base + UInt32($0)) }
                rest = rest.dropFirst()
            }
        }
        return text
    }

    /// The path that has this text.
    package static func bytes(of text: String) -> [UInt8] {
        guard hasStrayBytes(text) else { return Array(text.utf8) }
        return text.unicodeScalars.flatMap { scalar in
            strays.contains(scalar.value) ? [UInt8(scalar.value - base)] : Array(UTF8.encode(scalar) ?? .init())
        }
    }

    /// Whether the path is not one of UTF-8.
    package static func hasStrayBytes(_ text: String) -> Bool {
        // All these characters begin with this byte, which is rare.
        text.utf8.contains(0xF4) && text.unicodeScalars.contains { strays.contains($0.value) }
    }

    /// The text for readers: what is no part of UTF-8 as `%` and two hexadecimal digits.
    package static func shown(_ text: String) -> String {
        guard hasStrayBytes(text) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            if strays.contains(scalar.value) {
                result += "%" + String(scalar.value - base, radix: 16, uppercase: true)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }

    /// Bytes of the character that begins with `first`, if it is one.
    private static func length(_ first: UInt8) -> Int {
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }
}

extension PathText {
    /// The arguments that the program was started with, its own name first.
    package static var arguments: [String] {
        let count = Int(CommandLine.argc)
        return (0..<count).compactMap { CommandLine.unsafeArgv[$0] }.map { text(of: $0) }
    }

    /// The path that the system has given as a string of C.
    static func text(of string: UnsafePointer<CChar>) -> String {
        let bytes = UnsafeRawBufferPointer(start: string, count: strlen(string))
        return text(of: bytes)
    }

    /// The path as the system takes it: ended by a 0.
    static func cString(_ text: String) -> [CChar] { bytes(of: text).map { CChar(bitPattern: $0) } + [0] }
}
