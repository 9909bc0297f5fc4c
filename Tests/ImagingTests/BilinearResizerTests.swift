import Imaging
import Testing

/// Bytes that look like nothing in particular, the same on every machine.
private func picture(_ width: Int, _ height: Int) -> RGBImage {
    let pixels = (0..<width * height * 3).map { i in
        UInt8(truncatingIfNeeded: i * 7919 + i * i % 251 * 31 + (i >> 3) * 5)
    }
    return RGBImage(size: ImageSize(width: width, height: height), pixels: pixels)
}

private func fowlerNollVo(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

@Suite("Bilinear resize; the expected bytes are those of OpenCV's resize(…, INTER_LINEAR)")
struct BilinearResizerTests {
    struct Case: Sendable {
        let source: ImageSize
        let target: ImageSize
        let expected: [UInt8]

        init(_ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int, _ expected: [UInt8]) {
            source = ImageSize(width: width, height: height)
            target = ImageSize(width: newWidth, height: newHeight)
            self.expected = expected
        }
    }

    @Test(
        "small pictures, byte for byte",
        arguments: [
            Case(4, 3, 3, 2, [66, 69, 128, 208, 131, 130, 110, 133, 208, 130, 117, 139, 186, 131, 152, 98, 85, 144]),
            Case(
                3, 2, 5, 4,
                [
                    0, 14, 90, 91, 77, 125, 228, 172, 178, 239, 141, 108, 246, 120, 61, 15, 40, 128, 94, 91, 151, 213,
                    169, 186, 206, 144, 121, 202, 127, 79, 44, 93, 203, 100, 120, 203, 184, 162, 203, 141, 150, 149,
                    113,
                    142, 114, 59, 119, 241, 103, 135, 229, 169, 159, 211, 109, 153, 163, 69, 149, 131,
                ]),
            Case(6, 4, 3, 2, [143, 104, 165, 152, 140, 152, 127, 104, 143, 84, 116, 132, 99, 80, 122, 108, 75, 183]),
            Case(1, 3, 2, 2, [57, 54, 112, 57, 54, 112, 242, 133, 90, 242, 133, 90]),
            // Three rows from one differ by the truncation of the weights: OpenCV does so too.
            Case(5, 1, 2, 3, [171, 132, 156, 86, 129, 233, 171, 133, 156, 87, 129, 234, 171, 132, 156, 86, 129, 233]),
        ])
    func smallPictures(_ sample: Case) {
        var resizer = BilinearResizer(source: sample.source, target: sample.target)
        let result = resizer.resize(picture(sample.source.width, sample.source.height))
        #expect(result.pixels == sample.expected)
    }

    struct Digest: Sendable {
        let source: ImageSize
        let target: ImageSize
        let expected: UInt64

        init(_ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int, _ expected: UInt64) {
            source = ImageSize(width: width, height: height)
            target = ImageSize(width: newWidth, height: newHeight)
            self.expected = expected
        }
    }

    @Test(
        "larger pictures, by digest",
        arguments: [
            Digest(320, 180, 97, 61, 0x0f0d_b2d2_0d02_2652),
            Digest(97, 61, 320, 180, 0x49b3_0745_acb2_3ec4),
            Digest(192, 108, 104, 58, 0x391c_90f9_52a6_6f28),
            Digest(128, 72, 64, 36, 0x44a5_74a9_4c20_95a4),
            Digest(128, 72, 64, 72, 0xa546_92b6_0179_94da),
            Digest(50, 200, 201, 50, 0x8fc6_48b6_5d0c_635c),
            Digest(333, 222, 111, 74, 0xe723_f213_318c_d16f),
            Digest(255, 255, 256, 256, 0x9996_34fc_8820_7056),
            Digest(640, 1, 13, 7, 0x7411_2d0f_2df5_2d63),
            Digest(1, 480, 7, 13, 0xf6b4_f01d_88ce_f37b),
        ])
    func largerPictures(_ sample: Digest) {
        var resizer = BilinearResizer(source: sample.source, target: sample.target)
        let image = picture(sample.source.width, sample.source.height)
        #expect(fowlerNollVo(resizer.resize(image).pixels) == sample.expected)
        #expect(fowlerNollVo(resizer.resize(image).pixels) == sample.expected, "row buffers kept from the last picture")
    }

    @Test("same size gives the same picture", arguments: [(1, 1), (4, 4), (17, 9)])
    func identity(_ width: Int, _ height: Int) {
        let image = picture(width, height)
        var resizer = BilinearResizer(source: image.size, target: image.size)
        #expect(resizer.resize(image) == image)
    }

    @Test("a flat picture stays flat at any size")
    func flatPicture() {
        for (width, height) in [(3, 3), (10, 7), (64, 64), (100, 31)] {
            let target = ImageSize(width: width, height: height)
            var resizer = BilinearResizer(source: ImageSize(width: 37, height: 23), target: target)
            let result = resizer.resize(RGBImage(size: ImageSize(width: 37, height: 23), fill: 255))
            #expect(result.pixels.allSatisfy { $0 >= 254 })
        }
    }
}
