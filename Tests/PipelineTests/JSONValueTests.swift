import Foundation
import Testing

@testable import Pipeline

struct JSONValueTests {
    @Test(arguments: [
        (0.87654, 4, "0.8765"), (0.87655, 4, "0.8766"), (-0.5, 0, "-1"), (-0.004, 2, "0.00"), (-1.5, 2, "-1.50"),
        (12.3, 6, "12.300000"), (1e9 + 0.25, 2, "1000000000.25"), (.nan, 2, "null"), (.infinity, 2, "null"),
        (1e300, 2, "1e99"), (0.1, 2, "0.10"), (99.999, 2, "100.00"),
    ])
    func numbersHaveFixedDecimals(_ value: Double, _ places: Int, _ text: String) {
        #expect(JSONValue.fixed(value, places: places) == text)
    }

    @Test func stringsSurviveAnyParser() throws {
        for text in ["plain", "\"quoted\" \\ back", "line\nbreak\ttab\r", "\u{1}\u{1F}\u{7F}", "häßlich 歩行者 🚲", ""] {
            let json = JSONValue.object(["a": .string(text)]).compact
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String]
            #expect(object == ["a": text], "\(json)")
        }
    }

    @Test func compactIsOneLineWithKeysInOrder() {
        let value = JSONValue.object([
            "z": .integer(1), "a": .array([.null, .bool(true)]), "m": .object([:]), "e": .array([]),
        ])
        #expect(value.compact == #"{"z":1,"a":[null,true],"m":{},"e":[]}"#)
    }

    @Test func documentsAreIndentedAndKeepNumbersTogether() throws {
        let document = JSONDocument([
            "box": .value(.array([.integer(1), .decimal(2, places: 1)])),
            "list": .value(.array([.object(["k": .string("v")])])),
        ])
        #expect(
            try document.text == """
                {
                  "box": [1,2.0],
                  "list": [
                    {
                      "k": "v"
                    }
                  ]
                }

                """)
    }
}

struct JSONDocumentTests {
    /// Elements with all that JSON has.
    private static var elements: [JSONValue] {
        [
            .object(["k": .string("v"), "n": .array([.integer(1), .integer(2)]), "o": .object([:])]), .string("s"),
            .null, .array([.string("a"), .array([])]),
        ]
    }

    @Test(arguments: 0...4) func listsThatAreWrittenPieceByPieceLookLikeOthers(_ count: Int) throws {
        let elements = Array(Self.elements.prefix(count))
        let whole = JSONDocument(["a": .value(.integer(1)), "l": .value(.array(elements)), "z": .value(.null)])
        let parts = JSONDocument([
            "a": .value(.integer(1)), "l": .list(of: elements) { $0 },
            "z": .value(.null),
        ])
        #expect(try parts.text == whole.text)
        let read = try JSONSerialization.jsonObject(with: Data(parts.text.utf8)) as? [String: Any]
        #expect((read?["l"] as? [Any])?.count == count)
    }

    @Test func anEmptyDocumentIsOne() throws {
        #expect(try JSONDocument([:]).text == "{}\n")
    }

    @Test func whatGoesWrongInAListGoesOut() {
        struct Failure: Error {}
        #expect(throws: Failure.self) { try JSONDocument(["l": .list { { throw Failure() } }]).text }
    }
}

extension JSONDocument {
    /// The whole.
    var text: String {
        get throws {
            var text = ""
            try write { text += $0 }
            return text
        }
    }
}
