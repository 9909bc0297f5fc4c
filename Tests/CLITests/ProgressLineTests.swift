import Pipeline
import Testing

@testable import CLI

@Suite struct ProgressLineTests {
    private let progress = RunProgress(
        framesDone: 360, framesTotal: 795, videosDone: 1, videosTotal: 3, currentVideo: "north gate/カメラ/vtest.avi",
        workersBusy: 2, workersTotal: 2, stage: "detecting")

    @Test func everythingIsShownWhereThereIsRoom() {
        let line = ProgressLine(progress: progress, rate: 33.12).fitted(to: 200, unicode: true)
        for part in ["45%", "360/795 frames", "33 frames/s", "ETA 0:13", "2/2 workers", "1/3 videos", "vtest.avi", "━"]
        {
            #expect(line.contains(part), "\(part) in \(line)")
        }
    }

    @Test(arguments: [true, false], Array(stride(from: 4, through: 160, by: 3)))
    func theLineFitsTheTerminal(unicode: Bool, columns: Int) {
        for rate in [nil, 0.4, 1234.5] {
            let line = ProgressLine(progress: progress, rate: rate).fitted(to: columns, unicode: unicode)
            #expect(line.columns < columns)
            #expect(line.hasPrefix("4") || columns < 8 || line.contains("45%"))
        }
    }

    @Test func planningHasNoNumbersYet() {
        let line = ProgressLine(progress: RunProgress(videosTotal: 7), rate: nil)
        #expect(line.plain == "Planning: 7 videos" && line.fitted(to: 80, unicode: true) == "Planning 7 videos")
    }

    @Test func percentagesAreNotRoundedUp() {
        var almost = progress
        (almost.framesDone, almost.framesTotal) = (99_999, 100_000)
        #expect(ProgressLine(progress: almost, rate: nil).plain.contains("99%"))
    }

    @Test(arguments: [(0.2, "0:00"), (7, "0:07"), (754, "12:34"), (12_300, "3:25:00"), (.infinity, "1000:00:00")])
    func durationsReadLikeClocks(seconds: Double, text: String) {
        #expect(ProgressLine.clock(seconds) == text)
    }

    @Test func theRateIsOfTheLastSeconds() throws {
        var meter = RateMeter()
        meter.add(frames: 0, at: 0)
        #expect(meter.framesPerSecond == nil)
        for second in 1...100 { meter.add(frames: second * 10, at: Double(second)) }
        #expect(try abs(#require(meter.framesPerSecond) - 10) < 1e-9)
        for second in 101...130 { meter.add(frames: 1000 + (second - 100) * 50, at: Double(second)) }
        #expect(try abs(#require(meter.framesPerSecond) - 50) < 1e-9)
    }
}

@Suite struct ColumnsTests {
    @Test func wideCharactersTakeTwo() {
        #expect("abc".columns == 3 && "カメラ".columns == 6 && "🐦a".columns == 3 && "é".columns == 1)
        #expect("カメラ".prefix(columns: 5) == "カメ")
        #expect("folder/clip.mp4".suffix(columns: 9) == "…clip.mp4")
        #expect("clip".suffix(columns: 4) == "clip")
    }
}
