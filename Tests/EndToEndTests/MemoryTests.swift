#if DEBUG
    import Foundation
    import Testing

    /// Frames that take a lot of memory. Only builds for tests can be made to do it at a frame's choice.
    @Suite(.serialized) struct MemoryTests {
        let place: Workplace

        init() throws {
            place = try Workplace()
            try place.makeModel()
            try place.makeClip("a.mp4", frames: 60)
        }

        /// - Parameter greedy: mebibytes by the number of the frame.
        private func detect(_ greedy: [Int: Int] = [:], memory: String) throws -> Workplace.Outcome {
            // Time base 1/10240 of ten frames a second.
            let list = greedy.map { "\($0.key * 1024):\($0.value)" }.joined(separator: ",")
            let arguments = [
                "detect", "a.mp4", "-o", "out", "--model", "blobs.onnx", "--workers", "2", "--no-annotate", "--memory",
                memory,
            ]
            return try place.start(arguments, environment: ["WINDHOVER_TEST_GREEDY": list]).finish()
        }

        private func lost() throws -> [Int] {
            try place.frames("out/a.mp4/detections.jsonl").enumerated()
                .filter { $0.element["status"] as? String == "undecodable" }.map(\.offset)
        }

        @Test func aFrameThatTakesTooMuchAloneIsLostAndNoOther() throws {
            let outcome = try detect([29: 4000], memory: "400M")
            #expect(outcome.status == 3, "\(outcome.errors)")
            #expect(try lost() == [29])
            let frames = try place.frames("out/a.mp4/detections.jsonl")
            let reason = try #require(frames[29]["reason"] as? String)
            #expect(reason.contains("of memory, more than the 400 MiB that workers may take (--memory)"), "\(reason)")
            #expect(frames.count == 60)
            // With as much again, nothing is tried again; with more, it is.
            #expect(try detect(memory: "400M").status == 3)
            #expect(try lost() == [29])
            let more = try detect(memory: "500M")
            #expect(more.status == 0, "\(more.errors)")
            #expect(more.errors.contains("more memory than when frames were lost"), "\(more.errors)")
            #expect(try lost() == [])
        }

        @Test func whatTakesTooMuchTogetherIsDoneOneAfterTheOther() throws {
            let everyTenth = stride(from: 5, to: 60, by: 10).map { ($0, 250) }
            let outcome = try detect(Dictionary(uniqueKeysWithValues: everyTenth), memory: "450M")
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains("2 workers took"), "\(outcome.errors)")
            #expect(outcome.errors.contains("1 at a time from now on"), "\(outcome.errors)")
            #expect(try lost() == [])
        }

        @Test func tooLittleForAnyWorkerEndsTheRun() throws {
            let outcome = try detect(memory: "10M")
            #expect(outcome.status == 64)
            #expect(outcome.errors.contains("--memory is too little for a worker"), "\(outcome.errors)")
        }
    }
#endif
