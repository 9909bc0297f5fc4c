import Foundation
import Imaging
import ModelDefinition
package import ObjectDetection
import Yams

extension ModelDescription {
    /// The text of a description file that says everything this description does; see docs/model-description.md.
    package var yaml: String {
        var fields: [(ModelDescriptionFile.CodingKeys, Node)] = [
            (.inputName, .text(inputName)), (.inputSize, .text("\(inputSize)")),
            (.colourOrder, .text(colourOrder.rawValue)), (.scale, .number(scale)),
            (.mean, .list(mean, Node.number)), (.standardDeviation, .list(standardDeviation, Node.number)),
            (.resizeMode, .text(resizeMode.rawValue)), (.resampling, .text(resampling.rawValue)),
            (.padValue, .number(padValue)),
            (.head, .text(head.rawValue)), (.outputNames, .list(outputNames, Node.text)),
            (.labels, .list(labels, Node.text)), (.iou, .number(iou)),
        ]
        if head.hasScoreActivation { fields.append((.scoreActivation, .text(scoreActivation.rawValue))) }
        if head.hasBoxFormat { fields.append((.boxFormat, .text(boxFormat.rawValue))) }
        if head.isSSD || head == .suppressed { fields.append((.hasBackground, .number(hasBackground))) }
        if head.hasStrides { fields.append((.strides, .list(strides, Node.number))) }
        if head.isDistribution { fields += [(.bins, .number(bins)), (.cellCentre, .number(cellCentre))] }
        if head.hasAnchorSizes { fields.append((.anchors, .list(anchorSizes) { .list($0, Node.number) })) }
        if head == .yolov3 { fields.append((.xyScales, .list(xyScales, Node.number))) }
        if head == .ssd { fields += [(.variances, .list(variances, Node.number)), (.anchors, anchors.node)] }
        // Serializing what was just made cannot fail.
        return (try? Yams.serialize(node: .section(fields.map { ($0.0.rawValue, $0.1) }), width: 120)) ?? ""
    }

    /// Writes the description beside the model at `modelPath`, where ``WrittenDescription/beside(modelPath:)`` finds it; returns
    /// the file's path. Throws ``PipelineError`` (`model`).
    @discardableResult
    package func write(besideModelAt modelPath: String) throws(PipelineError) -> String {
        let path = Self.path(besideModelAt: modelPath)
        do {
            try Data(yaml.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw PipelineError.model(
                path, "write the model description", "the folder is missing, not writable or full")
        }
        return path
    }

    /// Where the description of the model at `modelPath` is written: `NAME.yaml`, or `NAME.yml` where the first is the definition
    /// that the model was built from.
    package static func path(besideModelAt modelPath: String) -> String {
        let base = (modelPath as NSString).deletingPathExtension
        return ModelDefinition.isDefinition(yamlFile: "\(base).yaml") ? "\(base).yml" : "\(base).yaml"
    }
}

extension SSDAnchorParameters {
    fileprivate var node: Node {
        typealias Key = SSDAnchorOverrides.CodingKeys
        var fields: [(Key, Node)] = [
            (.layers, .number(layers)), (.minimumScale, .number(minimumScale)), (.maximumScale, .number(maximumScale)),
            (.aspectRatios, .list(aspectRatios, Node.number)),
            (.interpolatedAspectRatio, .number(interpolatedAspectRatio)),
            (.reducesLowestLayer, .number(reducesLowestLayer)), (.firstStride, .number(firstStride)),
        ]
        if levels > 0 { fields.append((.levels, .number(levels))) }
        if !featureMaps.isEmpty { fields.append((.featureMaps, .list(featureMaps) { .text("\($0)") })) }
        return .section(fields.map { ($0.0.rawValue, $0.1) })
    }
}

extension Node {
    /// In quotes, so that a label such as `no` or `1` stays text.
    fileprivate static func text(_ value: String) -> Node {
        .scalar(Scalar(value, Tag(.str), .doubleQuoted))
    }

    /// A number or a truth value.
    fileprivate static func number(_ value: some CustomStringConvertible) -> Node {
        .scalar(Scalar(value.description))
    }

    fileprivate static func list<Element>(_ values: [Element], _ node: (Element) -> Node) -> Node {
        .sequence(Sequence(values.map(node), Tag(.seq), .flow))
    }

    fileprivate static func section(_ fields: [(String, Node)]) -> Node {
        .mapping(Mapping(fields.map { (Node($0.0), $0.1) }))
    }
}
