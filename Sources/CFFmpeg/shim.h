// FFmpeg's headers, plus what Swift cannot import from them: function-like macros and casts of integer constants.
#ifndef WINDHOVER_CFFMPEG_SHIM_H
#define WINDHOVER_CFFMPEG_SHIM_H

#include <libavcodec/avcodec.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/cpu.h>
#include <libavutil/dict.h>
#include <libavutil/display.h>
#include <libavutil/error.h>
#include <libavutil/imgutils.h>
#include <libavutil/log.h>
#include <libavutil/mathematics.h>
#include <libavutil/md5.h>
#include <libavutil/murmur3.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libavutil/sha.h>
#include <libavutil/time.h>
#include <libavutil/timestamp.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>

// AVERROR(e) and FFERRTAG are macros over macros.
static inline int wh_averror(int posix_error) { return AVERROR(posix_error); }
static inline int wh_averror_eagain(void) { return AVERROR(EAGAIN); }
static inline int wh_averror_eof(void) { return AVERROR_EOF; }
static inline int wh_averror_exit(void) { return AVERROR_EXIT; }
static inline int wh_averror_invalid_data(void) { return AVERROR_INVALIDDATA; }
static inline int wh_averror_decoder_not_found(void) { return AVERROR_DECODER_NOT_FOUND; }
static inline int wh_averror_encoder_not_found(void) { return AVERROR_ENCODER_NOT_FOUND; }
static inline int wh_averror_filter_not_found(void) { return AVERROR_FILTER_NOT_FOUND; }
static inline int wh_averror_stream_not_found(void) { return AVERROR_STREAM_NOT_FOUND; }
static inline int wh_averror_no_memory(void) { return AVERROR(ENOMEM); }

// The status of a web server's answer behind an error: 400, 401, 403 or 404, 499 and 500 for the others of their kind, 0 for other errors.
static inline int wh_http_status(int error) {
    switch (error) {
    case AVERROR_HTTP_BAD_REQUEST: return 400;
    case AVERROR_HTTP_UNAUTHORIZED: return 401;
    case AVERROR_HTTP_FORBIDDEN: return 403;
    case AVERROR_HTTP_NOT_FOUND: return 404;
    case AVERROR_HTTP_OTHER_4XX: return 499;
    case AVERROR_HTTP_SERVER_ERROR: return 500;
    default: return 0;
    }
}

// AV_NOPTS_VALUE is a cast of an unsigned constant, AV_TIME_BASE_Q a compound literal.
static inline int64_t wh_nopts(void) { return AV_NOPTS_VALUE; }
static inline AVRational wh_time_base_q(void) { return AV_TIME_BASE_Q; }

// Fixed-width text of an error code; buffer holds AV_ERROR_MAX_STRING_SIZE bytes.
static inline void wh_error_text(int code, char *buffer, size_t size) {
    if (av_strerror(code, buffer, size) < 0) buffer[0] = 0;
}

// Fields that moved between FFmpeg 5, 6 and 7.
static inline int64_t wh_frame_duration(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    return frame->duration;
#else
    return frame->pkt_duration;
#endif
}

static inline int wh_frame_is_key(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return (frame->flags & AV_FRAME_FLAG_KEY) != 0;
#else
    return frame->key_frame;
#endif
}

// Gives a picture that no decoder of FFmpeg made what one sets besides the pixels.
static inline void wh_date_picture(AVFrame *frame, const AVPacket *packet) {
    frame->pts = frame->best_effort_timestamp = packet->pts;
    frame->pkt_dts = packet->dts;
    frame->pict_type = AV_PICTURE_TYPE_I;
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
    frame->duration = packet->duration;
#else
    frame->pkt_duration = packet->duration;
#endif
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    frame->flags |= AV_FRAME_FLAG_KEY;
#else
    frame->key_frame = 1;
#endif
}

static inline int wh_frame_is_interlaced(const AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    return frame->interlaced_frame;
#endif
}

static inline void wh_frame_set_progressive(AVFrame *frame) {
#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
    frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
#else
    frame->interlaced_frame = 0;
    frame->top_field_first = 0;
#endif
}

// From FFmpeg 7 on filters agree on colours before the first frame comes.
static inline void wh_buffer_source_describe_colours(AVBufferSrcParameters *parameters, const AVFrame *frame) {
#if LIBAVFILTER_VERSION_INT >= AV_VERSION_INT(9, 16, 100)
    parameters->color_space = frame->colorspace;
    parameters->color_range = frame->color_range;
#else
    (void)parameters;
    (void)frame;
#endif
}

static inline const uint8_t *wh_stream_side_data(const AVStream *stream, enum AVPacketSideDataType type, size_t *size) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    const AVPacketSideData *data = av_packet_side_data_get(
        stream->codecpar->coded_side_data, stream->codecpar->nb_coded_side_data, type);
    *size = data ? data->size : 0;
    return data ? data->data : NULL;
#else
    return av_stream_get_side_data(stream, type, size);
#endif
}

// What a stream carries beside its packets (mastering display, projection, …), all but the turn of its picture. From FFmpeg 6.1 on it
// is part of the codec parameters and has been copied with them.
static inline int wh_copy_stream_side_data(AVStream *to, const AVStream *from) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
    av_packet_side_data_remove(
        to->codecpar->coded_side_data, &to->codecpar->nb_coded_side_data, AV_PKT_DATA_DISPLAYMATRIX);
#else
    for (int index = 0; index < from->nb_side_data; index++) {
        const AVPacketSideData *data = &from->side_data[index];
        if (data->type == AV_PKT_DATA_DISPLAYMATRIX) continue;
        uint8_t *copy = av_stream_new_side_data(to, data->type, data->size);
        if (!copy) return AVERROR(ENOMEM);
        memcpy(copy, data->data, data->size);
    }
#endif
    return 0;
}

// The planes of a frame as one C array, which Swift sees as a tuple.
static inline uint8_t *wh_plane(const AVFrame *frame, int plane) { return frame->data[plane]; }
static inline int wh_stride(const AVFrame *frame, int plane) { return frame->linesize[plane]; }

static inline AVStream *wh_stream(const AVFormatContext *context, int index) { return context->streams[index]; }

static inline const uint8_t *const *wh_planes(const AVFrame *frame) { return (const uint8_t *const *)frame->data; }
static inline uint8_t *const *wh_writable_planes(const AVFrame *frame) { return frame->data; }
static inline const int *wh_strides(const AVFrame *frame) { return frame->linesize; }

static inline uint32_t wh_tag(char a, char b, char c, char d) { return MKTAG(a, b, c, d); }

// Arrays of sample planes pass through `void **` and `const uint8_t **` in FFmpeg's signatures.
static inline const uint8_t **wh_audio_planes(const AVFrame *frame) { return (const uint8_t **)frame->extended_data; }
static inline int wh_audio_fifo_write(AVAudioFifo *fifo, uint8_t **samples, int count) {
    return av_audio_fifo_write(fifo, (void **)samples, count);
}
static inline int wh_audio_fifo_read(AVAudioFifo *fifo, AVFrame *frame, int count) {
    return av_audio_fifo_read(fifo, (void **)frame->extended_data, count);
}

// A fixed array that Swift sees as a tuple: the buffers that hold a frame's data, NULL from the first unused one on.
static inline int wh_frame_buffer_count(void) { return AV_NUM_DATA_POINTERS; }
static inline AVBufferRef *wh_frame_buffer(const AVFrame *frame, int index) { return frame->buf[index]; }

#endif
