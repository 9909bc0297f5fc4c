/// Anchors that well-known detectors were trained with: for each stride width and height of three, in input pixels.
enum UsualAnchors {
    /// YOLOv3, v5 and v7-tiny, strides 8, 16, 32.
    static let coco: [[Float]] = [
        [10, 13, 16, 30, 33, 23], [30, 61, 62, 45, 59, 119], [116, 90, 156, 198, 373, 326],
    ]
    /// YOLOv5 with four strides, 8 to 64.
    static let coco4: [[Float]] = [
        [19, 27, 44, 40, 38, 94], [96, 68, 86, 152, 180, 137], [140, 301, 303, 264, 238, 542],
        [436, 615, 739, 380, 925, 792],
    ]
    /// YOLOv4 and v7, strides 8, 16, 32.
    static let yolov4: [[Float]] = [
        [12, 16, 19, 36, 40, 28], [36, 75, 76, 55, 72, 146], [142, 110, 192, 243, 459, 401],
    ]
    /// YOLOv3-tiny and v4-tiny, strides 16, 32.
    static let tiny: [[Float]] = [[10, 14, 23, 27, 37, 58], [81, 82, 135, 169, 344, 319]]
    /// Yolo-Fastest 1.1, strides 16, 32.
    static let yoloFastest: [[Float]] = [[12, 18, 37, 49, 52, 132], [115, 73, 119, 199, 242, 238]]
    /// Yolo-FastestV2, strides 16, 32.
    static let yoloFastestV2: [[Float]] = [
        [12.64, 19.39, 37.88, 51.48, 55.71, 138.31], [126.91, 78.23, 131.57, 214.55, 279.92, 258.87],
    ]
}
