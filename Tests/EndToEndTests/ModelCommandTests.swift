import Foundation
import Tensors
import Testing

@Suite struct ModelCommandTests {
    let place: Workplace

    init() throws {
        place = try Workplace()
        try place.makeModel()
    }

    @Test func infoTellsHowAModelIsUsed() throws {
        let info = try place.run(["model", "info", "blobs.onnx"])
        #expect(info.status == 0 && info.errors.isEmpty)
        for word in ["'images' [1, 3, 64, 64]", "'output' [1, 84, 6]", "Conv 3", "yolox", "blob"] {
            #expect(info.output.contains(word), "\(word) in \(info.output)")
        }
        let json = try place.run(["model", "info", "blobs.onnx", "--json"])
        #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
    }

    @Test func inspectExplainsAndWritesADescription() throws {
        let outcome = try place.run(["model", "inspect", "blobs.onnx"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        for word in ["head 'yolox'", "because", "84", "strides       8, 16, 32", "head: \"yolox\"", "blobs.yaml"] {
            #expect(outcome.output.contains(word), "\(word) in \(outcome.output)")
        }
        // Written as it is, it describes the same.
        let text = outcome.output.split(separator: "\n").drop { !$0.hasPrefix("#") }.joined(separator: "\n")
        let before = try place.run(["model", "info", "blobs.onnx", "--json"]).output
        try place.write(text, to: "blobs.yaml")
        #expect(try place.run(["model", "info", "blobs.onnx", "--json"]).output == before)
    }

    @Test func inspectTellsWhatToWriteForAnUnknownHead() throws {
        try place.write("head: ssd\n", to: "blobs.yaml")
        let outcome = try place.run(["model", "inspect", "blobs.onnx"])
        #expect(outcome.status == 64 && outcome.errorLines.count == 1)
        for word in ["'output' [1, 84, 6], made by Conv", "blobs.yaml", "outputs: [output]", "score-activation"] {
            #expect(outcome.output.contains(word), "\(word) in \(outcome.output)")
        }
    }

    @Test func aTensorGoesInAndEveryOutputComesOut() throws {
        let input = Tensor([Float](repeating: 255, count: 3 * 64 * 64), shape: [1, 3, 64, 64])
        try NumPyFile.write(input, to: place.folder.appendingPathComponent("in.npy").path)
        let outcome = try place.run(["model", "run", "blobs.onnx", "--input", "in.npy", "-o", "out", "--threads", "2"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let output = try NumPyFile.read(path: place.folder.appendingPathComponent("out/output.npy").path)
        #expect(output.shape == [1, 84, 6])
        let scores = try #require(output.floats).indices.filter { $0 % 6 == 4 }.compactMap { output.floats?[$0] }
        #expect(scores.allSatisfy { abs($0 - 1) < 1e-4 })
    }

    @Test func aTensorOfTheWrongShapeIsRefused() throws {
        let input = Tensor([Float](repeating: 0, count: 3 * 32 * 32), shape: [1, 3, 32, 32])
        try NumPyFile.write(input, to: place.folder.appendingPathComponent("in.npy").path)
        let outcome = try place.run(["model", "run", "blobs.onnx", "--input", "in.npy", "-o", "out"])
        #expect(outcome.status == 64 && outcome.errorLines.count == 1)
    }

    @Test func benchAnswersOneArrayALine() throws {
        let outcome = try place.run(
            ["model", "bench", "blobs.onnx", "--threads", "1", "--stdin"], input: Data("3\n1\n".utf8))
        let lines = outcome.output.split(separator: "\n").map { Data($0.utf8) }
        #expect(outcome.status == 0 && lines.count == 3)
        let start = try JSONSerialization.jsonObject(with: lines[0]) as? [String: Any]
        #expect(start?["threads"] as? Int == 1)
        #expect(try (JSONSerialization.jsonObject(with: lines[1]) as? [Double])?.count == 3)
        #expect(try (JSONSerialization.jsonObject(with: lines[2]) as? [Double])?.count == 1)
        let burst = try place.run(["model", "bench", "blobs.onnx", "--runs", "3", "--json"])
        let result = try JSONSerialization.jsonObject(with: Data(burst.output.utf8)) as? [String: Any]
        #expect(result?["median"] is Double)
    }

    @Test func whatIsNoModelIsNamed() throws {
        try place.write("hello", to: "text.onnx")
        for command in [["model", "info"], ["model", "bench"]] {
            let outcome = try place.run(command + ["text.onnx"])
            #expect(outcome.status == 64 && outcome.errorLines.count == 1 && outcome.errors.contains("text.onnx"))
        }
        try place.write("hed: yolox\n", to: "blobs.yaml")
        let outcome = try place.run(["detect", "blobs.onnx", "-o", "out", "--model", "blobs.onnx"])
        #expect(outcome.status == 64 && outcome.errors.contains("blobs.yaml:1: ") && outcome.errors.contains("'hed'"))
    }
}
