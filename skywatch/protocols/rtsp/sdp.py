"""Session descriptions (RFC 8866), read as leniently as cameras write them, and the choice of the track to look at.

Only what a client needs: tracks, payload formats, control addresses. Order, missing lines and wrong lines don't matter.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from skywatch.protocols.errors import ForeignCodec, NoVideo, Unsupported
from skywatch.protocols.rtsp.evidence import quote
from skywatch.protocols.rtsp.unit import Codec

MAX_MEDIA = 64
MAX_FORMATS = 32
_STATIC = {
    0: ("PCMU", 8000), 3: ("GSM", 8000), 8: ("PCMA", 8000), 9: ("G722", 8000), 14: ("MPA", 90000),
    26: ("JPEG", 90000), 31: ("H261", 90000), 32: ("MPV", 90000), 33: ("MP2T", 90000), 34: ("H263", 90000),
}  # fmt: skip
_CODECS = {"H264": Codec.H264, "H265": Codec.H265, "HEVC": Codec.H265, "JPEG": Codec.MJPEG}
_RTPMAP = re.compile(r"(\d{1,3})\s+([^\s/]+)(?:\s*/\s*(\d{1,9}))?")
ENCODING = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,39}", re.ASCII)
"""What a codec may be called, to be handed on under that name (RFC 8866, 6.6, with a length)."""
_NUMBERS = re.compile(r"\d{1,5}")


@dataclass(slots=True)
class Format:
    """One payload type of a track. `encoding` is in capitals, "" if it was never named; `clock` in Hz."""

    payload_type: int
    encoding: str = ""
    clock: int = 90000
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def codec(self) -> Codec | None:
        """None if we don't know it. A camera that forgot the rtpmap still gives itself away by its parameters."""
        if not self.encoding and "sprop-parameter-sets" in self.parameters:
            return Codec.H264
        if not self.encoding and "sprop-sps" in self.parameters:
            return Codec.H265
        return _CODECS.get(self.encoding)


@dataclass(slots=True)
class Media:
    """One `m=` section. `size` is (width, height) in pixels where an attribute names it, else (0, 0)."""

    kind: str
    protocol: str
    formats: list[Format]
    control: str = ""
    frame_rate: float | None = None
    size: tuple[int, int] = (0, 0)
    inactive: bool = False


@dataclass(slots=True)
class Description:
    """A session: the aggregate's control address ("" if none), and its tracks in order."""

    control: str = ""
    media: list[Media] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Track:
    """The track that is looked at, and in which of its formats. `codec` is None if we can't take it apart."""

    media: Media
    format: Format
    codec: Codec | None

    @property
    def name(self) -> str:
        """Of its codec, in lower case: ours, or what the camera calls it."""
        return str(self.codec or self.format.encoding.lower())


def parse(body: bytes) -> Description:
    """Read a description; never raises: what makes no sense is passed over."""
    found = Description()
    loose: list[str] = []
    for line in re.split(r"[\r\n]+", body.decode("utf-8", "replace")):
        kind, equals, value = line.strip().partition("=")
        if not equals:
            continue
        if kind == "m" and len(found.media) < MAX_MEDIA:
            found.media.append(_media(value))
        elif kind == "a":
            _attribute(found, value.strip(), loose)
    _adopt(found, loose)
    return found


def _media(value: str) -> Media:
    kind, _port, protocol, *types = [*value.split()[: 3 + MAX_FORMATS], "", "", ""]
    numbers = [int(word) for word in types if word.isascii() and word.isdigit() and int(word[:4]) < 128]
    return Media(kind.lower(), protocol.upper(), [_format(number) for number in dict.fromkeys(numbers)])


def _format(number: int) -> Format:
    encoding, clock = _STATIC.get(number, ("", 90000))
    return Format(number, encoding, clock)


def _attribute(session: Description, text: str, loose: list[str]) -> None:
    name, _, value = text.partition(":")
    name, value = name.strip().lower(), value.strip()
    media = session.media[-1] if session.media else None
    if media is None:
        if name == "control":
            session.control = value
        return
    match name:
        case "control":
            media.control = value
        case "rtpmap" | "fmtp":
            if not _describe_format(media, name, value):
                loose.append(text)
        case "framerate":
            media.frame_rate = _number(value)
        case "x-dimensions" | "framesize":
            media.size = _size(value.split()[-1] if value else "")
        case "inactive":
            media.inactive = True


def _describe_format(media: Media, name: str, value: str) -> bool:
    """Apply an rtpmap or fmtp to the format that it names; False if this track has none such."""
    number = value.split(maxsplit=1)[0] if value else ""
    chosen = next((item for item in media.formats if str(item.payload_type) == number), None)
    if chosen is None:
        return False
    if name == "fmtp":
        chosen.parameters = {**chosen.parameters, **dict(_parameters(value[len(number) :]))}
    elif found := _RTPMAP.match(value):
        chosen.encoding = found[2].upper()
        chosen.clock = int(found[3] or 0) or 90000
    return True


def _adopt(session: Description, loose: list[str]) -> None:
    """Attributes in the wrong section (a recorder writes the video's fmtp below its audio) find their track."""
    for text in loose:
        name, _, value = text.partition(":")
        for media in session.media:
            if _describe_format(media, name.strip().lower(), value.strip()):
                break


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    for item in text.split(";")[:64]:
        name, equals, value = item.strip().partition("=")
        if equals:
            yield name.strip().lower(), value.strip()


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value <= 1000 else None


def _size(text: str) -> tuple[int, int]:
    numbers = [int(word) for word in _NUMBERS.findall(text)[:2]]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else (0, 0)


def choose(session: Description) -> Track:
    """The first video track in a format that we understand; audio, metadata and back-channels are passed over.

    Direction attributes don't decide: cameras write `sendonly` for the video that they send and for the audio that
    they take. Raises NoVideo if there is no video track; where we understand none (the message names them)
    ForeignCodec if there is one for `choose_foreign`, else Unsupported.
    """
    tracks = _tracks(session)
    for track in tracks:
        if track.codec is not None and _in_the_clear(track.media.protocol):
            return track
    names = dict.fromkeys(f"{_name(track.format)} over {track.media.protocol}" for track in tracks)
    foreign = any(_is_foreign(track) for track in tracks)
    raise (ForeignCodec if foreign else Unsupported)(f"video is {quote(', '.join(names), 80)}")


def choose_foreign(session: Description) -> Track:
    """The first video track that comes as plain RTP in a codec that has a name and isn't ours. Raises NoVideo and
    Unsupported."""
    for track in _tracks(session):
        if _is_foreign(track):
            return track
    raise Unsupported("no video in a codec of another kind")


def _tracks(session: Description) -> list[Track]:
    """Every format of every video track, the active ones first. Raises NoVideo if there is none."""
    videos = [media for media in session.media if media.kind == "video" and media.formats]
    if not videos:
        kinds = ", ".join(dict.fromkeys(quote(media.kind, 20) for media in session.media)) or "none at all"
        raise NoVideo(f"the session has no video track (tracks: {kinds})")
    videos.sort(key=lambda media: media.inactive)
    return [Track(media, item, item.codec) for media in videos for item in media.formats]


def _is_foreign(track: Track) -> bool:
    named = ENCODING.fullmatch(track.format.encoding) is not None
    return track.codec is None and named and _in_the_clear(track.media.protocol)


def _in_the_clear(protocol: str) -> bool:
    return "RTP" in protocol and "SAVP" not in protocol


def _name(item: Format) -> str:
    return item.encoding or f"payload type {item.payload_type} without a name"
