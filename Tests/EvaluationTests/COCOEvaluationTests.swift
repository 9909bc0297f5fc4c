import Evaluation
import Testing

/// Cases whose figures can be worked out by hand.
@Suite struct COCOEvaluationTests {
    private var scene = Scene()

    @Test mutating func whatIsFoundExactlyIsWorthOne() {
        scene.object([10, 10, 20, 20])
        scene.detection([10, 10, 20, 20], 0.3)
        #expect(
            scene.result.figures.map(\.name)
                == ["AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl"])
        for name in ["AP", "AP50", "AP75", "APs", "AR1", "AR10", "AR100", "ARs"] {
            #expect(isClose(scene.figure(name), 1), "\(name)")
        }
        // Nothing of that size is there.
        for name in ["APm", "APl", "ARm", "ARl"] { #expect(scene.figure(name) == -1, "\(name)") }
    }

    @Test mutating func anOverlapThatIsJustThereCounts() {
        scene.object([0, 0, 10, 10])
        scene.detection([0, 0, 10, 5], 0.9)
        #expect(isClose(scene.figure("AP50"), 1) && isClose(scene.figure("AP75"), 0))
        // One of ten overlaps.
        #expect(isClose(scene.figure("AP"), 0.1))
    }

    @Test mutating func boxesThatOnlyTouchDoNotOverlap() {
        scene.object([0, 0, 10, 10])
        scene.detection([10, 0, 10, 10], 0.9)
        #expect(scene.figure("AP50") == 0)
        #expect(COCOBox([0, 0, 0, 0]).overlap(with: COCOBox([0, 0, 0, 0]), isCrowd: false) == 0)
    }

    @Test mutating func anObjectIsFoundOnce() {
        scene.object([0, 0, 10, 10])
        scene.object([100, 0, 10, 10])
        scene.detection([0, 0, 10, 10], 0.9)
        scene.detection([0, 0, 10, 10], 0.8)
        scene.detection([100, 0, 10, 10], 0.7)
        // Precision is 1 up to a recall of one half, then two of three: 51 and 50 points.
        #expect(isClose(scene.figure("AP50"), (51 + 50 * 2.0 / 3) / 101))
    }

    @Test mutating func ofSeveralObjectsTheNearestIsTaken() {
        scene.object([0, 0, 10, 10])
        scene.object([2, 0, 10, 10])
        // Overlaps the first by 9 of 11, the second by 9 of 11: the last of equals is taken, so the next finds the first.
        scene.detection([1, 0, 10, 10], 0.9)
        scene.detection([0, 0, 10, 10], 0.8)
        #expect(isClose(scene.figure("AP50"), 1))
    }

    @Test(arguments: [(true, 1.0), (false, 0.5)])
    mutating func equalScoresKeepTheirOrder(isRightFirst: Bool, expected: Double) {
        scene.object([0, 0, 10, 10])
        let boxes: [[Double]] = [[0, 0, 10, 10], [50, 50, 10, 10]]
        for box in isRightFirst ? boxes : boxes.reversed() { scene.detection(box, 0.5) }
        #expect(isClose(scene.figure("AP"), expected))
    }

    @Test mutating func imagesCountInTheOrderOfTheirNumbersWhereScoresAreEqual() {
        scene.object([0, 0, 10, 10], image: 7)
        scene.detection([0, 0, 10, 10], 0.5, image: 7)
        scene.detection([0, 0, 10, 10], 0.5, image: 3)
        #expect(isClose(scene.figure("AP"), 0.5))
    }

    @Test mutating func aCrowdTakesAnyNumberAndIsNoObject() {
        scene.object([0, 0, 100, 100], isCrowd: true)
        for step in 0..<5 { scene.detection([Double(step) * 10, 5, 10, 10], 0.9) }
        #expect(scene.figure("AP") == -1)
        scene.object([200, 0, 10, 10])
        scene.detection([200, 0, 10, 10], 0.1)
        // What lies in the crowd is not wrong, though its union with it is far larger.
        #expect(isClose(scene.figure("AP"), 1))
        scene.detection([300, 0, 10, 10], 0.95)
        #expect(isClose(scene.figure("AP"), 0.5))
        #expect(scene.result.categories[0].objectCount == 1)
    }

    @Test mutating func anObjectGoesBeforeTheCrowdAroundIt() {
        scene.object([0, 0, 100, 100], isCrowd: true)
        scene.object([0, 0, 10, 10])
        // In the crowd entirely, of the object only six tenths.
        scene.detection([0, 0, 10, 6], 0.9)
        #expect(isClose(scene.figure("AP50"), 1) && isClose(scene.figure("AP75"), 0))
    }

    @Test mutating func categoriesWithoutObjectsDoNotCount() {
        scene.categories += [.init(id: 2, name: "owl"), .init(id: 3, name: "fox")]
        scene.object([0, 0, 10, 10])
        scene.object([0, 0, 10, 10], category: 3)
        scene.detection([0, 0, 10, 10], 0.9)
        scene.detection([0, 0, 10, 10], 0.9, category: 2)
        // One found, one missed, one that is nowhere.
        #expect(scene.result.categories.map(\.averagePrecision).map { ($0 * 100).rounded() } == [100, -100, 0])
        #expect(scene.result.categories.map(\.objectCount) == [1, 0, 1])
        #expect(isClose(scene.figure("AP"), 0.5) && isClose(scene.figure("AR100"), 0.5))
    }

    @Test mutating func onlyTheStrongestOfAnImageCount() {
        for index in 0..<3 { scene.object([Double(index) * 20, 0, 10, 10]) }
        for index in 0..<3 { scene.detection([Double(index) * 20, 0, 10, 10], 0.9) }
        #expect(isClose(scene.figure("AR1"), 1.0 / 3) && isClose(scene.figure("AR10"), 1))
        var crowded = Scene()
        crowded.object([0, 0, 10, 10])
        for index in 0..<100 { crowded.detection([500, Double(index) * 20, 10, 10], 0.9) }
        crowded.detection([0, 0, 10, 10], 0.8)
        #expect(crowded.figure("AR100") == 0)
    }

    @Test mutating func sizesAreThoseOfTheObjectNotItsBox() {
        scene.object([0, 0, 100, 100], area: 1024)
        scene.detection([0, 0, 100, 100], 0.9)
        // An edge belongs to both sides.
        #expect(isClose(scene.figure("APs"), 1) && isClose(scene.figure("APm"), 1) && scene.figure("APl") == -1)
        // What is of another size, and hits nothing, is not wrong.
        scene.detection([300, 300, 400, 400], 0.95)
        #expect(isClose(scene.figure("APs"), 1) && isClose(scene.figure("AP"), 0.5))
    }

    @Test mutating func onlyChosenImagesAndCategoriesCount() {
        scene.categories.append(.init(id: 2, name: "owl"))
        scene.object([0, 0, 10, 10])
        scene.object([0, 0, 10, 10], image: 2)
        scene.object([0, 0, 10, 10], category: 2)
        scene.detection([0, 0, 10, 10], 0.9)
        scene.detection([0, 0, 10, 10], 0.9, image: 9)
        let result = COCOEvaluation(scene.annotations, images: [1], categories: [1]).result(of: scene.detections)
        #expect(isClose(result.averagePrecision, 1) && result.categories.map(\.category.id) == [1])
        #expect(scene.result.averagePrecision < 0.5)
    }
}
