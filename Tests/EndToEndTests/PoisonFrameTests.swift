#if DEBUG
    import Foundation
    import Testing

    /// A frame that crashes every worker. Only builds for tests can be made to do it.
    @Suite(.serialized) struct PoisonFrameTests {
        let place: Workplace

        init() throws {
            place = try Workplace()
            try place.makeModel()
            try place.makeClip("a.mp4", frames: 60)
        }

        /// Time base 1/10240 of ten frames a second.
        private static func time(ofFrame number: Int) -> Int { number * 1024 }

        private func detect(poison: [Int], _ arguments: String...) throws -> Workplace.Outcome {
            try place.start(
                Self.command + arguments, environment: ["WINDHOVER_TEST_POISON": Self.list(poison)]
            ).finish()
        }

        private static let command = ["detect", "a.mp4", "-o", "out", "--model", "blobs.onnx", "--workers", "2"]

        private static func list(_ frames: [Int]) -> String {
            frames.map { String(time(ofFrame: $0)) }.joined(separator: ",")
        }

        private func frames(_ folder: String = "out") throws -> [[String: Any]] {
            try place.frames("\(folder)/a.mp4/detections.jsonl")
        }

        private func lost() throws -> [Int] {
            try frames().enumerated().filter { $0.element["status"] as? String == "undecodable" }.map(\.offset)
        }

        @Test func exactlyThatFrameIsLost() throws {
            let outcome = try detect(poison: [29])
            #expect(outcome.status == 3)
            #expect(outcome.errors.contains("a.mp4: 1 of 60 frames cannot be decoded"), "\(outcome.errors)")
            #expect(try lost() == [29])
            let bad = try frames()[29]
            #expect((bad["reason"] as? String)?.contains("crashed with signal 11") == true)
            // Its neighbours are what they are without it, tracks aside.
            #expect(try place.run(["detect", "a.mp4", "-o", "good", "--model", "blobs.onnx"]).status == 0)
            for (frame, good) in zip(try frames(), try frames("good")) where frame["frame"] as? Int != 29 {
                #expect(try boxes(of: frame) == boxes(of: good))
            }
            #expect(try DetectTests.timestamps(place, "out/a.mp4/annotated.mp4").count == 60)
            // Found once, it is not looked for again.
            let again = try detect(poison: [29])
            #expect(again.status == 3 && !again.errors.contains("signal 11; its work"))
        }

        private func boxes(of frame: [String: Any]) throws -> [[Double]] {
            try #require(frame["detections"] as? [[String: Any]]).compactMap { $0["box"] as? [Double] }
        }

        @Test func onlyChosenFramesAreLost() throws {
            let outcome = try detect(poison: [4, 8, 12, 16, 20], "--every", "4", "--from", "0.5", "--no-annotate")
            // Chosen are 5, 9, 13 and so on.
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try lost() == [])
            let other = try detect(poison: [13], "--every", "4", "--from", "0.5", "--no-annotate", "--overwrite")
            #expect(other.status == 3)
            #expect(try lost() == [13])
            #expect(try frames().count { $0["status"] as? String == "skipped" } == 46)
        }

        @Test func theSearchGoesOnWhereACrashOfTheCoordinatorLeftIt() throws {
            for attempt in 0..<8 {
                let run = try place.start(
                    Self.command + ["--no-annotate"], environment: ["WINDHOVER_TEST_POISON": Self.list([29])])
                Thread.sleep(forTimeInterval: 0.5 + 0.25 * Double(attempt % 4))
                guard run.isRunning else {
                    #expect(run.finish().status == 3 && attempt > 0)
                    break
                }
                run.send(signal: SIGKILL)
                _ = run.finish()
            }
            #expect(try detect(poison: [29], "--no-annotate").status == 3)
            #expect(try lost() == [29])
            #expect(try frames().count == 60)
        }
    }
#endif
