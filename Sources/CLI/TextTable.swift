/// A table of texts: names in the first column, numbers in the others.
struct TextTable {
    let header: [String]
    let rows: [[String]]

    /// For a terminal.
    var lines: [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].columns }.max() ?? 0 }
        return all.map { row in
            row.indices.map {
                $0 == 0 ? row[$0].filled(to: widths[$0]) : row[$0].filled(before: widths[$0])
            }.joined(separator: "   ")
        }
    }

    var markdown: [String] {
        let rule = header.indices.map { $0 == 0 ? "---" : "---:" }
        return ([header.map(Self.escaped), rule] + rows.map { $0.map(Self.escaped) }).map {
            "| " + $0.joined(separator: " | ") + " |"
        }
    }

    private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
