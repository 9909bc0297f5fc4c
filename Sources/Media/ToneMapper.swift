import CFFmpeg
import Imaging

/// Maps pictures of high dynamic range (BT.2100: PQ or HLG, BT.2020's primaries) to 8-bit BT.709. One thread at a time.
///
/// Linear light by zscale (zimg), where 1 is BT.2408's reference white of 203 cd/m², what a sheet of paper in the scene has. Primaries
/// become BT.709's. Then `tonemap`'s Möbius curve: light below 0.3, 61 cd/m², stays as it is, so that a grey card comes at the 43 % of
/// the signal that it has in standard video; above, it is compressed, paper to 85 % and 1000 cd/m² to 100 %. All three components are
/// scaled by the same factor, so hues stay. The display's curve is BT.1886. Nothing depends on what the stream says of its
/// mastering display: such data come with some frames only, and a frame shall not depend on where decoding began.
final class ToneMapper {
    private static let referenceWhite = 203.0
    /// cd/m²: HLG's nominal peak, and what most PQ material is mastered for.
    private static let peak = 1000.0

    private let subject: String
    private var last: (form: Form, graph: FilterGraph)?

    /// What a graph is made for.
    private struct Form: Hashable {
        var size: ImageSize
        var format: Int32
        var matrix: UInt32
        var range: UInt32
    }

    /// - Parameter subject: the video's path, for errors.
    init(subject: String) { self.subject = subject }

    /// The picture in `ColourProperties.standardRange`, 4:2:0, or 4:4:4 where a side is odd.
    func map(_ frame: AVFrameBox, _ properties: ColourProperties) throws(FFmpegError) -> AVFrameBox {
        let source = AVFrameBox(sharing: frame)
        source.describe(properties)
        source.pointer.pointee.pts = 0
        let graph = try graph(for: source)
        try graph.send(source)
        guard let result = try graph.receive() else {
            throw FFmpegError(code: wh_averror_eagain(), operation: "map the tones of a picture", subject: subject)
        }
        result.describe(.standardRange)
        result.removeMasteringData()
        return result
    }

    private func graph(for frame: AVFrameBox) throws(FFmpegError) -> FilterGraph {
        let description = frame.pointer.pointee
        let form = Form(
            size: frame.size, format: description.format, matrix: description.colorspace.rawValue,
            range: description.color_range.rawValue)
        if let last, last.form == form { return last.graph }
        let graph = try FilterGraph(Self.chain(for: frame), like: frame, subject: subject)
        last = (form, graph)
        return graph
    }

    private static func chain(for frame: AVFrameBox) -> String {
        let mapping =
            "zscale=t=linear:npl=\(referenceWhite),format=gbrpf32le,zscale=p=bt709,"
            + "tonemap=mobius:param=0.3:desat=0:peak=\(peak / referenceWhite),zscale=t=bt709:m=bt709:r=tv:c=left"
        guard !frame.size.isEven else { return "\(mapping),format=yuv420p" }
        // zimg refuses planes whose sides are no whole part of the picture's.
        let isRGB = (frame.format.descriptor?.flags ?? 0) & UInt64(AV_PIX_FMT_FLAG_RGB) != 0
        return (isRGB ? "" : "format=yuv444p16le,") + "\(mapping),format=yuv444p"
    }
}

extension AVFrameBox {
    fileprivate func describe(_ colour: ColourProperties) {
        pointer.pointee.color_primaries = AVColorPrimaries(rawValue: UInt32(colour.primaries))
        pointer.pointee.color_trc = AVColorTransferCharacteristic(rawValue: UInt32(colour.transfer))
        pointer.pointee.colorspace = AVColorSpace(rawValue: UInt32(colour.matrix))
        pointer.pointee.color_range = colour.isFullRange ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
        pointer.pointee.chroma_location = AVChromaLocation(rawValue: UInt32(colour.chromaLocation))
    }

    /// Removes what no longer holds. An encoder might write it into its stream.
    fileprivate func removeMasteringData() {
        for kind in [
            AV_FRAME_DATA_MASTERING_DISPLAY_METADATA, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, AV_FRAME_DATA_DYNAMIC_HDR_PLUS,
            AV_FRAME_DATA_DOVI_RPU_BUFFER, AV_FRAME_DATA_DOVI_METADATA,
        ] {
            av_frame_remove_side_data(pointer, kind)
        }
    }
}
