"""RTP packets in a codec that our client doesn't take apart -> the planes of one picture, by FFmpeg's depacketizers.

Runs in a worker process. No socket is opened here and no address known: FFmpeg's SDP demuxer is given the packets by a
file of ours (`sdp_flags=custom_io`), and its list of protocols that it may open is empty.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import accumulate

import av

from skywatch.picture.decode import Planes, picture_in, planes_of, remarks
from skywatch.picture.errors import Undecodable
from skywatch.protocols.rtsp.unit import Packets

BUDGET = 270_000
"""Bytes of packets that one demuxer is given. After 280,000 FFmpeg (rtpdec.c) writes a receiver report into the file
that it reads from, and as PyAV's can't be written, it never comes back. A picture that is larger is not seen."""

MAX_PICTURES = 500
"""Pieces that are tried before it is given up: a codec that never shows a keyframe has had its three seconds."""

_BUFFER = 1 << 17  # one read is one packet, however large
_HEADER = 12
_NOTHING_ELSE = {"protocol_whitelist": "none"}

Picture = tuple[str, bytes | None, bytes]
"""(decoder, its parameters from the description, one coded picture)."""


def decode_packets(told: Packets) -> Planes:
    """The first picture in `told` that stands alone and came whole. Raises Undecodable if there is none, with what
    FFmpeg remarked last."""
    why = "no picture in these packets"
    try:
        for tried, (decoder, parameters, data) in enumerate(_pictures(told)):
            if tried >= MAX_PICTURES:
                break
            try:
                frame = picture_in(decoder, data, parameters)
                if frame.key_frame:
                    return planes_of(frame)
            except Undecodable as error:
                why = str(error)
    except Undecodable as error:
        why = str(error)
    except (av.FFmpegError, ValueError) as error:  # ValueError: FFmpeg names a decoder that PyAV has not got
        why = getattr(error, "strerror", None) or str(error)
    raise Undecodable(f"{told.codec}: {why}")


def _pictures(told: Packets) -> Iterator[Picture]:
    if told.codec == "mp2t":  # RFC 2250: whole packets of a transport stream, which has a demuxer of its own
        stream = b"".join(packet[_HEADER:] for packet in told.packets)
        yield from _demuxed(BytesIO(stream), "mpegts", {})
        return
    for window in windows(told.packets):
        feed = _Feed(told.sdp.encode(), window)
        yield from _demuxed(feed, "sdp", {"sdp_flags": "custom_io", "reorder_queue_size": "0"})


def windows(packets: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Runs of packets of at most BUDGET bytes that begin where a picture begins, so that every picture that fits is
    whole in one of them: the next run begins at the last picture in the first half of this one."""
    begins = [at for at in range(len(packets)) if _begins(packets, at)]
    ends = list(accumulate(map(len, packets)))
    start = 0
    while start < len(packets):
        before = ends[start] - len(packets[start])
        end = bisect_right(ends, before + BUDGET)
        yield packets[start:end]
        if end == len(packets):
            return
        following = bisect_right(begins, start)
        halfway = bisect_right(begins, bisect_right(ends, before + BUDGET // 2)) - 1
        start = begins[max(following, halfway)] if following < len(begins) else len(packets)


def _begins(packets: Sequence[bytes], at: int) -> bool:
    """Whether a picture begins here: after a marker, or at another timestamp; encoders forget either."""
    before = packets[at - 1]
    return at == 0 or before[1] > 127 or before[4:8] != packets[at][4:8]


class _Feed:
    """The file that FFmpeg reads: first the description and its end, then, each time it asks, one packet."""

    def __init__(self, description: bytes, packets: Sequence[bytes]) -> None:
        self._description = description
        self._packets = iter(packets)
        self.described = False

    def read(self, size: int) -> bytes:
        if self.described:
            return next(self._packets, b"")[:size]
        piece, self._description = self._description[:size], self._description[size:]
        return piece


def _demuxed(file: BytesIO | _Feed, kind: str, options: dict[str, str]) -> list[Picture]:
    """The coded pictures of the first video stream."""
    options = {**_NOTHING_ELSE, **options}
    with remarks(), av.open(file, mode="r", format=kind, options=options, buffer_size=_BUFFER) as container:
        stream = next((found for found in container.streams.video if found.codec_context is not None), None)
        if stream is None:
            raise Undecodable("no decoder for it")
        context = stream.codec_context
        if isinstance(file, _Feed):
            file.described = True
        # Twice: to FFmpeg the end of the description is the end of the file, until it looks again.
        found = [*container.demux(stream), *container.demux(stream)]
        return [(context.codec.name, context.extradata, bytes(packet)) for packet in found if packet.size]
