"""A channel made of GStreamer 1.22 and hand-written glue, the careful way: frames staged, and resumed where they end.

Arguments: ffmpeg, the movie. Standard output: 1280x720 yuv420p frames at 30 a second. As `gstreamer-switch.py`, but
each decoder fills a queue of 2 s, as this engine does; when it exits, the next one is started at once at the frame
after the last that was staged, and `concat` puts it behind the old one's. Black shows only until the first frame.
Nothing watches a decoder that only stalls.
"""

import subprocess
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst

FFMPEG, MOVIE = sys.argv[1:]
WIDTH, HEIGHT, RATE = 1280, 720, 30
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2
STAGED_FRAMES = 60

Gst.init(None)
pipeline = Gst.parse_launch(
    "videotestsrc is-live=true pattern=black "
    f"! video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={RATE}/1 ! selector.sink_0 "
    "concat name=content ! clocksync ! selector.sink_1 "
    "input-selector name=selector sync-streams=false ! fdsink fd=1 sync=true"
)
selector = pipeline.get_by_name("selector")
content = pipeline.get_by_name("content")
frames_staged = 0


def start_decoder():
    decoder = subprocess.Popen(
        [FFMPEG, "-v", "error", "-threads", "1", "-ss", str(frames_staged / RATE), "-i", MOVIE]
        + ["-map", "0:v", "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    branch = Gst.parse_bin_from_description(
        f"fdsrc fd={decoder.stdout.fileno()} blocksize={FRAME_BYTES} "
        f"! rawvideoparse name=parse format=i420 width={WIDTH} height={HEIGHT} framerate={RATE}/1 "
        f"! queue max-size-buffers={STAGED_FRAMES} max-size-bytes=0 max-size-time=0",
        True,
    )
    pipeline.add(branch)
    exit_pad = branch.get_static_pad("src")
    entry = content.request_pad_simple("sink_%u")

    def count(_pad, _info):
        global frames_staged
        frames_staged += 1
        return Gst.PadProbeReturn.OK

    def clear_away():
        branch.set_state(Gst.State.NULL)
        exit_pad.unlink(entry)
        content.release_request_pad(entry)
        pipeline.remove(branch)
        decoder.stdout.close()

    def on_end(_pad, info):
        # In the main loop: a streaming thread cannot take down its own elements.
        if info.get_event().type == Gst.EventType.EOS:
            GLib.idle_add(clear_away)
        return Gst.PadProbeReturn.OK

    branch.get_by_name("parse").get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, count)
    exit_pad.link(entry)
    entry.add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, on_end)
    branch.sync_state_with_parent()
    GLib.child_watch_add(GLib.PRIORITY_HIGH, decoder.pid, lambda _pid, _status: start_decoder())


def begin_now(pad, _info):
    pad.set_offset(pipeline.get_clock().get_time() - pipeline.get_base_time())
    selector.set_property("active-pad", selector.get_static_pad("sink_1"))
    return Gst.PadProbeReturn.REMOVE


content.get_static_pad("src").add_probe(Gst.PadProbeType.BUFFER, begin_now)
pipeline.set_state(Gst.State.PLAYING)
start_decoder()
GLib.MainLoop().run()
