package import Imaging

/// The description file beside a model (`NAME.yaml`): any field of `ModelDescription`, each overriding what was recognised.
///
/// Decodable from YAML or JSON. Keys are in lower case with hyphens; an unknown key is an error that names the known ones.
package struct ModelDescriptionFile: Sendable, Hashable, Decodable {
    package var inputName: String?
    package var inputSize: ImageSize?
    package var colourOrder: ColourOrder?
    package var scale: Double?
    package var mean: [Double]?
    package var standardDeviation: [Double]?
    package var resizeMode: ResizeMode?
    package var resampling: Resampling?
    package var padValue: UInt8?
    package var head: HeadKind?
    package var outputNames: [String]?
    package var labels: [String]?
    package var strides: [Int]?
    package var bins: Int?
    package var cellCentre: Float?
    package var anchors: SSDAnchorOverrides?
    /// The `anchors` of heads other than SSD: a list for each stride.
    package var anchorSizes: [[Float]]?
    package var xyScales: [Float]?
    package var variances: [Float]?
    package var scoreActivation: ScoreActivation?
    package var hasBackground: Bool?
    package var iou: Float?
    package var boxFormat: BoxFormat?

    /// No overrides.
    package init() {}

    /// The keys of the file.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case inputName = "input"
        case inputSize = "input-size"
        case colourOrder = "colour-order"
        case scale
        case mean
        case standardDeviation = "std"
        case resizeMode = "resize"
        case resampling
        case padValue = "pad"
        case head
        case outputNames = "outputs"
        case labels
        case strides
        case bins
        case cellCentre = "cell-centre"
        case anchors
        case xyScales = "xy-scale"
        case variances
        case scoreActivation = "score-activation"
        case hasBackground = "background"
        case iou
        case boxFormat = "box-format"
    }

    package init(from decoder: any Decoder) throws {
        try FieldName.refuseUnknown(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        inputName = try fields.decodeIfPresent(String.self, forKey: .inputName)
        inputSize = try fields.decodeIfPresent(WrittenSize.self, forKey: .inputSize)?.size
        colourOrder = try fields.decodeIfPresent(ColourOrder.self, forKey: .colourOrder)
        scale = try fields.decodeIfPresent(WrittenNumber.self, forKey: .scale)?.value
        mean = try fields.decodeIfPresent(WrittenTriple.self, forKey: .mean)?.values
        standardDeviation = try fields.decodeIfPresent(WrittenTriple.self, forKey: .standardDeviation)?.values
        resizeMode = try fields.decodeIfPresent(ResizeMode.self, forKey: .resizeMode)
        resampling = try fields.decodeIfPresent(Resampling.self, forKey: .resampling)
        padValue = try fields.decodeIfPresent(UInt8.self, forKey: .padValue)
        head = try fields.decodeIfPresent(HeadKind.self, forKey: .head)
        outputNames = try fields.decodeIfPresent(OneOrMore<String>.self, forKey: .outputNames)?.values
        labels = try fields.decodeIfPresent(OneOrMore<String>.self, forKey: .labels)?.values
        strides = try fields.decodeIfPresent(OneOrMore<Int>.self, forKey: .strides)?.values
        bins = try fields.decodeIfPresent(Int.self, forKey: .bins)
        cellCentre = try fields.decodeIfPresent(WrittenNumber.self, forKey: .cellCentre).map { Float($0.value) }
        if let lists = try? fields.decode([[WrittenNumber]].self, forKey: .anchors) {
            anchorSizes = lists.map { $0.map { Float($0.value) } }
        } else {
            anchors = try fields.decodeIfPresent(SSDAnchorOverrides.self, forKey: .anchors)
        }
        xyScales = try fields.decodeIfPresent(OneOrMore<Float>.self, forKey: .xyScales)?.values
        variances = try fields.decodeIfPresent([Float].self, forKey: .variances)
        scoreActivation = try fields.decodeIfPresent(ScoreActivation.self, forKey: .scoreActivation)
        hasBackground = try fields.decodeIfPresent(Bool.self, forKey: .hasBackground)
        boxFormat = try fields.decodeIfPresent(BoxFormat.self, forKey: .boxFormat)
        iou = try fields.decodeIfPresent(WrittenNumber.self, forKey: .iou).map { Float($0.value) }
    }
}

/// The `anchors` section of a description file; what is left out keeps its default.
package struct SSDAnchorOverrides: Sendable, Hashable, Decodable {
    package var layers: Int?
    package var minimumScale: Double?
    package var maximumScale: Double?
    package var aspectRatios: [Double]?
    package var interpolatedAspectRatio: Double?
    package var reducesLowestLayer: Bool?
    package var firstStride: Int?
    package var featureMaps: [ImageSize]?
    package var levels: Int?

    /// No overrides.
    package init() {}

    /// The keys of the section.
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case layers
        case minimumScale = "min-scale"
        case maximumScale = "max-scale"
        case aspectRatios = "aspect-ratios"
        case interpolatedAspectRatio = "interpolated-aspect-ratio"
        case reducesLowestLayer = "reduce-lowest-layer"
        case firstStride = "first-stride"
        case featureMaps = "feature-maps"
        case levels
    }

    package init(from decoder: any Decoder) throws {
        try FieldName.refuseUnknown(in: decoder, known: CodingKeys.allCases.map(\.rawValue))
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        layers = try fields.decodeIfPresent(Int.self, forKey: .layers)
        minimumScale = try fields.decodeIfPresent(WrittenNumber.self, forKey: .minimumScale)?.value
        maximumScale = try fields.decodeIfPresent(WrittenNumber.self, forKey: .maximumScale)?.value
        aspectRatios = try fields.decodeIfPresent([WrittenNumber].self, forKey: .aspectRatios)?.map(\.value)
        interpolatedAspectRatio =
            try fields.decodeIfPresent(WrittenNumber.self, forKey: .interpolatedAspectRatio)?.value
        reducesLowestLayer = try fields.decodeIfPresent(Bool.self, forKey: .reducesLowestLayer)
        firstStride = try fields.decodeIfPresent(Int.self, forKey: .firstStride)
        featureMaps = try fields.decodeIfPresent([WrittenSize].self, forKey: .featureMaps)?.map(\.size)
        levels = try fields.decodeIfPresent(Int.self, forKey: .levels)
    }

    /// `parameters` with the given values replaced.
    func applied(to parameters: SSDAnchorParameters) -> SSDAnchorParameters {
        var result = parameters
        result.layers = layers ?? featureMaps?.count ?? result.layers
        result.minimumScale = minimumScale ?? result.minimumScale
        result.maximumScale = maximumScale ?? result.maximumScale
        result.aspectRatios = aspectRatios ?? result.aspectRatios
        result.interpolatedAspectRatio = interpolatedAspectRatio ?? result.interpolatedAspectRatio
        result.reducesLowestLayer = reducesLowestLayer ?? result.reducesLowestLayer
        result.firstStride = firstStride ?? result.firstStride
        result.featureMaps = featureMaps ?? result.featureMaps
        result.levels = levels ?? result.levels
        return result
    }
}
