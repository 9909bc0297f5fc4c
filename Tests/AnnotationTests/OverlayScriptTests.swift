import Annotation
import Foundation
import Imaging
import Testing

@Suite("Overlays as ASS scripts")
struct OverlayScriptTests {
    private let size = ImageSize(width: 640, height: 480)

    private func script(_ labels: [String], style: AnnotationStyle = AnnotationStyle()) -> OverlayScript {
        OverlayScript(style: style, frameSize: size, labels: labels)
    }

    /// The colour as ASS has it, blue first.
    private func code(_ index: Int) -> String {
        let colour = Palette.colour(index)
        return String(format: "%02X%02X%02X", colour.blue, colour.green, colour.red)
    }

    private func styles(_ script: OverlayScript) -> [[String]] {
        script.header.split(separator: "\n").filter { $0.hasPrefix("Style: ") }
            .map { $0.dropFirst(7).split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    @Test("a style for each class, of the class's colour, and the size that coordinates count in")
    func header() throws {
        let script = script(["person", "car"])
        for line in ["PlayResX: 640", "PlayResY: 480", "ScaledBorderAndShadow: yes", "ScriptType: v4.00+"] {
            #expect(script.header.split(separator: "\n").contains(Substring(line)))
        }
        #expect(script.header.hasSuffix("MarginV, Effect, Text\n"))
        let styles = styles(script)
        #expect(styles.map(\.[0]) == ["Default", "person", "car"])
        #expect(styles.allSatisfy { $0.count == 23 })
        #expect(styles[1][3] == "&H00\(code(0))" && styles[2][3] == "&H00\(code(1))")
        #expect(code(0) != code(1))
    }

    @Test("names of styles are one field each and differ, whatever the labels are")
    func styleNames() {
        let labels = ["a,b", "a{b", "a_b", "", "  ", "Default", "x\ny", "\\N", "person", "person"]
        let names = styles(script(labels)).map(\.[0])
        #expect(names.count == labels.count + 1 && Set(names).count == names.count)
        #expect(styles(script(labels)).allSatisfy { $0.count == 23 })
        #expect(names.allSatisfy { !$0.contains { ",{}\\\n".contains($0) } && !$0.isEmpty })
    }

    @Test("a box is a dark rim, an outline of the track's colour on its edge and a label")
    func box() throws {
        let box = LabelledBox(
            box: BoundingBox(x: 100, y: 120, width: 200, height: 160), trackID: 7, classIndex: 1, label: "car",
            score: 0.5)
        let lines = script(["person", "car"]).lines(for: [box])
        try #require(lines.count == 3)
        // 480 rows have lines of 2 pixels, one of them outside of the box, and a rim of 1 around them.
        #expect(lines[0].hasPrefix("0,car,,0,0,0,,{") && lines[0].contains("m 98 118 l 302 118 302 282 98 282"))
        #expect(
            lines[1]
                == "1,car,,0,0,0,,{\\pos(0,0)\\bord0\\1c&H\(code(7))&\\p1}m 99 119 l 301 119 301 281 99 281 "
                + "m 101 121 l 101 279 299 279 299 121")
        #expect(lines[2].hasPrefix("2,car,,0,0,0,,{\\pos(") && lines[2].contains("\\3c&H\(code(7))&"))
        #expect(lines[2].contains("}car #7 ") && lines[2].hasSuffix("}0.50"))
        #expect(
            lines.allSatisfy { $0.split(separator: ",", maxSplits: 7, omittingEmptySubsequences: false).count == 8 })
    }

    @Test("without a track the style's colour stands; an unknown class is spelt out")
    func classColours() throws {
        var box = LabelledBox.sample(100, 100, 50, 50, track: nil)
        #expect(!script(["person"]).lines(for: [box])[1].contains("\\1c"))
        box.classIndex = 3
        let line = script(["person"]).lines(for: [box])[1]
        #expect(line.hasPrefix("1,Default,") && line.contains("\\1c&H\(code(3))&"))
    }

    @Test("labels lose no letter to override tags or line breaks")
    func escaping() throws {
        let box = LabelledBox.sample(10, 100, 300, 50, label: "{\\b1}a,b\\N\nc")
        let line = try #require(script(["x"]).lines(for: [box]).last)
        #expect(line.contains("}\\{\\\u{2060}b1\\}a,b\\\u{2060}N c #1 "))
        #expect(!line.contains("\n"))
    }

    @Test("outlines before labels, tracks in order; nothing for no boxes and impossible ones")
    func order() {
        let boxes = [3, 1, 2].map { LabelledBox.sample(Float($0) * 150, 200, 60, 60, track: $0) }
        let lines = script(["person"]).lines(for: boxes)
        #expect(lines.map { $0.prefix(1) } == ["0", "1", "1", "1", "2", "2", "2"])
        #expect(lines[1...3].map { line in (1...3).first { line.contains(code($0)) } } == [1, 2, 3])
        #expect(script(["person"]).lines(for: []).isEmpty)
        #expect(script(["person"]).lines(for: [.sample(.nan, 0, 5, 5), .sample(-3e38, 0, 3e38, 3e38)]).isEmpty)
    }

    @Test("coordinates stay near the frame; a box too small for a hole is filled")
    func extremes() throws {
        let lines = script(["person"]).lines(for: [.sample(-90_000, -5, 200_000, 3)])
        let numbers = lines[1].split(whereSeparator: { " {}".contains($0) }).compactMap { Int($0) }
        #expect(numbers.allSatisfy { (-20...660).contains($0) })
        let tiny = script(["person"]).lines(for: [.sample(10, 10, 1, 1)])
        #expect(tiny[1].split(separator: "m").count == 2)
    }
}
