import Foundation
import Testing

@testable import CLI

@Suite struct FigureTests {
    private func overlaps(_ boxes: [LabelPlacement.Box]) -> Bool {
        boxes.indices.contains { index in boxes[..<index].contains { $0.overlap(boxes[index]) > 0 } }
    }

    /// Discs in one heap, in a row, and spread out.
    @Test(arguments: [1.0, 8, 30, 100]) func namesLieOnNothing(spread: Double) {
        let discs = (0..<7).map { index -> LabelPlacement.Box in
            let (row, column) = index.quotientAndRemainder(dividingBy: 3)
            let (x, y) = (450 + spread * Double(column - 1), 300 + spread * Double(row - 1))
            return LabelPlacement.Box(x, y, radius: Double(4 + index))
        }
        let area = LabelPlacement.Box(left: 0, top: 0, right: 900, bottom: 600)
        let names = (0..<7).map { "a model's name, \($0).5 MB" }
        let boxes = LabelPlacement(anchors: discs, obstacles: [], area: area).boxes(of: names)
        #expect(boxes.count == 7 && !overlaps(boxes))
        for box in boxes {
            #expect(discs.allSatisfy { $0.overlap(box) == 0 } && abs(box.overlap(area) - box.area) < 1e-6)
        }
    }

    @Test func aFigureOfOneModelIsWhole() {
        let figure = AccuracySpeedFigure(
            title: "A < B & C", subtitle: "",
            points: [
                .init(name: "a<b", accuracy: 30, milliseconds: 4, size: 2, others: [(engine: "E", milliseconds: 8)])
            ])
        #expect(figure.svg.contains("A &lt; B &amp; C") && figure.svg.contains("a&lt;b, 2 MB"))
        #expect(!figure.svg.contains("NaN") && !figure.svg.contains("∞"))
        let empty = AccuracySpeedFigure(title: "nothing", subtitle: "", points: []).svg
        #expect(empty.hasSuffix("</svg>\n") && !empty.contains("NaN") && !empty.contains("∞"))
    }

    /// The line to another engine's time starts at the disc and would go through a name beside it.
    @Test func namesDoNotLieOnLines() throws {
        let figure = AccuracySpeedFigure(
            title: "", subtitle: "",
            points: [
                .init(name: "swift", accuracy: 30, milliseconds: 4, size: 2, others: [(engine: "E", milliseconds: 40)])
            ])
        func numbers(_ shape: String, _ name: String) throws -> [Double] {
            let pattern = try Regex("\(name)=\"([-0-9.]+)\"", as: (Substring, Substring).self)
            return shape.matches(of: pattern).compactMap { Double($0.output.1) }
        }
        let lines = figure.svg.split(separator: "\n").map(String.init)
        let label = try #require(lines.first { $0.hasPrefix("<text") && $0.contains(">swift, ") })
        let discs = lines.filter { $0.hasPrefix("<circle") }
        let height = try #require(try numbers(discs[0], " cy").first)
        let left = try #require(try numbers(label, " x").first)
        let top = try #require(try numbers(label, " y").first) - 13
        let disc = try #require(try discs.flatMap { try numbers($0, " cx") }.min())
        #expect(left < disc || top > height || top + 17 < height)
    }

    @Test func tablesAreAligned() {
        let table = TextTable(header: ["model", "AP"], rows: [["a|b", "5.00"], ["longer", "–"]])
        #expect(table.lines == ["model      AP", "a|b      5.00", "longer      –"])
        #expect(table.markdown == ["| model | AP |", "| --- | ---: |", "| a\\|b | 5.00 |", "| longer | – |"])
    }
}
