"""Media profiles as cameras tell them, in Media1 and Media2, to `Profile`s. Pure, and trusts no value."""

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from skywatch.protocols.onvif.model import Profile

MOST = 64
"""Profiles that are looked at; a recorder of 32 channels has as many."""

LARGEST = 65_535
"""Pixels of a side that are believed."""

_CODECS = {"h264": "h264", "h265": "h265", "hevc": "h265", "jpeg": "mjpeg", "mjpeg": "mjpeg"}


def dig(value: Any, *names: str) -> Any:
    """The attribute of the attribute of `value`, or None where one is missing: cameras leave out what a schema
    demands."""
    for name in names:
        value = getattr(value, name, None)
    return value


def several(told: Any, most: int) -> list[Any]:
    """The first `most` of what a camera listed; none where it listed nothing."""
    return told[:most] if isinstance(told, list) else []


def text(value: Any) -> str:
    """What a camera wrote, as a short printable line."""
    if not isinstance(value, str):
        return ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in value[:400]).split())[:200]


def number(value: Any, largest: float = 1e12) -> float:
    """A measure that is finite and not negative; 0 for anything else."""
    sane = (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 < value <= largest
    )
    return float(value) if sane else 0.0


Sized = tuple[Profile, int]
"""A profile, and the area by which it is sorted: the encoder's, or the lens's where the encoder does not say."""


def of_media1(told: Any) -> list[Sized]:
    """Profiles of GetProfiles, ver10/media."""
    return [
        _profile(one, 1, dig(one, "VideoSourceConfiguration"), dig(one, "VideoEncoderConfiguration"))
        for one in several(told, MOST)
        if text(dig(one, "token")) and dig(one, "VideoEncoderConfiguration") is not None
    ]


def of_media2(told: Any) -> list[Sized]:
    """Profiles of GetProfiles, ver20/media."""
    return [
        _profile(one, 2, dig(one, "Configurations", "VideoSource"), dig(one, "Configurations", "VideoEncoder"))
        for one in several(told, MOST)
        if text(dig(one, "token")) and dig(one, "Configurations", "VideoEncoder") is not None
    ]


def _profile(told: Any, media: int, lens: Any, encoder: Any) -> Sized:
    encoding = text(dig(encoder, "Encoding")).lower()
    width = int(number(dig(encoder, "Resolution", "Width"), LARGEST))
    height = int(number(dig(encoder, "Resolution", "Height"), LARGEST))
    bounds = number(dig(lens, "Bounds", "width"), LARGEST) * number(dig(lens, "Bounds", "height"), LARGEST)
    profile = Profile(
        token=text(dig(told, "token")),
        name=text(dig(told, "Name")),
        media=media,
        codec=_CODECS.get(encoding, encoding),
        width=width,
        height=height,
        frame_rate=number(dig(encoder, "RateControl", "FrameRateLimit"), 1000),
        bit_rate=number(dig(encoder, "RateControl", "BitrateLimit"), 1e7) * 1000,  # the specification counts kbit/s
        source=text(dig(lens, "SourceToken")),
    )
    return profile, width * height or int(bounds)


def merged(media2: Iterable[Sized], media1: Iterable[Sized]) -> tuple[Profile, ...]:
    """Every profile once, the largest first. Media2 is believed before Media1, which knows no H.265 (Dahua leaves the
    encoder empty there), and fills in what Media2 leaves open."""
    by_token: dict[str, Sized] = {}
    for profile, area in [*media2, *media1]:
        known = by_token.get(profile.token)
        by_token[profile.token] = (_filled(known[0], profile), known[1] or area) if known else (profile, area)
    ordered = sorted(by_token.values(), key=lambda sized: -sized[1])
    return tuple(profile for profile, _ in ordered)[:MOST]


def _filled(known: Profile, other: Profile) -> Profile:
    gaps = ("name", "codec", "width", "height", "frame_rate", "bit_rate", "source")
    return replace(known, **{gap: getattr(known, gap) or getattr(other, gap) for gap in gaps})
