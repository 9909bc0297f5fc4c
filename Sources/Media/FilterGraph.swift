import CFFmpeg

/// A chain of FFmpeg's filters with one input and one output, in one thread. Owns an `AVFilterGraph`.
final class FilterGraph {
    private let graph: UnsafeMutablePointer<AVFilterGraph>
    private let ends: Ends
    private let subject: String

    /// Where frames go in and come out.
    private struct Ends {
        let source: UnsafeMutablePointer<AVFilterContext>
        let sink: UnsafeMutablePointer<AVFilterContext>
    }

    /// - Parameters:
    ///   - chain: filters as the ffmpeg program's `-vf` takes them.
    ///   - frame: has the size, the pixel format and the colours of all frames that will go in.
    ///   - subject: the video's path, for errors.
    init(_ chain: String, like frame: AVFrameBox, subject: String) throws(FFmpegError) {
        _ = FFmpegLog.isInstalled
        guard let graph = avfilter_graph_alloc() else { fatalError("out of memory") }
        // The cores have other frames to do.
        graph.pointee.nb_threads = 1
        do {
            ends = try Self.build(chain, in: graph, like: frame, subject)
        } catch {
            Self.free(graph)
            throw error
        }
        self.graph = graph
        self.subject = subject
        for filter in Self.filters(of: graph) { FFmpegLog.watch(filter) }
    }

    deinit {
        for filter in Self.filters(of: graph) { FFmpegLog.unwatch(filter) }
        Self.free(graph)
    }

    /// Hands a frame in; it is not changed.
    func send(_ frame: AVFrameBox) throws(FFmpegError) {
        let status = av_buffersrc_write_frame(ends.source, frame.pointer)
        guard status >= 0 else { throw failure(status) }
    }

    /// The next frame that is ready; nil where another one has to go in first.
    func receive() throws(FFmpegError) -> AVFrameBox? {
        let frame = AVFrameBox()
        let status = av_buffersink_get_frame(ends.sink, frame.pointer)
        guard status != wh_averror_eagain() else { return nil }
        guard status >= 0 else { throw failure(status) }
        return frame
    }

    private func failure(_ status: Int32) -> FFmpegError {
        let words = Self.filters(of: graph).compactMap { FFmpegLog.take($0).first }.first
        return FFmpegError(
            code: status, operation: "filter a picture", subject: subject,
            reason: "cannot filter a picture: \(words ?? FFmpegError.text(of: status))")
    }

    private static func build(
        _ chain: String, in graph: UnsafeMutablePointer<AVFilterGraph>, like frame: AVFrameBox, _ subject: String
    ) throws(FFmpegError) -> Ends {
        var (inputs, outputs): (UnsafeMutablePointer<AVFilterInOut>?, UnsafeMutablePointer<AVFilterInOut>?)
        defer {
            avfilter_inout_free(&inputs)
            avfilter_inout_free(&outputs)
        }
        let status = avfilter_graph_parse2(graph, chain, &inputs, &outputs)
        guard status >= 0, let input = inputs?.pointee, let output = outputs?.pointee else {
            let words = FFmpegError.text(of: status)
            throw failure(status, subject, "\(words); this FFmpeg may lack a filter of '\(chain)'")
        }
        let source = try source(of: graph, like: frame, subject)
        let sink = try filter("buffersink", in: graph, subject)
        try check(avfilter_init_str(sink, nil), subject)
        try check(avfilter_link(source, 0, input.filter_ctx, UInt32(input.pad_idx)), subject)
        try check(avfilter_link(output.filter_ctx, UInt32(output.pad_idx), sink, 0), subject)
        try check(avfilter_graph_config(graph, nil), subject)
        return Ends(source: source, sink: sink)
    }

    private static func source(
        of graph: UnsafeMutablePointer<AVFilterGraph>, like frame: AVFrameBox, _ subject: String
    ) throws(FFmpegError) -> UnsafeMutablePointer<AVFilterContext> {
        let source = try filter("buffer", in: graph, subject)
        guard let parameters = av_buffersrc_parameters_alloc() else { fatalError("out of memory") }
        defer { av_free(parameters) }
        let description = frame.pointer.pointee
        parameters.pointee.format = description.format
        parameters.pointee.width = description.width
        parameters.pointee.height = description.height
        // Frames get their times back from whoever had them filtered.
        parameters.pointee.time_base = AVRational(num: 1, den: 1)
        parameters.pointee.sample_aspect_ratio = description.sample_aspect_ratio
        wh_buffer_source_describe_colours(parameters, frame.pointer)
        try check(av_buffersrc_parameters_set(source, parameters), subject)
        try check(avfilter_init_str(source, nil), subject)
        return source
    }

    private static func filter(
        _ name: String, in graph: UnsafeMutablePointer<AVFilterGraph>, _ subject: String
    ) throws(FFmpegError) -> UnsafeMutablePointer<AVFilterContext> {
        guard let filter = avfilter_graph_alloc_filter(graph, avfilter_get_by_name(name), name) else {
            throw failure(wh_averror_filter_not_found(), subject)
        }
        return filter
    }

    private static func check(_ status: Int32, _ subject: String) throws(FFmpegError) {
        guard status >= 0 else { throw failure(status, subject) }
    }

    private static func failure(_ status: Int32, _ subject: String, _ reason: String? = nil) -> FFmpegError {
        FFmpegError(
            code: status, operation: "set filters up", subject: subject,
            reason: "cannot set filters up: \(reason ?? FFmpegError.text(of: status))")
    }

    private static func filters(
        of graph: UnsafeMutablePointer<AVFilterGraph>
    ) -> [UnsafeMutablePointer<AVFilterContext>] {
        (0..<Int(graph.pointee.nb_filters)).compactMap { graph.pointee.filters[$0] }
    }

    private static func free(_ graph: UnsafeMutablePointer<AVFilterGraph>) {
        var graph: UnsafeMutablePointer<AVFilterGraph>? = graph
        avfilter_graph_free(&graph)
    }
}
