#if DEBUG
    import Foundation
    import Testing

    /// Files that crash or hang what looks at them and joins their segments. Only builds for tests can be made to do it.
    @Suite(.serialized) struct HelperTests {
        let place: Workplace

        init() throws {
            place = try Workplace()
            try place.makeModel()
            try place.makeClip("clips/a.mp4", frames: 30)
            try place.makeClip("clips/b.mp4", frames: 30, audio: true)
        }

        private func start(_ poison: String, _ arguments: [String]) throws -> RunningProgram {
            try place.start(arguments, environment: ["WINDHOVER_TEST_POISON_FILE": poison])
        }

        private func detect(_ poison: String, _ more: String...) throws -> Workplace.Outcome {
            try start(poison, Self.command + more).finish()
        }

        private static let command = ["detect", "clips", "-o", "out", "--model", "blobs.onnx", "--workers", "2"]

        private func status(_ video: String) throws -> String? {
            let videos = try place.object("out/run.json")["videos"] as? [[String: Any]]
            return videos?.first { ($0["path"] as? String)?.hasSuffix(video) == true }?["status"] as? String
        }

        @Test func aFileThatCrashesWhoLooksAtItFailsAlone() throws {
            let outcome = try detect("plan:crash:b.mp4", "--no-annotate")
            #expect(outcome.status == 3, "\(outcome.errors)")
            #expect(outcome.errors.contains("b.mp4: looking at it failed: the process crashed with signal 11"))
            #expect(try place.frames("out/a.mp4/detections.jsonl").count == 30)
            // It is tried again by the next run.
            #expect(try detect("", "--no-annotate").status == 0)
            #expect(try place.frames("out/b.mp4/detections.jsonl").count == 30)
        }

        @Test func planningAloneSurvivesIt() throws {
            let plan = ["plan", "clips", "--model", "blobs.onnx", "--no-sample"]
            let outcome = try start("plan:crash:b.mp4", plan).finish()
            #expect(outcome.output.contains("looking at it failed: the process crashed with signal 11"), "\(outcome)")
            #expect(outcome.output.contains("a.mp4"))
        }

        @Test(arguments: [("join", "annotated.mp4", "video"), ("overlay", "annotated.mkv", "overlay")])
        func aSourceThatCrashesTheJoiningLeavesTheDetections(task: String, file: String, mode: String) throws {
            let outcome = try detect("\(task):crash:b.mp4", "--annotate", mode)
            #expect(outcome.status == 3, "\(outcome.errors)")
            #expect(outcome.errors.contains("b.mp4: annotated video: the process crashed with signal 11"))
            #expect(try place.frames("out/b.mp4/detections.jsonl").count == 30)
            #expect(place.exists("out/a.mp4/\(file)") && !place.exists("out/b.mp4/\(file)"))
            let again = try detect("", "--annotate", mode)
            #expect(again.status == 0, "\(again.errors)")
            #expect(place.exists("out/b.mp4/\(file)"))
        }

        @Test func helpersDoNotOutliveAKilledCoordinator() throws {
            let run = try start("plan:hang:b.mp4", Self.command)
            #expect(wait(seconds: 30) { !run.helpers.isEmpty })
            let helpers = run.helpers
            run.send(signal: SIGKILL)
            _ = run.finish()
            #expect(wait(seconds: 5) { !helpers.contains(where: RunningProgram.isAlive) })
        }

        @Test func aKilledHelperIsReplaced() throws {
            let run = try start("plan:hang:b.mp4", Self.command + ["--no-annotate"])
            // The other video is known by then.
            #expect(wait(seconds: 30) { !run.workers.isEmpty })
            // Ten times it is taken for bad luck.
            var killed: Set<Int32> = []
            while run.isRunning {
                for helper in run.helpers {
                    killed.insert(helper)
                    kill(helper, SIGKILL)
                }
                Thread.sleep(forTimeInterval: 0.02)
            }
            let outcome = run.finish()
            #expect(outcome.status == 3 && outcome.errors.contains("the process was killed by signal 9"), "\(outcome)")
            #expect(killed.count >= 10)
            #expect(try place.frames("out/a.mp4/detections.jsonl").count == 30)
        }

        @Test func nobodyStaysBehind() throws {
            let run = try start("", Self.command)
            var seen: Set<Int32> = []
            while run.isRunning {
                seen.formUnion(run.helpers)
                Thread.sleep(forTimeInterval: 0.02)
            }
            #expect(run.finish().status == 0)
            #expect(!seen.isEmpty && !seen.contains(where: RunningProgram.isAlive))
        }
    }
#endif
