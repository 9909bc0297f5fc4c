import Foundation
import ModelDefinition
import Pipeline
import Testing

@Suite struct DefinitionFaultTests {
    /// One line with file, row and what to do.
    @Test(arguments: [
        ("[-1, 1, Cnv, [64]]", "small.yaml:5: row 0 (Cnv): there is no such module"),
        ("[-1, 1, Conv, [64, 0]]", "small.yaml:5: row 0 (Conv): argument 2 is '0'"),
        ("[-1, 1, Conv, []]", "argument 1 is missing"),
        ("[-1, 1, Conv, [8, 3, 1, None, 2]]", "2 groups do not divide 3 and 8 channels"),
        ("[-1, 1, Conv, [8, 3, 1, None, 1, nn.Foo()]]", "'nn.Foo()' is no activation"),
        ("[-1, 1, Conv, [8, 3, 1, 1, 1, 1, True, 4]]", "it has 8 arguments; the most it takes is 7"),
        ("[-1, 1, Conv, [8, 99, 1, 0]]", "its kernel is larger than its input"),
        ("[0, 1, Conv, [64]]", "it reads row 0, which is not before it"),
        ("[-2, 1, Conv, [64]]", "it reads row -2 (-2), which is not before it"),
        ("[[-1, -1], 1, Conv, [64]]", "it reads 2 rows; give it one"),
        ("[[-1, -1], 1, SPPF, [64]]", "row 0 (SPPF): it reads 2 rows; give it one"),
        ("[[-1, -1], 2, Bottleneck, [64]]", "it reads 2 rows; give it one"),
        ("[-1, 1, Conv, [8, 3, 1, None, 1, True, False]]", "it has 7 arguments; the most it takes is 6"),
        ("[-1, 1, SPP, [64, [5, 4]]]", "a window of 4 has no centre"),
        ("[-1, 1, ShuffleNetV2_InvertedResidual, [64, 1]]", "at stride 1 it needs 64 channels in, but gets 3"),
        ("[-1, 3, MobileNetV3_InvertedResidual, [16, 16]]", "to be repeated it needs 16 channels in, but gets 3"),
        ("[-1, 1, MobileNetV3_InvertedResidual, [16]]", "argument 2 is missing"),
        ("[-1, 1, nn.Upsample, [None, 2, bilinear]]", "argument 3 is 'bilinear'; it should be 'nearest'"),
        ("[-1, 1000, C3, [64]]", "its number is 1000; give 1 to 100"),
        ("[-1, 100, Conv, [65536, 127]]", "parameters; make it narrower"),
        ("[-1, 1, Conv]", "small.yaml:5: write a row as [from, number, module, args]"),
        ("[x, 1, Conv, [64]]", "'x': write the row's number"),
        ("[-1, 1, Conv, 64]", "'64': write the arguments in brackets"),
        ("[-1, 1, [Conv], [64]]", "'[Conv]': write a module's name"),
        ("[-1, 1, Conv, [64]", "small.yaml:"),
    ]) func rowsAreNamed(row: String, words: String) {
        expectFault(words) { _ = try Definitions.network(Definitions.small(row)) }
    }

    @Test(arguments: [
        ("nc: 2", "'backbone', a list of rows, is missing"), ("[1]", "it is no model definition"),
        ("", "it is no model definition"), ("nc: 2\nbakbone: []", "x.yaml:2: unknown key 'bakbone'"),
        ("nc: x\nbackbone: [[-1,1,Conv,[8]]]\nhead: [[-1,1,Detect,[nc]]]", "x.yaml:1: nc: write the number of classes"),
        ("nc: 2\nanchors: 3\nbackbone: [[-1,1,Conv,[8]]]\nhead: [[-1,1,Detect,[nc]]]", "x.yaml:2: anchors: write"),
        (
            "nc: 2\nnames: [a]\nanchors: [[1,2]]\nbackbone: [[-1,1,Conv,[8]]]\nhead: [[-1,1,Detect,[nc]]]",
            "x.yaml:2: names: write as many names as nc says, 2"
        ),
        ("nc: 2\nwidth_multiple: -1\nanchors: [[1,2]]\nbackbone: [[-1,1,Conv,[8]]]\nhead: [[]]", "x.yaml"),
        ("nc: 2\na: &a [1, 1]\nb: [*a, *a]", "it has anchors or references"),
        ("nc: *x", "it has anchors or references"),
        (String(repeating: "[", count: 100_000), "too deeply nested"),
        (String(repeating: "- ", count: 60_000), "too deeply nested"),
        (String(repeating: "# long\n", count: 30_000), "too long"),
    ]) func filesAreNamed(text: String, words: String) {
        expectFault(words) { _ = try ModelDefinition(yaml: text, name: "x.yaml") }
    }

    @Test func headsHaveToFit() throws {
        let anchors = "nc: 2\nanchors: [[1,2],[3,4]]\nbackbone: [[-1,1,Conv,[8]]]\nhead: [[-1,1,Detect,[nc,anchors]]]"
        expectFault("it reads 1 rows, but there are anchors for 2 levels") {
            _ = try Definitions.network(ModelDefinition(yaml: anchors, name: "x.yaml"))
        }
        let none = "nc: 2\nanchors: [[1,2]]\nbackbone: [[-1,1,Conv,[8]]]\nhead: [[-1,1,Conv,[8]]]"
        expectFault("no row is a Detect or IDetect") {
            _ = try Definitions.network(ModelDefinition(yaml: none, name: "x.yaml"))
        }
        expectFault("does not divide the picture of 50×50") {
            _ = try Definitions.network(Definitions.small("[-1, 1, Conv, [8, 3, 4]]"), side: 50)
        }
        expectFault("its inputs differ in size: 8×32×32, 8×64×64") {
            _ = try Definitions.network(
                Definitions.small("[-1, 1, Conv, [8]]", "[-1, 1, Conv, [8, 3, 2]]", "[[-1, 0], 1, Concat, [1]]"))
        }
    }

    /// Each row makes the map larger: sixteen times as high, or sixty-four times as many channels.
    @Test func mapsHaveLimits() throws {
        let enlargements = Array(repeating: "[-1, 1, nn.Upsample, [None, 16, nearest]]", count: 40)
        expectFault("(nn.Upsample): its result would be 3×") {
            _ = try Definitions.network(Definitions.small(enlargements))
        }
        let same = "[" + Array(repeating: "-1", count: 64).joined(separator: ", ") + "]"
        let joins = Array(repeating: "[\(same), 1, Concat, [1]]", count: 40)
        expectFault("(Concat): its result would be") { _ = try Definitions.network(Definitions.small(joins)) }
    }

    @Test func oneHeadOnly() throws {
        let two = "nc: 2\nanchors: [[1,2]]\nbackbone: [[-1,1,Conv,[8]]]\nhead: [[0,1,Detect,[nc]],[0,1,Detect,[nc]]]"
        expectFault("row 2 (Detect): an earlier row is the detection head already") {
            _ = try Definitions.network(ModelDefinition(yaml: two, name: "x.yaml"))
        }
    }

    @Test func foldersAreNamed() throws {
        expectFault("it is a folder; give a file in it") {
            _ = try ModelDefinition(yamlFile: FileManager.default.temporaryDirectory.path)
        }
    }

    @Test func referencesInTextAreNone() throws {
        let text = """
            nc: 2 # & more
            names: ['R &B', "a *\\"b &c"]
            anchors: [[10, 20]]
            backbone: [[-1,1,Conv,[8]]]
            head: [[-1,1,Detect,[nc]]]
            """
        #expect(try ModelDefinition(yaml: text, name: "x.yaml").labels == ["R &B", "a *\"b &c"])
    }

    @Test func stagesAreRead() {
        for text in ["backbone", "head,p3", "4", "4-9,12", "Backbone, P5"] { #expect(LighteningStages(text) != nil) }
        for text in ["", "p9", "9-4", "-1", "neck", "4-", "1-2-3"] { #expect(LighteningStages(text) == nil) }
    }

    @Test func stagesNarrow() throws {
        let original = try Definitions.shipped("yolov5n")
        func replaced(_ stages: String) throws -> [Int] {
            try Lightening.depthwise.applied(to: original, stages: try #require(LighteningStages(stages))).replaced
        }
        #expect(try replaced("head") == [13, 17, 18, 20, 21, 23])
        #expect(try replaced("p5") == [7, 8, 21, 23])
        #expect(try replaced("1-3,8") == [1, 2, 3, 8])
        expectFault("no row that depthwise can replace") { _ = try replaced("0") }
    }

    private func expectFault(_ words: String, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("no error where '\(words)' was expected")
        } catch {
            let text = "\(error)"
            #expect(text.contains(words) && !text.contains("\n"), "\(text)")
        }
    }
}
