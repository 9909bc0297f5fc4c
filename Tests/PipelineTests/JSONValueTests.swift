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

    @Test func prettyIndentsAndKeepsNumbersTogether() {
        let value = JSONValue.object([
            "box": .array([.integer(1), .decimal(2, places: 1)]),
            "list": .array([.object(["k": .string("v")])]),
        ])
        #expect(
            value.pretty == """
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
