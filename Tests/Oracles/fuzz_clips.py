"""Small clips of many codecs and containers for fuzz_media.py, made by the ffmpeg program."""
import os
import subprocess

PICTURE = "testsrc2=size=64x48:rate=10:duration=1.6"
SOUND = "sine=frequency=440:sample_rate=44100:duration=1.6"
X264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 6 -bf 2"
X265 = "-c:v libx265 -preset ultrafast -pix_fmt {} -x265-params keyint=6:bframes=2:pools=1:log-level=none"

HDR = "-s {} -c:v ffv1 -pix_fmt {} -color_trc smpte2084 -color_primaries bt2020 -colorspace bt2020nc -frames:v 3"

# Name, output options, whether there is sound.
CLIPS = [
    ("h264.mp4", X264 + " -c:a aac", True),
    ("h264_fragments.mp4", X264 + " -c:a aac -movflags frag_keyframe+empty_moov", True),
    ("h264_alac.mov", X264 + " -c:a alac -movflags +faststart", True),
    ("h264_rotated.mp4", X264 + " -metadata:s:v rotate=90", False),
    ("h264_opus.mkv", X264 + " -c:a libopus -b:a 48k", True),
    ("h264_mp2.ts", X264 + " -c:a mp2", True),
    ("h264_pcm.avi", X264 + " -c:a pcm_s16le", True),
    ("h264.flv", X264 + " -c:a aac", True),
    ("h264_10.mkv", "-c:v libx264 -preset ultrafast -pix_fmt yuv444p10le -g 6", False),
    ("h264_interlaced.mp4", "-c:v libx264 -preset ultrafast -pix_fmt yuv420p -flags +ilme+ildct -x264-params tff=1:keyint=6", False),
    ("raw.h264", X264, False),
    ("hevc.mp4", X265.format("yuv420p"), False),
    ("hevc_hdr.mkv", X265.format("yuv420p10le") + ":colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc", False),
    ("hevc.ts", X265.format("yuv420p"), False),
    ("raw.hevc", X265.format("yuv420p"), False),
    ("av1.mp4", "-s 128x96 -c:v libaom-av1 -cpu-used 8 -usage realtime -g 6", False),
    ("av1.mkv", "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 6", False),
    ("av1.ivf", "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 6", False),
    ("av1.obu", "-c:v libaom-av1 -cpu-used 8 -usage realtime -g 6", False),
    ("vp8.webm", "-c:v libvpx -g 6 -auto-alt-ref 1 -lag-in-frames 4 -b:v 100k -c:a libvorbis", True),
    ("vp8.ivf", "-c:v libvpx -g 6 -b:v 100k", False),
    ("vp8_alpha.webm", "-c:v libvpx -pix_fmt yuva420p -auto-alt-ref 0 -g 6 -b:v 100k", False),
    ("vp9.webm", "-c:v libvpx-vp9 -g 6 -cpu-used 8 -b:v 100k -c:a libopus -b:a 48k", True),
    ("vp9.mp4", "-c:v libvpx-vp9 -g 6 -cpu-used 8 -b:v 100k", False),
    ("vp9.ivf", "-c:v libvpx-vp9 -g 6 -cpu-used 8 -b:v 100k", False),
    ("mpeg1.mpg", "-r 25 -c:v mpeg1video -g 6 -bf 2 -c:a mp2", True),
    ("mpeg2.ts", "-r 25 -c:v mpeg2video -g 6 -bf 2 -flags +ilme+ildct -c:a ac3", True),
    ("mpeg2.vob", "-r 25 -c:v mpeg2video -g 6 -bf 2 -c:a mp2", True),
    ("mpeg2.mxf", "-r 25 -c:v mpeg2video -g 6 -c:a pcm_s16le -ar 48000", True),
    ("mpeg2.gxf", "-r 25 -s 720x576 -frames:v 3 -c:v mpeg2video -g 3 -c:a pcm_s16le -ar 48000", True),
    ("mpeg4.avi", "-c:v mpeg4 -g 6 -bf 2 -c:a libmp3lame", True),
    ("mpeg4.mp4", "-c:v mpeg4 -g 6 -c:a ac3", True),
    ("mpeg4.nut", "-c:v mpeg4 -g 6 -bf 2 -c:a flac", True),
    ("raw.m4v", "-c:v mpeg4 -g 6", False),
    ("xvid.mkv", "-c:v libxvid -g 6", False),
    ("msmpeg4.asf", "-c:v msmpeg4 -g 6 -c:a wmav2", True),
    ("wmv2.wmv", "-c:v wmv2 -g 6 -c:a wmav1", True),
    ("h263.3gp", "-s 176x144 -c:v h263 -g 6 -frames:v 8", False),
    ("flv1.flv", "-c:v flv1 -g 6 -c:a libmp3lame", True),
    ("flv1.swf", "-c:v flv1 -g 6", False),
    ("theora.ogv", "-c:v libtheora -g 6 -c:a libvorbis", True),
    ("dirac.mkv", "-c:v vc2 -pix_fmt yuv422p -b:v 800k -frames:v 4", False),
    ("snow.avi", "-c:v snow -g 6 -strict experimental", False),
    ("cinepak.avi", "-c:v cinepak -frames:v 8", False),
    ("svq1.mov", "-c:v svq1 -pix_fmt yuv410p", False),
    ("rpza.mov", "-c:v rpza -pix_fmt rgb555be", False),
    ("qtrle.mov", "-c:v qtrle", False),
    ("smc.mov", "-c:v smc -pix_fmt pal8", False),
    ("msvideo1.avi", "-c:v msvideo1", False),
    ("prores.mov", "-c:v prores_ks -profile:v 3 -frames:v 6 -c:a pcm_s24le", True),
    ("prores4444.mov", "-c:v prores_ks -profile:v 4 -pix_fmt yuva444p10le -frames:v 4", False),
    ("dnxhd.mov", "-s 1280x720 -c:v dnxhd -profile:v dnxhr_lb -pix_fmt yuv422p -frames:v 1", False),
    ("cfhd.avi", "-c:v cfhd -pix_fmt yuv422p10le -frames:v 4", False),
    ("dv.dv", "-s 720x576 -r 25 -pix_fmt yuv420p -frames:v 1 -c:v dvvideo", False),
    ("mjpeg.avi", "-c:v mjpeg -pix_fmt yuvj422p", False),
    ("mjpeg.mov", "-c:v mjpeg -pix_fmt yuvj420p", False),
    ("raw.mjpeg", "-c:v mjpeg -frames:v 4", False),
    ("jpeg2000.mov", "-c:v jpeg2000 -frames:v 4", False),
    ("ffv1.mkv", "-c:v ffv1 -level 3 -g 4 -frames:v 8 -c:a pcm_s16le", True),
    ("ffv1_16.avi", "-c:v ffv1 -pix_fmt gray16le -frames:v 4", False),
    ("huffyuv.avi", "-c:v huffyuv -pix_fmt yuv422p -frames:v 4", False),
    ("ffvhuff.mkv", "-c:v ffvhuff -pix_fmt yuv420p10le -frames:v 4", False),
    ("utvideo.avi", "-c:v utvideo -pix_fmt gbrp -frames:v 4", False),
    ("magicyuv.avi", "-c:v magicyuv -pix_fmt yuv444p -frames:v 4", False),
    ("zmbv.avi", "-c:v zmbv -pix_fmt bgr0 -frames:v 6", False),
    ("flashsv.flv", "-c:v flashsv -pix_fmt bgr24 -frames:v 6", False),
    ("png.mov", "-c:v png -frames:v 4", False),
    ("raw_rgb.avi", "-s 32x24 -c:v rawvideo -pix_fmt bgr24 -frames:v 4", False),
    ("raw_yuv.avi", "-s 32x24 -c:v rawvideo -pix_fmt yuv420p -frames:v 4", False),
    ("raw_nv12.nut", "-s 32x24 -c:v rawvideo -pix_fmt nv12 -frames:v 4", False),
    ("raw_pal.avi", "-s 32x24 -c:v rawvideo -pix_fmt pal8 -frames:v 4", False),
    ("raw.y4m", "-s 32x24 -pix_fmt yuv420p -frames:v 6", False),
    ("v210.avi", "-s 48x24 -c:v v210 -pix_fmt yuv422p10le -frames:v 3", False),
    ("gif.gif", "-frames:v 8", False),
    ("apng.apng", "-frames:v 6 -plays 0", False),
    ("webp.webp", "-frames:v 6 -c:v libwebp_anim", False),
    ("rv20.rm", "-s 128x96 -c:v rv20 -g 6 -c:a ac3", True),
    ("roq.roq", "-s 64x64 -r 30 -c:v roqvideo -frames:v 6", False),
    ("amv.amv", "-r 16 -c:v amv -c:a adpcm_ima_amv -ar 22050 -ac 1 -block_size 1378 -strict -1", True),
    ("still.jpg", "-frames:v 1 -update 1 -pix_fmt yuvj420p", False),
    ("progressive.png", "-frames:v 1 -update 1", False),
    ("still.bmp", "-s 32x24 -frames:v 1 -update 1", False),
    ("still.tiff", "-s 32x24 -frames:v 1 -update 1", False),
    ("still.webp", "-frames:v 1 -c:v libwebp", False),
    ("still.jxl", "-frames:v 1 -update 1", False),
    ("wtv.wtv", "-r 25 -c:v mpeg2video -g 6 -c:a mp2", True),
    ("subtitles.mkv", X264 + " -c:s ass", False),
    # Sizes at which filters, scalers and tables have their edges.
    ("dot.mkv", "-s 1x1 -c:v ffv1 -pix_fmt yuv444p -frames:v 3", False),
    ("dot.y4m", "-s 1x1 -pix_fmt yuv420p -frames:v 3", False),
    ("thin.mkv", "-s 2x64 -c:v ffv1 -pix_fmt yuv420p -frames:v 3", False),
    ("flat.mkv", "-s 300x1 -c:v ffv1 -pix_fmt gray -frames:v 3", False),
    ("odd.mkv", "-s 17x13 -c:v ffv1 -pix_fmt yuv420p -frames:v 3", False),
    ("odd_rotated.mov", "-s 33x47 -c:v mjpeg -pix_fmt yuvj420p -frames:v 3 -metadata:s:v rotate=90", False),
    ("small.mp4", "-s 16x16 " + X264, False),
    ("small_hdr.mkv", HDR.format("9x7", "yuv420p10le"), False),
    ("dot_hdr.mkv", HDR.format("1x1", "yuv444p12le"), False),
    ("rgb_hdr.mkv", HDR.format("32x24", "gbrp10le"), False),
    ("wide.avi", "-s 4096x2 -c:v mjpeg -pix_fmt yuvj444p -frames:v 2", False),
]


def make(folder):
    """Makes the clips that this ffmpeg can write, where they are not there yet; their paths by name."""
    os.makedirs(folder, exist_ok=True)
    paths = {}
    with open(os.path.join(folder, "words.srt"), "w") as file:
        file.write("1\n00:00:00,200 --> 00:00:01,000\nwords\n")
    for name, options, has_sound in CLIPS:
        path = os.path.join(folder, name)
        if os.path.exists(path) or _make(path, name, options, has_sound):
            paths[name] = path
    return paths


def _make(path, name, options, has_sound):
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", PICTURE]
    if has_sound:
        command += ["-f", "lavfi", "-i", SOUND]
    if name == "subtitles.mkv":
        command += ["-i", os.path.join(os.path.dirname(path), "words.srt")]
    command += options.split() + ["-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
    # A seed means the same damage wherever the same ffmpeg makes the clips: complete or not at all.
    unfinished = os.path.join(os.path.dirname(path), "unfinished-" + name)
    made = subprocess.run(command + [unfinished], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    if made.returncode or not os.path.getsize(unfinished):
        return False
    os.rename(unfinished, path)
    return True


if __name__ == "__main__":
    import sys
    found = make(sys.argv[1])
    print("cannot be made:", *(name for name, _, _ in CLIPS if name not in found))
