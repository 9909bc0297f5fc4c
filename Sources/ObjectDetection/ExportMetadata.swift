import Imaging

/// What exporters write into a model file's metadata.
struct ExportMetadata {
    /// Class names by index (Ultralytics: `{0: 'person', 1: 'bicycle'}` or `['person', 'bicycle']`); nil where absent.
    let names: [String]?
    /// Input size (Ultralytics: `[height, width]`); nil where absent.
    let inputSize: ImageSize?
    /// Cell sizes in input pixels, in output order (`model build`: `[8, 16, 32]`); nil where absent.
    let strides: [Int]?
    /// Predictions of each cell, half the numbers of one level's anchors (`model build`: `[[10, 13, 16, 30], [30, 61, 62, 45]]`); nil
    /// where absent.
    let anchorsPerCell: Int?

    init(_ metadata: [String: String]) {
        names = metadata["names"].flatMap(Self.names)
        // A number too large to read makes the list nonsense, not shorter.
        strides = metadata["strides"].map { $0.split { !$0.isNumber }.map { Int($0) ?? 0 } }
            .flatMap { !$0.isEmpty && $0.allSatisfy { (1...1024).contains($0) } ? $0 : nil }
        anchorsPerCell = metadata["anchors"].map { $0.prefix { $0 != "]" }.count { $0 == "," } / 2 + 1 }
        let sides = (metadata["imgsz"] ?? "").split { !$0.isNumber }.compactMap { Int($0) }
        inputSize =
            switch sides.count {
            case 1 where sides[0] > 0: ImageSize(width: sides[0], height: sides[0])
            case 2 where sides.allSatisfy { $0 > 0 }: ImageSize(width: sides[1], height: sides[0])
            default: nil
            }
    }

    /// The quoted strings of a Python list or dictionary; a dictionary's keys must be 0, 1, 2 …
    private static func names(_ text: String) -> [String]? {
        var names: [String] = []
        var between = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "'" || character == "\"" else {
                between.append(character)
                continue
            }
            let key = between.filter(\.isNumber)
            guard key.isEmpty || Int(key) == names.count, let name = quoted(&rest, by: character) else { return nil }
            names.append(name)
            between = ""
        }
        return names.isEmpty ? nil : names
    }

    /// Reads up to the closing quote, which it consumes; nil where there is none.
    private static func quoted(_ rest: inout Substring, by quote: Character) -> String? {
        var value = ""
        while let character = rest.popFirst() {
            if character == quote { return value }
            if character == "\\", let escaped = rest.popFirst() {
                value.append(escaped)
            } else {
                value.append(character)
            }
        }
        return nil
    }
}
