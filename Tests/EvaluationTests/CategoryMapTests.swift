import Evaluation
import Imaging
import ObjectDetection
import Testing

@Suite struct CategoryMapTests {
    private static func categories(_ names: String...) -> [COCOAnnotations.Category] {
        names.enumerated().map { COCOAnnotations.Category(id: 10 * ($0.offset + 1), name: $0.element) }
    }

    @Test(arguments: [
        ("dog", "dog"), ("Dog", "dog"), ("traffic_light", "traffic light"), ("traffic-light", "Traffic Light"),
        ("motorbike", "motorcycle"), ("aeroplane", "airplane"), ("sofa", "couch"), ("pottedplant", "potted plant"),
        ("potted_plant", "potted plant"), ("diningtable", "dining table"), ("tvmonitor", "tv"), ("couch", "sofa"),
        ("hair dryer", "hair drier"), ("cellphone", "cell phone"),
    ])
    func spellingsMeanTheSame(label: String, category: String) {
        let map = CategoryMap(labels: [label], categories: Self.categories("bear", category))
        #expect(map.categoryIDs == [0: 20] && map.unusedLabels.isEmpty)
        #expect(map.unnamedCategories.map(\.name) == ["bear"])
    }

    @Test func whatIsLeftOverIsNamed() {
        let map = CategoryMap(labels: ["???", "cat", "unicorn", "???"], categories: Self.categories("dog", "cat"))
        #expect(map.categoryIDs == [1: 20] && map.unusedLabels == ["???", "unicorn", "???"])
        #expect(map.unnamedCategories.map(\.id) == [10])
        #expect(CategoryMap(labels: ["unicorn"], categories: Self.categories("dog")).categoryIDs.isEmpty)
    }

    @Test func theExactSpellingGoesFirst() {
        let map = CategoryMap(labels: ["Car", "car", "CAR"], categories: Self.categories("car", "Car"))
        #expect(map.categoryIDs == [0: 20, 1: 10, 2: 10])
    }

    @Test func detectionsOfOtherLabelsAreNone() throws {
        let map = CategoryMap(labels: ["cat", "unicorn"], categories: Self.categories("cat"))
        let box = BoundingBox(x: 1, y: 2, width: 3, height: 4.5)
        let found = COCODetection(Detection(classIndex: 0, score: 0.25, box: box), imageID: 3, map: map)
        let expected = COCODetection(
            imageID: 3, categoryID: 10, box: COCOBox(x: 1, y: 2, width: 3, height: 4.5), score: 0.25)
        #expect(found == expected)
        #expect(COCODetection(Detection(classIndex: 1, score: 0.25, box: box), imageID: 3, map: map) == nil)
    }
}
