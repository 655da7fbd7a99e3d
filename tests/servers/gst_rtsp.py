#!/usr/bin/python3
"""GStreamer's RTSP server as a camera; run by the system's Python, which has `gi`. Prints its port once it listens.

Imports nothing of the project. `--help` says what it can be.
"""

import argparse
import sys
from collections.abc import Callable

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

PATH = "/stream"
USER, PASSWORD = "viewer", "s3cret-word"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--codec", choices=["h264", "h265", "mjpeg", "vp8", "mpeg4", "mp2t"], default="h264")
    parser.add_argument("--width", type=int, default=640)
    parser.add_argument("--height", type=int, default=360)
    parser.add_argument("--rate", type=int, default=25, help="frames per second")
    parser.add_argument("--key-int", type=int, default=25, help="frames from keyframe to keyframe")
    parser.add_argument("--slices", type=int, default=1, help="slices per picture (H.264, H.265)")
    parser.add_argument("--intra-refresh", action="store_true", help="no IDR but the first (H.264)")
    parser.add_argument("--audio", choices=["none", "first", "second"], default="none")
    parser.add_argument("--in-band", action="store_true", help="parameter sets in front of every keyframe")
    parser.add_argument("--auth", choices=["none", "basic", "digest"], default="none")
    parser.add_argument("--transport", choices=["any", "tcp", "udp"], default="any")
    parser.add_argument("--tls", metavar="PEM", help="certificate and key in one file: rtsps")
    parser.add_argument("--file", help="a clip to be streamed, encoded anew")
    parser.add_argument("--coded", help="to be streamed as it is: an H.264 or H.265 elementary stream, MPEG-4 in MP4")
    parser.add_argument("--shared", action="store_true", help="all clients see one running stream")
    parser.add_argument("--address", default="127.0.0.1")
    return parser.parse_args()


FOREIGN = {
    "vp8": "vp8enc deadline=1 keyframe-max-dist={key_int}",
    "mp2t": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max={key_int} ! mpegtsmux",
}
"""What the client under test doesn't take apart."""


def encoder(told: argparse.Namespace) -> str:
    if told.codec == "h264":
        options = f"slices={told.slices}:scenecut=0"
        refresh = "intra-refresh=true" if told.intra_refresh else ""
        return (
            f"x264enc name=encoder tune=zerolatency speed-preset=ultrafast threads=1"
            f" key-int-max={told.key_int} {refresh}"
            f' option-string="{options}" ! video/x-h264,profile=main ! h264parse'
        )
    if told.codec == "h265":
        options = f"slices={told.slices}:frame-threads=1:scenecut=0"
        return (
            f"x265enc tune=zerolatency speed-preset=ultrafast key-int-max={told.key_int}"
            f' option-string="{options}" ! h265parse'
        )
    if told.codec in FOREIGN:
        return FOREIGN[told.codec].format(key_int=told.key_int)
    return "jpegenc quality=70"


def payloader(told: argparse.Namespace, number: int) -> str:
    config = f"config-interval={-1 if told.in_band else 0}" if told.codec in ("h264", "h265") else ""
    kind = {"mjpeg": "jpeg", "mpeg4": "mp4v"}.get(told.codec, told.codec)
    payload_type = {"mjpeg": 26, "mp2t": 33}.get(told.codec, 96)
    return f"rtp{kind}pay name=pay{number} pt={payload_type} {config}"


def source(told: argparse.Namespace) -> str:
    if told.coded and told.codec == "mpeg4":  # GStreamer's own encoder (avenc_mpeg4) forgets the time
        return f"filesrc location={told.coded} ! qtdemux ! mpeg4videoparse"
    if told.coded:
        return f"filesrc location={told.coded} ! {told.codec}parse"
    size = f"video/x-raw,width={told.width},height={told.height},framerate={told.rate}/1"
    picture = f"videotestsrc is-live=true pattern=ball ! {size}"
    if told.file:
        picture = f"filesrc location={told.file} ! decodebin ! videoconvert"
    return f"{picture} ! videoconvert ! video/x-raw,format=I420 ! {encoder(told)}"


def launch(told: argparse.Namespace) -> str:
    video_number = 1 if told.audio == "first" else 0
    video = f"{source(told)} ! {payloader(told, video_number)}"
    audio = f"audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay{1 - video_number} pt=8"
    return f"( {video} )" if told.audio == "none" else f"( {video} {audio} )"


def authority(told: argparse.Namespace) -> GstRtspServer.RTSPAuth:
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
    if told.tls:
        auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(told.tls))
    if told.auth == "basic":
        auth.add_basic(GstRtspServer.RTSPAuth.make_basic(USER, PASSWORD), token)
    elif told.auth == "digest":
        auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
        auth.add_digest(USER, PASSWORD, token)
    else:
        auth.set_default_token(token)
    return auth


def factory(told: argparse.Namespace) -> GstRtspServer.RTSPMediaFactory:
    made = GstRtspServer.RTSPMediaFactory()
    made.set_launch(launch(told))
    made.set_shared(told.shared or told.intra_refresh)
    protocols = {
        "tcp": GstRtsp.RTSPLowerTrans.TCP,
        "udp": GstRtsp.RTSPLowerTrans.UDP,
        "any": GstRtsp.RTSPLowerTrans.TCP | GstRtsp.RTSPLowerTrans.UDP,
    }
    made.set_protocols(protocols[told.transport])
    made.add_role_from_structure(
        Gst.Structure.new_from_string("viewer,media.factory.access=true,media.factory.construct=true")
    )
    return made


def deny_keyframes(_factory: object, media: GstRtspServer.RTSPMedia) -> None:
    """Whenever somebody comes, the server seeks or asks the encoder for a keyframe; as in a camera, neither happens."""

    def sift(_pad: object, info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
        if info.type & Gst.PadProbeType.QUERY_UPSTREAM:
            refused = info.get_query().type == Gst.QueryType.SEEKING
        else:
            structure = info.get_event().get_structure()
            refused = structure is not None and structure.get_name() == "GstForceKeyUnit"
        return Gst.PadProbeReturn.DROP if refused else Gst.PadProbeReturn.OK

    pad = media.get_element().get_by_name("encoder").get_static_pad("src")
    pad.add_probe(Gst.PadProbeType.EVENT_UPSTREAM | Gst.PadProbeType.QUERY_UPSTREAM, sift)


def prime(port: int, ready: Callable[[], bool]) -> Gst.Element:
    """Watch the stream ourselves, so that its one IDR is gone before anybody else comes."""
    viewer = Gst.parse_launch(
        f"rtspsrc location=rtsp://127.0.0.1:{port}{PATH} protocols=tcp latency=0"
        " ! fakesink name=end signal-handoffs=true sync=false"
    )
    left = [20]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            GLib.idle_add(ready)

    viewer.get_by_name("end").connect("handoff", count)
    viewer.set_state(Gst.State.PLAYING)
    return viewer


def serve(told: argparse.Namespace) -> GstRtspServer.RTSPServer:
    server = GstRtspServer.RTSPServer()
    server.set_address(told.address)
    server.set_service("0")
    if told.auth != "none" or told.tls:
        server.set_auth(authority(told))
    made = factory(told)
    if told.intra_refresh:
        made.connect("media-configure", deny_keyframes)
    server.get_mount_points().add_factory(PATH, made)
    server.attach(None)
    return server


def main() -> None:
    told = arguments()
    Gst.init(None)
    server = serve(told)
    loop = GLib.MainLoop()

    def ready() -> bool:
        print(server.get_bound_port(), flush=True)
        return False

    viewer = prime(server.get_bound_port(), ready) if told.intra_refresh else GLib.idle_add(ready)
    # whoever started us has gone when the standard input ends
    GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.HUP, lambda *_: loop.quit())
    loop.run()
    del viewer


if __name__ == "__main__":
    main()
