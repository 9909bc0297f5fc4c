import Foundation
import Testing

/// `windhover eval coco` on pictures of one white square, which the blob model finds exactly.
@Suite struct EvalCommandTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
        try place.write("", to: "pictures/.keep")
        try picture("one.png", left: 8, top: 16)
        try picture("two.png", left: 40, top: 24)
        try annotate()
    }

    /// A square of a cell's size on black ground.
    private func picture(_ name: String, left: Int, top: Int, side: Int = 64) throws {
        try place.tool(
            "ffmpeg",
            [
                "-v", "error", "-y", "-f", "lavfi", "-i", "color=black:s=\(side)x\(side):d=1:r=1", "-vf",
                "format=rgb24,drawbox=x=\(left):y=\(top):w=8:h=8:color=white:t=fill", "-frames:v", "1",
                "pictures/\(name)",
            ])
    }

    /// - Parameter more: objects of the list of images besides the two pictures.
    private func annotate(more: String = "", category: String = "Blob", file: String = "boxes.json") throws {
        try place.write(
            """
            {"images": [{"id": 1, "file_name": "one.png", "width": 64, "height": 64}, {"id": 2, "file_name": "two.png"}\(more)],
             "annotations": [{"image_id": 1, "category_id": 7, "bbox": [8, 16, 8, 8]},
                             {"image_id": 2, "category_id": 7, "bbox": [40, 24, 8, 8]}],
             "categories": [{"id": 7, "name": "\(category)"}]}
            """, to: file)
    }

    private func eval(_ options: String..., annotations: String = "boxes.json") throws -> Workplace.Outcome {
        let models = options.contains("--model") ? [] : ["--model", "blobs.onnx"]
        return try place.run(
            ["eval", "coco"] + models + ["--images", "pictures", "--annotations", annotations] + options)
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func whatIsFoundExactlyScoresAHundred() throws {
        let outcome = try eval("--per-class", "--detections", "found")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
        #expect(outcome.output.hasPrefix("boxes.json: 2 of 2 pictures, 1 of 1 categories, 2 objects\n"))
        let rows = outcome.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(rows.contains(["AP", "100.00"]) && rows.contains(["APm", "–"]), "\(outcome.output)")
        #expect(rows.last == ["Blob", "2", "100.00", "100.00"])
        let found = try JSONSerialization.jsonObject(with: Data(place.read("found/blobs.json").utf8))
        let first = try #require((found as? [[String: Any]])?.first)
        #expect(first["image_id"] as? Int == 1 && first["category_id"] as? Int == 7)
        #expect(first["bbox"] as? [Double] == [8, 16, 8, 8] && first["score"] as? Double ?? 0 > 0.99)
    }

    @Test func jsonHasEverything() throws {
        let outcome = try eval("--json", "--runs", "2", "--threads", "2")
        #expect(outcome.status == 0)
        let report = try object(outcome.output)
        #expect((report["pictures"] as? [String: Int]) == ["annotated": 2, "evaluated": 2])
        #expect(report["objects"] as? Int == 2)
        let model = try #require((report["models"] as? [[String: Any]])?.first)
        #expect(model["model"] as? String == "blobs" && model["precision"] as? String == "f32")
        let figures = try #require(model["figures"] as? [String: Double])
        #expect(figures.count == 12 && abs((figures["AP"] ?? 0) - 1) < 1e-9 && figures["APl"] == -1)
        let category = try #require((model["categories"] as? [[String: Any]])?.first)
        #expect(category["name"] as? String == "Blob" && category["objects"] as? Int == 2)
        let times = try #require(model["times"] as? [[String: Any]])
        #expect(times.map { $0["threads"] as? Int } == [1, 2])
        #expect(times.allSatisfy { $0["minimum_ms"] is Double && $0["engine"] as? String == "windhover" })
        #expect(model["ap_percent_per_ms"] is Double && model["parameters"] as? Int ?? 0 > 0)
    }

    @Test func faultyPicturesAreNamedAndLeftOut() throws {
        try place.write("no picture", to: "pictures/bad.png")
        try picture("large.png", left: 0, top: 0, side: 96)
        try annotate(
            more: #"""
                , {"id": 3, "file_name": "bad.png"}, {"id": 4, "file_name": "gone.png"},
                {"id": 5, "file_name": "large.png", "width": 64, "height": 64}
                """#)
        let outcome = try eval("--json")
        #expect(outcome.status == 3 && outcome.errorLines.count == 3)
        for word in ["bad.png: ", "gone.png: no such file", "large.png: it is 96x96 pixels, the annotations say 64x64"]
        {
            #expect(outcome.errors.contains(word), "\(outcome.errors)")
        }
        let report = try object(outcome.output)
        #expect((report["pictures"] as? [String: Int]) == ["annotated": 5, "evaluated": 2])
        for name in ["one.png", "two.png"] { try place.write("no picture", to: "pictures/\(name)") }
        let nothing = try eval()
        #expect(nothing.status == 4 && nothing.output.isEmpty && nothing.errors.contains("none of the 5 pictures"))
    }

    /// What there is of a JPEG file counts; the damage is said.
    @Test func damagedPicturesAreNamed() throws {
        try place.tool("ffmpeg", ["-v", "error", "-y", "-i", "pictures/two.png", "-q:v", "1", "pictures/two.jpg"])
        let whole = try Data(contentsOf: place.folder.appendingPathComponent("pictures/two.jpg"))
        try annotate(more: #", {"id": 3, "file_name": "cut.jpg"}, {"id": 4, "file_name": "head.jpg"}"#)
        try whole.dropLast(20).write(to: place.folder.appendingPathComponent("pictures/cut.jpg"))
        try whole.prefix(30).write(to: place.folder.appendingPathComponent("pictures/head.jpg"))
        let outcome = try eval("--json", "--runs", "0")
        #expect(outcome.status == 3 && outcome.errorLines.count == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains("cut.jpg: damaged (Premature end of JPEG file)"), "\(outcome.errors)")
        #expect(outcome.errors.contains("head.jpg: "))
        let report = try object(outcome.output)
        #expect((report["pictures"] as? [String: Int]) == ["annotated": 4, "evaluated": 3])
    }

    @Test func modelsAreComparedWithOtherEngines() throws {
        try BlobModel.deepFile.write(to: place.folder.appendingPathComponent("deep.onnx"))
        try place.write("labels: [blob]\n", to: "deep.yaml")
        try place.write(
            """
            [{"model": "blobs", "engine": "windhover", "threads": 1, "minimum_ms": 2.5, "median_ms": 3},
             {"model": "blobs", "engine": "Tortoise", "threads": 1, "minimum_ms": 10.25, "median_ms": 11},
             {"model": "other", "engine": "Tortoise", "threads": 4, "minimum_ms": 1, "median_ms": 1}]
            """, to: "times.json")
        let outcome = try eval(
            "--model", "blobs.onnx", "deep.onnx", "--latencies", "times.json", "--runs", "2", "--threads", "1",
            "--markdown", "table.md", "--plot", "figure.svg")
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome)")
        let lines = try place.read("table.md").split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasSuffix("| windhover ms, 1 thread | Tortoise ms, 1 thread | AP per ms |") })
        #expect(lines.contains { $0.hasPrefix("| blobs | f32 | 100.00 |") && $0.hasSuffix("| 2.50 | 10.25 | 40.00 |") })
        #expect(lines.contains { $0.hasPrefix("| deep | f32 | 100.00 |") && $0.contains(" | – | ") })
        let figure = try place.read("figure.svg")
        for word in ["<svg", "blobs, 0.1 MB", "deep, 0.1 MB", "ring: Tortoise", "</svg>"] {
            #expect(figure.contains(word), "\(figure)")
        }
    }

    @Test func categoriesWithoutALabelAreLeftOutAndSaid() throws {
        try place.write(
            try place.read("boxes.json").replacing(
                "{\"id\": 7, \"name\": \"Blob\"}",
                with: "{\"id\": 7, \"name\": \"Blob\"}, {\"id\": 8, \"name\": \"line\"}"),
            to: "more.json")
        let outcome = try eval("--json", annotations: "more.json")
        #expect(outcome.status == 0 && outcome.errorLines.count == 1)
        #expect(outcome.errors.contains("1 of 2 categories are left out") && outcome.errors.contains("line"))
        #expect(try (object(outcome.output)["categories"] as? [String: Int]) == ["annotated": 2, "evaluated": 1])
        let chosen = try eval("--classes", "blob", annotations: "more.json")
        #expect(chosen.status == 0 && chosen.errors.isEmpty)
    }

    @Test func wrongUsageIsOneLine() throws {
        try annotate(category: "heron", file: "herons.json")
        try place.write("{}", to: "empty.json")
        try place.write("[{\"model\": \"blobs\"}]", to: "short.json")
        try place.write(
            "[{\"model\": \"x\", \"engine\": \"E\", \"threads\": 1, \"minimum_ms\": 1, \"median_ms\": 1}]", to: "x.json"
        )
        let before = try place.read("boxes.json")
        func refusal(_ options: [String], annotations: String = "boxes.json", _ words: String) throws {
            let outcome = try place.run(
                ["eval", "coco", "--model", "blobs.onnx", "--images", "pictures", "--annotations", annotations]
                    + options)
            #expect(
                outcome.status == 64 && outcome.output.isEmpty && outcome.errorLines.count == 1
                    && outcome.errors.contains(words), "\(words): \(outcome)")
        }
        try refusal(["--confidence", "2"], "--confidence 2.0 is out of range")
        try refusal(["--iou", "-1"], "--iou")
        try refusal(["--runs", "-1"], "--runs")
        try refusal(["--threads", "0"], "--threads")
        try refusal(["--images", "nowhere"], "--images nowhere: no such folder")
        try refusal(["--model", "blobs.onnx", "blobs.onnx"], "two are called blobs")
        try refusal(["--model", "none.onnx"], "none.onnx")
        try refusal([], annotations: "gone.json", "gone.json: no such file")
        try refusal([], annotations: "empty.json", "empty.json: cannot read annotations: there is no 'images'")
        try refusal(
            [], annotations: "herons.json", "none of its labels (blob) is a category of the annotations (heron)")
        try refusal(["--classes", "owl"], "no category 'owl'; they have Blob")
        try refusal(["--latencies", "gone.json"], "--latencies gone.json: no such file")
        try refusal(["--latencies", "short.json"], "--latencies short.json: [0]: there is no 'engine'")
        try refusal(["--latencies", "x.json"], "it has x, none of the models blobs")
        try refusal(["--plot", "a.png"], "--plot a.png: give a file that ends in .svg")
        try refusal(["--plot", "none/a.svg"], "--plot none/a.svg: its folder")
        try refusal(["--plot", "a.svg", "--runs", "0"], "--plot needs times of blobs")
        try refusal(["--markdown", "boxes.json"], "ends in .md")
        try refusal(["--detections", "boxes.json"], "this is a file")
        try place.write(before, to: "blobs.json")
        try refusal(["--detections", "."], annotations: "blobs.json", "this is the annotations")
        #expect(try place.read("boxes.json") == before && place.read("blobs.json") == before)
    }
}
