extension ModelDefinition {
    /// The definition as a file.
    /// - Parameter heading: what it is, one line each; becomes comments.
    package func text(heading: [String]) -> String {
        var lines = heading.map { "# \($0)" } + [""]
        lines.append("nc: \(classCount)")
        if let labels {
            lines.append("names: [\(labels.map(Self.quoted).joined(separator: ", "))]")
        }
        lines.append("depth_multiple: \(depthMultiple)")
        lines.append("width_multiple: \(widthMultiple)")
        if let activation { lines.append("activation: \(activation.text)") }
        lines.append("anchors:")
        lines += anchors.map { level in "  - [\(level.map(Self.short).joined(separator: ", "))]" }
        lines += ["", "backbone:"] + rowLines(0..<backboneCount)
        lines += ["", "head:"] + rowLines(backboneCount..<rows.count)
        return lines.joined(separator: "\n") + "\n"
    }

    /// Rows, with their numbers behind them.
    private func rowLines(_ range: Range<Int>) -> [String] {
        let texts = rows[range].map { row in
            let from = row.from.count == 1 ? "\(row.from[0])" : "[\(row.from.map(String.init).joined(separator: ", "))]"
            let arguments = row.arguments.map(\.text).joined(separator: ", ")
            return "  - [\(from), \(row.number), \(row.module), [\(arguments)]]"
        }
        let width = texts.map(\.count).max() ?? 0
        return zip(range, texts).map { index, text in
            text + String(repeating: " ", count: width - text.count) + "  # \(index)"
        }
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

    private static func short(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    }
}
