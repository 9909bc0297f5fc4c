import Evaluation
import Foundation
import Testing

@Suite struct AnnotationFileTests {
    private func read(_ text: String) throws -> COCOAnnotations {
        try COCOAnnotations(Data(text.utf8), path: "boxes.json")
    }

    private static let valid = """
        {"info": {}, "images": [{"id": 2, "file_name": "b.jpg", "width": 64, "height": 48}, {"id": 1, "file_name": "a.jpg"}],
         "annotations": [
           {"id": 5, "image_id": 1, "category_id": 18, "bbox": [1, 2.5, 10, 20], "area": 90.5, "iscrowd": 0,
            "segmentation": [[1, 2, 3, 4, 5, 6]]},
           {"id": 6, "image_id": 2, "category_id": 1, "bbox": [0, 0, 5, 4], "iscrowd": 1,
            "segmentation": {"counts": "ab", "size": [48, 64]}},
           {"id": 7, "image_id": 3, "category_id": 1, "bbox": [0, 0, 5, 4]},
           {"id": 8, "image_id": 2, "category_id": 9, "bbox": [0, 0, 5, 4]}],
         "categories": [{"id": 18, "name": "dog", "supercategory": "animal"}, {"id": 1, "name": "person"}]}
        """

    @Test func whatTheFileSays() throws {
        let annotations = try read(Self.valid)
        #expect(
            annotations.categories.map(\.id) == [1, 18] && annotations.categories.map(\.name) == ["person", "dog"])
        #expect(annotations.images.map(\.fileName) == ["a.jpg", "b.jpg"])
        #expect(annotations.images.map(\.width) == [nil, 64] && annotations.images.map(\.height) == [nil, 48])
        #expect(annotations.objects.count == 2 && annotations.strayCount == 2)
        let (dog, crowd) = (annotations.objects[0], annotations.objects[1])
        #expect(dog.box == COCOBox(x: 1, y: 2.5, width: 10, height: 20) && dog.area == 90.5 && !dog.isCrowd)
        #expect(crowd.isCrowd && crowd.area == 20)
    }

    static let faults: [(text: String, words: String)] = [
        ("", "it is no JSON"),
        ("{\"images\": [", "it is no JSON"),
        ("[{\"image_id\": 1}]", "expected an object with images, annotations and categories"),
        ("{\"annotations\": [], \"categories\": []}", "there is no 'images'"),
        ("{\"images\": [], \"annotations\": [], \"categories\": [{\"id\": 1, \"name\": \"a\"}]}", "images is empty"),
        (
            "{\"images\": [{\"id\": 1, \"file_name\": \"a\"}], \"annotations\": [], \"categories\": []}",
            "categories is empty"
        ),
        (changed("\"id\": 1, \"file_name\"", "\"id\": 2, \"file_name\""), "images[1] has the id 2"),
        (changed("\"id\": 1, \"name\"", "\"id\": 18, \"name\""), "categories[1] has the id 18"),
        (changed("\"id\": 1, \"file_name\"", "\"id\": \"x\", \"file_name\""), "images[1].id: a whole number is needed"),
        (changed("\"file_name\": \"a.jpg\"", "\"name\": \"a.jpg\""), "images[1]: there is no 'file_name'"),
        (changed("[1, 2.5, 10, 20]", "[1, 2.5, 10]"), "annotations[0]: bbox has 3 numbers"),
        (changed("[1, 2.5, 10, 20]", "[1, 2.5, -10, 20]"), "annotations[0]: bbox has a negative width"),
        (changed("[1, 2.5, 10, 20]", "[1, 2e30, 10, 20]"), "annotations[0]: bbox has a number beyond"),
        (changed("[1, 2.5, 10, 20]", "[1, \"2\", 10, 20]"), "annotations[0].bbox[1]: a number is needed"),
        (changed("\"iscrowd\": 1", "\"iscrowd\": 2"), "annotations[1]: iscrowd"),
    ]

    private static func changed(_ part: String, _ replacement: String) -> String {
        valid.replacingOccurrences(of: part, with: replacement)
    }

    @Test(arguments: faults) func faultsAreNamedWithTheirPlace(text: String, words: String) {
        do {
            _ = try read(text)
            Issue.record("no error for \(words)")
        } catch {
            #expect(
                "\(error)".hasPrefix("boxes.json: cannot read annotations: ") && "\(error)".contains(words), "\(error)")
            #expect(!"\(error)".contains("\n"))
        }
    }

    @Test func aMissingFileIsNamed() {
        #expect {
            _ = try COCOAnnotations(contentsOf: "/nowhere/boxes.json")
        } throws: {
            "\($0)".contains("/nowhere/boxes.json") && "\($0)".contains("missing or not readable")
        }
    }
}
