import Evaluation
import Foundation
import Tensors

/// What an evaluation found, for people and for programs.
struct EvaluationReport {
    /// The annotations' file.
    let annotations: String
    /// How many the annotations list, and how many were looked at.
    let pictures: (annotated: Int, evaluated: Int)
    let categories: (annotated: Int, evaluated: Int)
    /// Lowest score.
    let confidence: Float
    let models: [ScoredModel]

    /// Objects that count, of all categories evaluated.
    private var objectCount: Int { models[0].result.categories.reduce(0) { $0 + $1.objectCount } }

    func lines(perClass: Bool) -> [String] {
        [heading] + tables(perClass: perClass).flatMap { [""] + $0.lines }
    }

    func markdown(perClass: Bool) -> [String] {
        ["\(heading)."] + tables(perClass: perClass).flatMap { [""] + $0.markdown } + ["", legend]
    }

    private func tables(perClass: Bool) -> [TextTable] { [comparison, figures] + (perClass ? [classes] : []) }

    private var heading: String {
        "\((annotations as NSString).lastPathComponent): \(pictures.evaluated) of \(pictures.annotated) pictures, "
            + "\(categories.evaluated) of \(categories.annotated) categories, \(objectCount) objects"
    }

    private let legend =
        "AP in percent, as COCO defines it for boxes. ms: fastest inference. AP per ms: windhover with most threads."

    /// Accuracy, size and time, a model a row.
    private var comparison: TextTable {
        let clocks = clocks
        let header = ["model", "precision", "AP", "AP50", "parameters, M", "weights, MB", "multiply-adds, M"]
        return TextTable(
            header: header + clocks.map(\.title) + (clocks.isEmpty ? [] : ["AP per ms"]),
            rows: models.map { model in
                let times = clocks.map { clock in
                    Self.text(model.times.first { clock.shows($0) }?.minimum, places: 2)
                }
                return [
                    model.name, model.precision.rawValue, Self.percent(model.result.averagePrecision),
                    Self.percent(model.result.averagePrecision50),
                    Self.text(Double(model.parameters) / 1e6, places: 2),
                    Self.text(Double(model.weightBytes) / 1e6, places: 2),
                    Self.text(Double(model.multiplyAdds) / 1e6, places: 0),
                ] + times + (clocks.isEmpty ? [] : [Self.text(model.precisionPerMillisecond, places: 2)])
            })
    }

    /// The twelve figures, a model a column.
    private var figures: TextTable {
        TextTable(
            header: ["percent"] + models.map(\.name),
            rows: models[0].result.figures.indices.map { index in
                [models[0].result.figures[index].name]
                    + models.map { Self.percent($0.result.figures[index].value) }
            })
    }

    /// AP and AP50 of each category, a model in two columns.
    private var classes: TextTable {
        TextTable(
            header: ["category", "objects"] + models.flatMap { ["\($0.name) AP", "AP50"] },
            rows: models[0].result.categories.indices.map { index in
                let category = models[0].result.categories[index]
                return [category.category.name, "\(category.objectCount)"]
                    + models.map { $0.result.categories[index] }.flatMap {
                        [Self.percent($0.averagePrecision), Self.percent($0.averagePrecision50)]
                    }
            })
    }

    /// An engine with a number of threads.
    private struct Clock: Hashable {
        let engine: String
        let threads: Int

        var title: String { "\(engine) ms, \(threads) thread" + (threads == 1 ? "" : "s") }
        func shows(_ time: EngineTime) -> Bool { time.engine == engine && time.threads == threads }
    }

    /// Those that some model was timed with: this program's first, each engine's by threads.
    private var clocks: [Clock] {
        let times = models.flatMap(\.times)
        var engines: [String] = []
        for time in times.filter(\.isOwn) + times where !engines.contains(time.engine) { engines.append(time.engine) }
        return engines.flatMap { engine in
            Set(times.filter { $0.engine == engine }.map(\.threads)).sorted().map { Clock(engine: engine, threads: $0) }
        }
    }

    private static func percent(_ share: Double) -> String { text(share < 0 ? nil : 100 * share, places: 2) }

    private static func text(_ value: Double?, places: Int) -> String {
        value.map { $0.formatted(.decimal(places: places)) } ?? "–"
    }
}

extension EvaluationReport: Encodable {
    private enum CodingKeys: CodingKey { case annotations, pictures, categories, objects, confidence, models }

    private struct Part: Encodable {
        let annotated: Int
        let evaluated: Int
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(annotations, forKey: .annotations)
        try container.encode(Part(annotated: pictures.annotated, evaluated: pictures.evaluated), forKey: .pictures)
        try container.encode(
            Part(annotated: categories.annotated, evaluated: categories.evaluated), forKey: .categories)
        try container.encode(objectCount, forKey: .objects)
        try container.encode(confidence, forKey: .confidence)
        try container.encode(models, forKey: .models)
    }
}
