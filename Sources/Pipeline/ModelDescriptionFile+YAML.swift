import Foundation
package import ObjectDetection
import Yams

/// What the user wrote about a model, and where.
package struct WrittenDescription: Sendable, Hashable {
    /// The fields given; empty where nothing is written.
    package var fields = ModelDescriptionFile()
    /// The description file; nil where there is none.
    package var descriptionPath: String?
    /// The label list read, named by the description or found beside the model; nil where there is none.
    package var labelsPath: String?

    package init() {}

    /// Reads what lies beside the model at `modelPath`: `NAME.yaml` (or `NAME.yml`), and a label list.
    ///
    /// Labels come from the description; where it has none, from `labels.txt` in the model's folder, one name a line. Throws
    /// ``PipelineError`` (`model`) with the file, the line where it is known, and the key.
    package static func beside(modelPath: String) throws(PipelineError) -> WrittenDescription {
        var written = WrittenDescription()
        let base = (modelPath as NSString).deletingPathExtension
        if let path = ["\(base).yaml", "\(base).yml"].first(where: FileManager.default.fileExists) {
            written.descriptionPath = path
            written.fields = try ModelDescriptionFile(yamlFile: path)
        }
        let folder = (modelPath as NSString).deletingLastPathComponent
        if let name = written.fields.labels?.first, written.fields.labels?.count == 1, name.hasSuffix(".txt") {
            written.labelsPath = name.hasPrefix("/") ? name : join(folder, name)
        } else if written.fields.labels == nil, FileManager.default.fileExists(atPath: join(folder, "labels.txt")) {
            written.labelsPath = join(folder, "labels.txt")
        }
        if let path = written.labelsPath { written.fields.labels = try labels(inFile: path) }
        return written
    }

    private static func labels(inFile path: String) throws(PipelineError) -> [String] {
        let text = try readText(path, as: "label list")
        let names = text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
        let labels = names.filter { !$0.isEmpty }
        guard !labels.isEmpty else { throw PipelineError.model(path, "read the label list", "it has no names") }
        return labels
    }
}

extension ModelDescriptionFile {
    /// Reads a description file; see docs/model-description.md.
    package init(yamlFile path: String) throws(PipelineError) {
        try self.init(yaml: try readText(path, as: "model description"), name: path)
    }

    /// Reads the text of a description file; `name` stands for it in errors.
    package init(yaml text: String, name: String) throws(PipelineError) {
        var root: Node?
        do {
            root = try Yams.compose(yaml: text)
            guard let root else {
                self.init()
                return
            }
            self = try YAMLDecoder().decode(ModelDescriptionFile.self, from: root)
        } catch {
            let fault = DescriptionFault(error, in: root)
            let place = fault.line.map { "\(name):\($0)" } ?? name
            throw PipelineError.model(place, "read the model description", fault.reason)
        }
    }
}

/// Where and why a description could not be read, from the many shapes that errors have.
private struct DescriptionFault {
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

extension PipelineError {
    static func model(_ subject: String, _ operation: String, _ reason: String) -> PipelineError {
        PipelineError(.model, operation: operation, subject: subject, reason: reason)
    }
}

/// A small text file in UTF-8, without a byte order mark.
private func readText(_ path: String, as kind: String) throws(PipelineError) -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
        throw PipelineError.model(path, "read the \(kind)", "no such file, or no permission")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
        throw PipelineError.model(path, "read the \(kind)", "it is not text in UTF-8")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
}
