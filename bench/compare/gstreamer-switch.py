"""A channel made of GStreamer 1.22 and hand-written glue, the short way: black when the decoder exits, and a new decoder.

Arguments: ffmpeg, the movie. Standard output: 1280x720 yuv420p frames at 30 a second. The decoder is an ffmpeg of its
own, so that it can crash alone. An input-selector shows black until it has a frame, and again from the moment it has
exited; then another one is started, from the beginning of the file. Nothing watches a decoder that only stalls.
"""

import subprocess
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst

FFMPEG, MOVIE = sys.argv[1:]
WIDTH, HEIGHT, RATE = 1280, 720, 30
FRAME_BYTES = WIDTH * HEIGHT * 3 // 2

Gst.init(None)
pipeline = Gst.parse_launch(
    "videotestsrc is-live=true pattern=black "
    f"! video/x-raw,format=I420,width={WIDTH},height={HEIGHT},framerate={RATE}/1 ! selector.sink_0 "
    "input-selector name=selector sync-streams=false ! fdsink fd=1 sync=true"
)
selector = pipeline.get_by_name("selector")
black = selector.get_static_pad("sink_0")


def start_decoder():
    decoder = subprocess.Popen(
        [FFMPEG, "-v", "error", "-threads", "1", "-i", MOVIE]
        + ["-map", "0:v", "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:1"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    branch = Gst.parse_bin_from_description(
        f"fdsrc fd={decoder.stdout.fileno()} blocksize={FRAME_BYTES} "
        f"! rawvideoparse name=parse format=i420 width={WIDTH} height={HEIGHT} framerate={RATE}/1 "
        "! queue ! clocksync",
        True,
    )
    pipeline.add(branch)
    exit_pad = branch.get_static_pad("src")
    entry = selector.request_pad_simple("sink_%u")
    parse = branch.get_by_name("parse")

    def begin_now(_pad, _info):
        now = pipeline.get_clock().get_time() - pipeline.get_base_time()
        parse.get_static_pad("src").set_offset(now)
        return Gst.PadProbeReturn.REMOVE

    def show(_pad, _info):
        selector.set_property("active-pad", entry)
        return Gst.PadProbeReturn.REMOVE

    def drop_end(_pad, info):
        # The end of one decoder is not the end of the channel.
        ended = info.get_event().type == Gst.EventType.EOS
        return Gst.PadProbeReturn.DROP if ended else Gst.PadProbeReturn.OK

    def on_exit(_pid, _status):
        selector.set_property("active-pad", black)
        branch.set_state(Gst.State.NULL)
        exit_pad.unlink(entry)
        selector.release_request_pad(entry)
        pipeline.remove(branch)
        decoder.stdout.close()
        start_decoder()

    parse.get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, begin_now)
    exit_pad.add_probe(Gst.PadProbeType.BUFFER, show)
    exit_pad.add_probe(Gst.PadProbeType.EVENT_DOWNSTREAM, drop_end)
    exit_pad.link(entry)
    branch.sync_state_with_parent()
    GLib.child_watch_add(GLib.PRIORITY_HIGH, decoder.pid, on_exit)


pipeline.set_state(Gst.State.PLAYING)
start_decoder()
GLib.MainLoop().run()
