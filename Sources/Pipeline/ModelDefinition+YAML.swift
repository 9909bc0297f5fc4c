import Foundation
package import ModelDefinition
import Yams

extension ModelDefinition {
    /// Reads a model definition, in the format of YOLOv5's and YOLOv7's model files.
    ///
    /// Throws `ModelDefinitionError` with the file, the line where it is known, and what to write there.
    package init(yamlFile path: String) throws(ModelDefinitionError) {
        let text: String
        do {
            text = try readText(path, as: "model definition")
        } catch {
            throw ModelDefinitionError(.malformed, subject: path, reason: error.reason)
        }
        try self.init(yaml: text, name: path)
    }

    /// Reads the text of a definition; `name` stands for the file in errors.
    package init(yaml text: String, name: String) throws(ModelDefinitionError) {
        let reading = DefinitionReading(name: name)
        let root = try reading.root(of: text)
        try reading.refuseUnknownKeys(in: root)
        let backbone = try reading.rows("backbone", in: root)
        let head = try reading.rows("head", in: root)
        self.init(
            source: name, classCount: try reading.classCount(in: root), anchors: try reading.anchors(in: root),
            rows: backbone + head, backboneCount: backbone.count)
        depthMultiple = try reading.multiple("depth_multiple", in: root)
        widthMultiple = try reading.multiple("width_multiple", in: root)
        activation = root["activation"]?.argument
        labels = try reading.labels(in: root, count: classCount)
    }

    /// Whether the file at `path` is a definition: YAML with a backbone.
    static func isDefinition(yamlFile path: String) -> Bool {
        guard let text = try? readText(path, as: "model definition") else { return false }
        return (try? DefinitionReading(name: path).root(of: text))?["backbone"] != nil
    }
}

/// The steps of reading one file.
private struct DefinitionReading {
    let name: String

    private static let keys = [
        "nc", "names", "depth_multiple", "width_multiple", "activation", "ch", "anchors", "backbone", "head",
    ]
    /// No definition is longer, in bytes.
    private static let maximumSize = 1 << 17
    /// No definition nests brackets or dashes deeper.
    private static let maximumDepth = 16

    func failure(_ node: Node?, _ reason: String) -> ModelDefinitionError {
        let line = node?.mark.map { ":\($0.line)" } ?? ""
        return ModelDefinitionError(.malformed, subject: name + line, reason: reason)
    }

    func root(of text: String) throws(ModelDefinitionError) -> Node {
        guard text.utf8.count <= Self.maximumSize, depth(of: text) <= Self.maximumDepth else {
            throw failure(nil, "it is too long or too deeply nested to be a model definition")
        }
        guard !text.hasYAMLReferences else {
            throw failure(nil, "it has anchors or references to them (& or *); write out what they stand for")
        }
        do {
            if let root = try Yams.compose(yaml: text), root.mapping != nil { return root }
        } catch {
            let fault = YAMLFault(error, in: nil)
            let place = fault.line.map { "\(name):\($0)" } ?? name
            throw ModelDefinitionError(.malformed, subject: place, reason: fault.reason)
        }
        throw failure(nil, "it is no model definition; it needs nc, anchors, backbone and head")
    }

    /// How deep brackets, or dashes on one line, nest at most.
    private func depth(of text: String) -> Int {
        var (deepest, brackets) = (0, 0)
        for character in text {
            if "[{".contains(character) { brackets += 1 }
            if "]}".contains(character) { brackets = max(0, brackets - 1) }
            deepest = max(deepest, brackets)
        }
        for line in text.split(separator: "\n") {
            deepest = max(deepest, line.prefix { "- ?:".contains($0) }.count { $0 != " " })
        }
        return deepest
    }

    func refuseUnknownKeys(in root: Node) throws(ModelDefinitionError) {
        for key in root.mapping.map({ Array($0.keys) }) ?? [] where !Self.keys.contains(key.string ?? "") {
            throw failure(key, "unknown key '\(key.string ?? "?")'; known are \(Self.keys.joined(separator: ", "))")
        }
        if let channels = root["ch"], channels.argument != .integer(3) {
            throw failure(channels, "ch: pictures have 3 channels here")
        }
    }

    func classCount(in root: Node) throws(ModelDefinitionError) -> Int {
        guard let node = root["nc"] else { throw failure(nil, "'nc', the number of classes, is missing") }
        guard case .integer(let count) = node.argument, (1...10_000).contains(count) else {
            throw failure(node, "nc: write the number of classes, from 1 to 10000")
        }
        return count
    }

    func multiple(_ key: String, in root: Node) throws(ModelDefinitionError) -> Double {
        switch root[key]?.argument {
        case nil: return 1
        case .integer(let value) where (1...16).contains(value): return Double(value)
        case .number(let value) where value > 0 && value <= 16: return value
        default: throw failure(root[key], "\(key): write a factor above 0, up to 16")
        }
    }

    func anchors(in root: Node) throws(ModelDefinitionError) -> [[Double]] {
        guard let node = root["anchors"] else { throw failure(nil, "'anchors' is missing") }
        let wanted = "anchors: write one list of widths and heights for each level, such as - [10,13, 16,30, 33,23]"
        guard case .list(let levels) = node.argument, !levels.isEmpty else { throw failure(node, wanted) }
        var anchors: [[Double]] = []
        for level in levels {
            guard let numbers = level.numbers else { throw failure(node, wanted) }
            anchors.append(numbers)
        }
        return anchors
    }

    func labels(in root: Node, count: Int) throws(ModelDefinitionError) -> [String]? {
        guard let node = root["names"] else { return nil }
        let items = node.sequence.map { Array($0) } ?? node.mapping.map { Array($0.values) } ?? []
        let names = items.compactMap { $0.scalar?.string }
        guard names.count == items.count, names.count == count else {
            throw failure(node, "names: write as many names as nc says, \(count)")
        }
        return names
    }

    func rows(_ key: String, in root: Node) throws(ModelDefinitionError) -> [ModuleRow] {
        guard let node = root[key] else { throw failure(nil, "'\(key)', a list of rows, is missing") }
        guard let items = node.sequence, !items.isEmpty else {
            throw failure(node, "\(key): write a list of rows [from, number, module, args]")
        }
        var rows: [ModuleRow] = []
        for item in items { rows.append(try row(item)) }
        return rows
    }

    private func row(_ node: Node) throws(ModelDefinitionError) -> ModuleRow {
        guard case .list(let parts) = node.argument, parts.count == 4 else {
            throw failure(node, "write a row as [from, number, module, args], such as [-1, 1, Conv, [64, 3, 2]]")
        }
        guard let from = parts[0].rowNumbers else {
            throw failure(
                node, "'\(parts[0].text)': write the row's number to read from, -1 for the one before, or a list")
        }
        guard case .integer(let number) = parts[1] else {
            throw failure(node, "'\(parts[1].text)': write a whole number of repetitions")
        }
        guard case .text(let module) = parts[2] else {
            throw failure(node, "'\(parts[2].text)': write a module's name, such as Conv")
        }
        guard case .list(let arguments) = parts[3] else {
            throw failure(node, "'\(parts[3].text)': write the arguments in brackets")
        }
        return ModuleRow(from: from, number: number, module: module, arguments: arguments, line: node.mark?.line)
    }
}

extension ModuleArgument {
    /// One row's number, or several.
    fileprivate var rowNumbers: [Int]? {
        switch self {
        case .integer(let row): return [row]
        case .list(let items):
            let rows = items.compactMap { if case .integer(let row) = $0 { row } else { Int?.none } }
            return rows.count == items.count && (1...64).contains(rows.count) ? rows : nil
        default: return nil
        }
    }
}

extension Node {
    /// The node as an argument; mappings, which arguments are not, as text.
    fileprivate var argument: ModuleArgument {
        if let sequence { return .list(sequence.map(\.argument)) }
        guard let scalar else { return .text("{…}") }
        guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "None": return .none
        case "true", "True": return .bool(true)
        case "false", "False": return .bool(false)
        default: break
        }
        if let value = Int(scalar.string) { return .integer(value) }
        if let value = Double(scalar.string), value.isFinite { return .number(value) }
        return .text(scalar.string)
    }
}
