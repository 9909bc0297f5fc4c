/// Rows of a definition: those of the backbone, of the head, of levels of reduction, or by number.
package struct LighteningStages: Sendable, Hashable {
    fileprivate enum Part: Sendable, Hashable {
        case backbone
        case head
        /// Rows whose result is 2ⁿ-fold reduced.
        case level(Int)
        case rows(ClosedRange<Int>)
    }

    private let parts: [Part]

    package static let all = LighteningStages(parts: [.backbone, .head])
    package static let backbone = LighteningStages(parts: [.backbone])

    private init(parts: [Part]) { self.parts = parts }

    /// Reads `backbone`, `head`, `p3`, `4` and `4-9`, separated by commas; nil where a part is none of these.
    package init?(_ text: String) {
        var parts: [Part] = []
        for word in text.lowercased().split(separator: ",", omittingEmptySubsequences: false) {
            guard let part = Part(word.filter { !$0.isWhitespace }) else { return nil }
            parts.append(part)
        }
        self.parts = parts
    }

    func contains(_ site: LighteningSite) -> Bool {
        parts.contains { part in
            switch part {
            case .backbone: site.isBackbone
            case .head: !site.isBackbone
            case .level(let level): site.level == level
            case .rows(let range): range.contains(site.index)
            }
        }
    }
}

extension LighteningStages.Part {
    fileprivate init?(_ word: String) {
        switch word {
        case "backbone": self = .backbone
        case "head": self = .head
        default:
            if word.hasPrefix("p"), let level = Int(word.dropFirst()), (1...7).contains(level) {
                self = .level(level)
                return
            }
            let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first >= 0,
                first <= last
            else { return nil }
            self = .rows(first...last)
        }
    }
}
