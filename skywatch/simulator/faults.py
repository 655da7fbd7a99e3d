"""Every fault that a simulated camera can have, in one table: what it is called, what it acts on, its options.

Scenario files, the simulator, the reference page and the tests read this table; how a fault is made real stands where
it acts (network.py, onvif_server.py, rtsp_server.py, play.py, lens.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from skywatch.simulator.lens import Cover
from skywatch.simulator.trouble import CARDS

Value = float | str
Options = Mapping[str, Value]


class Layer(StrEnum):
    """Where a fault acts."""

    NETWORK = "network"
    ANSWERS = "answers"
    STREAM = "stream"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Number:
    """An option that is a number from `low` to `high`."""

    default: float
    low: float
    high: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Choice:
    """An option that is one of some words."""

    default: str
    words: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `meaning` says what a client meets."""

    name: str
    layer: Layer
    meaning: str
    options: Mapping[str, Number | Choice] = field(default_factory=dict)

    def filled(self, options: Options) -> dict[str, Value]:
        """`options` with the defaults of those not given."""
        return {name: options.get(name, option.default) for name, option in self.options.items()}


_SERVICE = {"service": Choice("both", ("both", "onvif", "rtsp"), "which of the camera's services has it")}
_FAULTS = (
    Fault("unplugged", Layer.NETWORK, "no answer to anything, open connections go silent; afterwards it has restarted"),
    Fault("power_cut", Layer.NETWORK, "the same for every camera of a village or on a feed"),
    Fault("uplink_cut", Layer.NETWORK, "no answer from a village or an uplink; open connections go on afterwards"),
    Fault("refused", Layer.NETWORK, "the port is closed: connections are refused, open ones are reset", _SERVICE),
    Fault("black_holed", Layer.NETWORK, "packets vanish: connecting takes for ever", _SERVICE),
    Fault(
        "slow", Layer.ANSWERS, "every answer comes late",
        {"seconds": Number(20, 0.01, 3600, "how late, in seconds"), **_SERVICE},
    ),
    Fault("wrong_password", Layer.ANSWERS, "somebody changed the password: ONVIF says ter:NotAuthorized, RTSP 401"),
    Fault(
        "wrong_clock", Layer.ANSWERS, "the camera's clock is off, and judges the age of tokens by itself",
        {"offset": Number(-10_800, -2_000_000_000, 2_000_000_000, "camera minus true time, in seconds")},
    ),
    Fault("busy", Layer.ANSWERS, "RTSP has a viewer too many: 453, or 503 by brand"),
    Fault("not_found", Layer.ANSWERS, "RTSP knows no such stream: 404"),
    Fault("endless_header", Layer.ANSWERS, "the answer is header lines without end", _SERVICE),
    Fault("garbage", Layer.ANSWERS, "the answer is random bytes", _SERVICE),
    Fault("xml_bomb", Layer.ANSWERS, "every ONVIF answer is a document of entities that would grow to gigabytes"),
    Fault("oversized", Layer.ANSWERS, "the answer announces 2 GB of body and sends it", _SERVICE),
    Fault("no_packets", Layer.STREAM, "PLAY is accepted, then nothing comes"),
    Fault("no_keyframe", Layer.STREAM, "packets come, but no picture that stands on its own"),
    Fault(
        "packet_loss", Layer.STREAM, "some RTP packets are missing",
        {"ratio": Number(0.3, 0.0001, 1, "which share of the packets, 0..1")},
    ),
    Fault("cut_mid_frame", Layer.STREAM, "the connection is closed in the middle of the first keyframe"),
    Fault("corrupted", Layer.STREAM, "well-formed packets of pictures that no decoder can make"),
    Fault("flood", Layer.STREAM, "one keyframe that never ends, as fast as it is taken"),
    Fault(
        "blurred", Layer.PICTURE, "out of focus; the on-screen clock stays sharp",
        {"radius": Number(0.006, 0.0005, 0.1, "of the defocus, as a share of the picture's width")},
    ),
    Fault("dark", Layer.PICTURE, "hardly any light comes through, by day too"),
    Fault("light_failed", Layer.PICTURE, "the supplementary light stays off: dark at night, nothing to see by day"),
    Fault("frozen", Layer.PICTURE, "the picture stands still while the on-screen clock goes on"),
    Fault(
        "covered", Layer.PICTURE, "something hangs before the lens",
        {
            "by": Choice("bag", tuple(Cover), "what it is"),
            "share": Number(0.9, 0.05, 1, "how much of the picture it hides, 0..1"),
        },
    ),
    Fault(
        "moved", Layer.PICTURE, "the camera was turned aside",
        {"shift": Number(0.5, 0.02, 1, "by how much of its view, 0..1")},
    ),
    Fault(
        "foggy", Layer.PICTURE, "fog where it hits a village, a fogged dome at one camera: contrast is lost",
        {"through": Number(0.3, 0.02, 0.95, "which share of the contrast is left at the horizon, 0..1")},
    ),
    Fault(
        "dirty", Layer.PICTURE, "grease and dust on the glass",
        {"share": Number(0.8, 0.05, 1, "on which share of it, 0..1")},
    ),
    Fault(
        "shaken", Layer.PICTURE, "the mast shakes: everything is a streak",
        {"length": Number(0.02, 0.002, 0.1, "of the streaks, as a share of the picture's width")},
    ),
    Fault(
        "overexposed", Layer.PICTURE, "far too much light",
        {"stops": Number(3, 0.5, 6, "how many times doubled")},
    ),
    Fault(
        "tinted", Layer.PICTURE, "colours are off, towards red",
        {"ratio": Number(2.5, 1.05, 5, "red light over blue, 1 as it should be")},
    ),
    Fault("colourless", Layer.PICTURE, "the infrared filter is stuck: grey by day"),
    Fault(
        "striped", Layer.PICTURE, "slanting bands across the picture that wander",
        {"levels": Number(25, 2, 80, "how strong, in levels of 255")},
    ),
    Fault(
        "noisy", Layer.PICTURE, "snow all over",
        {"sigma": Number(25, 2, 100, "its standard deviation, in levels of 255")},
    ),
    Fault(
        "flickering", Layer.PICTURE, "the light goes up and down from frame to frame",
        {"depth": Number(0.25, 0.02, 0.8, "by which share of itself, 0..1")},
    ),
    Fault("black", Layer.PICTURE, "nothing comes through but the on-screen clock"),
    Fault(
        "no_signal", Layer.PICTURE, "a placeholder in place of the picture, without the clock",
        {"card": Choice("blue", CARDS, "which one")},
    ),
    Fault(
        "torn", Layer.PICTURE, "the lower part is the last line that came, drawn down",
        {"at": Number(0.5, 0.1, 0.95, "from how far down, 0..1")},
    ),
)  # fmt: skip

FAULTS: dict[str, Fault] = {fault.name: fault for fault in _FAULTS}
"""Every fault by name, from the wire up to the picture."""

POWER = frozenset({"unplugged", "power_cut"})
"""Faults after which a camera has restarted."""

SILENT = POWER | {"uplink_cut", "black_holed"}
"""Faults under which nothing answers at all."""
