import Foundation
import Yams

/// Where and why a YAML file could not be read, from the many shapes that errors have.
struct YAMLFault {
    /// From 1; nil where it is not known.
    var line: Int?
    var reason: String

    init(_ error: any Error, in root: Node?) {
        switch error {
        case let error as YamlError: (line, reason) = Self.syntax(error)
        case let error as DecodingError: (line, reason) = Self.value(error, in: root)
        default: (line, reason) = (nil, "\(error)")
        }
    }

    private static func syntax(_ error: YamlError) -> (line: Int?, reason: String) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            (context.mark.line, "the key '\(keys.map { "\($0)" }.joined(separator: "', '"))' stands there twice")
        default: (nil, "not YAML: \(error)".replacing("\n", with: " "))
        }
    }

    private static func value(_ error: DecodingError, in root: Node?) -> (line: Int?, reason: String) {
        let (context, what) =
            switch error {
            case .dataCorrupted(let context): (context, context.debugDescription)
            case .typeMismatch(_, let context), .valueNotFound(_, let context):
                (context, "a value of another kind is expected here")
            case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "\(error)")
            }
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        let key = path.drop { $0 == "." }
        let node = context.codingPath.reduce(root) { $0?.child($1) }
        let line = unknownKeyLine(in: node, reason: what) ?? node?.mark?.line
        return (line, key.isEmpty ? what : "\(key): \(what)")
    }

    /// The line of the key that `reason` quotes first, where `node` is the mapping that holds it.
    private static func unknownKeyLine(in node: Node?, reason: String) -> Int? {
        let quoted = reason.split(separator: "'", omittingEmptySubsequences: false)
        guard quoted.count > 1 else { return nil }
        return node?.mapping?.keys.first { $0.string == String(quoted[1]) }?.mark?.line
    }
}

extension Node {
    fileprivate func child(_ key: any CodingKey) -> Node? {
        guard let index = key.intValue else { return mapping?[Node(key.stringValue)] }
        guard let sequence, sequence.indices.contains(index) else { return nil }
        return sequence[index]
    }
}

/// A small text file in UTF-8, without a byte order mark.
func readText(_ path: String, as kind: String) throws(PipelineError) -> String {
    let attributes = try? FileManager.default.attributesOfItem(
        atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    guard attributes?[.type] as? FileAttributeType != .typeDirectory else {
        throw PipelineError.model(path, "read the \(kind)", "it is a folder; give a file in it")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
        throw PipelineError.model(path, "read the \(kind)", "no such file, or no permission")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
        throw PipelineError.model(path, "read the \(kind)", "it is not text in UTF-8")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
}
