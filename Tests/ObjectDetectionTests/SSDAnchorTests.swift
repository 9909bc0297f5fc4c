import Imaging
import ObjectDetection
import Testing

@Suite("SSD anchors")
struct SSDAnchorTests {
    @Test("feature maps halve, rounding up")
    func grids() {
        let grids = SSDAnchorParameters().grids(for: ImageSize(width: 300, height: 300))
        #expect(grids.map(\.width) == [19, 10, 5, 3, 2, 1])
        #expect(SSDAnchorParameters().count(for: ImageSize(width: 300, height: 300)) == 1917)
        #expect(SSDAnchorParameters().count(for: ImageSize(width: 320, height: 320)) == 2034)
    }

    @Test("impossible parameters are refused")
    func validation() {
        var parameters = SSDAnchorParameters()
        parameters.layers = 0
        #expect(throws: DetectionError.self) { try parameters.validate() }
        parameters = SSDAnchorParameters()
        parameters.featureMaps = [ImageSize(width: 1, height: 1)]
        #expect(throws: DetectionError.self) { try parameters.validate() }
        parameters = SSDAnchorParameters()
        parameters.aspectRatios = [0]
        #expect(throws: DetectionError.self) { try parameters.validate() }
    }
}
