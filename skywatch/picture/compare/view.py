"""What is in view, against up to three references: where it is, and what is left of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from skywatch.picture.compare.agreement import Parts, Seen, compared, light, lost, parts, structured, tinted
from skywatch.picture.compare.align import Place, laid, place
from skywatch.picture.compare.field import Field, agreement, field
from skywatch.picture.compare.hidden import Piece, hidden
from skywatch.picture.compare.model import Model
from skywatch.picture.decode import Plane
from skywatch.picture.features import View
from skywatch.picture.measure.canvas import Canvas, Real, inside

STILL = 0.35
"""Agreement from which nobody has to search: the view is where it was."""

SURE = 1.1
"""Peak times clearness from which a place is believed; 98 of 100 pairs of pictures of different cameras have less."""

_LEAD = 0.05  # by which a place must be better than none

ASKED = -3.0
"""Odds of something hidden, by one reference, from which the others are asked."""

_HIDDEN = -2.0  # odds from which a piece is left out of what is said of the rest

NOWHERE = View(0.0)
"""Of a picture that no reference has the shape of."""


def view(canvas: Canvas, models: Sequence[Model]) -> View:
    """`canvas` against references of its shape, the most like one first. The others are asked only where the first has
    not all of its structure in the picture: what stood before the camera on one day is nobody's loss on another."""
    if not models:
        return NOWHERE
    picture = _picture(canvas)
    looks = [_Look(picture, models[0])]
    if looks[0].is_suspicious:
        looks = sorted([looks[0], *(_Look(picture, model) for model in models[1:])], key=_likeness, reverse=True)
    return _numbers(picture, looks)


@dataclass(frozen=True)
class _Look:
    """The picture and one reference."""

    picture: Seen
    model: Model

    @cached_property
    def reference(self) -> Seen:
        luma = self.model.half
        mask = inside(np.full_like(luma, 255))  # where the picture has its text, the reference had it too
        if luma.shape != self.picture.luma.shape:  # the two resolutions round to different common sizes
            luma, mask = (_sized(plane, self.picture.luma.shape) for plane in (luma, mask))
        chroma = _small_chroma(self.model.chroma)
        return Seen(luma, mask, field(luma, mask), chroma)

    @cached_property
    def still(self) -> float:
        return agreement(self.picture.arrows, self.reference.arrows)

    @cached_property
    def place(self) -> Place | None:
        """Where else the reference is, if anywhere; None where it is where it was."""
        if self.still >= STILL:
            return None
        return place(self.picture.luma, self.picture.mask, self.reference.arrows)

    @cached_property
    def is_elsewhere(self) -> bool:
        found = self.place
        return found is not None and found.peak * found.clear > SURE and found.peak > self.still + _LEAD

    @cached_property
    def parts(self) -> Parts:
        if self.place is None or not self.is_elsewhere:
            return compared(self.picture, self.reference)
        return compared(_laid(self.picture, self.place), self.reference)

    @property
    def is_suspicious(self) -> bool:
        """Whether another reference should be asked."""
        lost = int((self.parts.has & self.parts.gone).sum())
        return self.still < STILL or lost > self.parts.has.size // 48 or self.alone.odds > ASKED

    @cached_property
    def alone(self) -> Piece:
        """What is hidden, if no other reference is asked."""
        return hidden([self.parts])


def _likeness(look: _Look) -> float:
    """How well the reference is found in the picture, where it was before elsewhere."""
    if look.place is None or not look.is_elsewhere:
        return 1 + look.still
    return look.place.peak


def _numbers(picture: Seen, looks: Sequence[_Look]) -> View:
    best = looks[0]
    asked = _asked(looks)
    has, piece = structured(asked), best.alone if len(looks) == 1 else hidden(asked)
    behind = piece.marks & (piece.odds > _HIDDEN)
    kept = np.where(asked[0].has, np.clip(asked[0].kept, 0, 1), -1.0)
    return View(
        comparable=1.0,
        still=best.still,
        found=best.place.peak if best.place else best.still,
        clear=best.place.clear if best.place else None,
        **_movement(best),
        structure=float(has.mean()),
        own=float((parts(picture.arrows.power()) > 0.1).mean()),
        lost=float((lost(asked) & ~behind).sum() / max(1, (has & ~behind).sum())),
        covered=float(behind.mean()),
        odds=piece.odds,
        light=light(asked[0], behind),
        tinted=tinted(asked[0], behind),
        luma=float(np.median(best.reference.luma[::2, ::2])),
        colour=_strength(best.model),
        kept=tuple(round(float(value), 2) for value in kept.ravel()),
        hidden=tuple(float(value) for value in behind.ravel()),
    )


def against(canvas: Canvas, models: Sequence[Model]) -> list[Parts]:
    """Part by part against each of `models` that has the view; against the one most like it where none has."""
    picture = _picture(canvas)
    return _asked(sorted((_Look(picture, each) for each in models), key=_likeness, reverse=True))


def _asked(looks: Sequence[_Look]) -> list[Parts]:
    return [look.parts for look in looks if look.still >= STILL or look.is_elsewhere] or [looks[0].parts]


def _movement(look: _Look) -> dict[str, float | None]:
    """Nothing where nothing was found."""
    names = ("shift_x", "shift_y", "turn", "distance")
    if look.still >= STILL:
        return dict.fromkeys(names, 0.0)
    if look.place is None or not look.is_elsewhere:
        return dict.fromkeys(names)
    shape = look.picture.arrows.shape
    found = look.place
    return dict(zip(names, (found.x / shape[1], found.y / shape[1], found.turn, found.distance(shape)), strict=True))


def _picture(canvas: Canvas) -> Seen:
    luma, mask = canvas.halves
    return Seen(luma, mask, field(luma, mask), _small_chroma(canvas.chroma))


def _laid(picture: Seen, found: Place) -> Seen:
    """`picture` as it would be if the camera had not moved."""
    matrix = found.back(picture.arrows.shape)
    luma, mask = laid(picture.luma, matrix), laid(picture.mask, matrix)
    return Seen(luma, mask, field(luma, mask), _laid_chroma(picture.chroma, matrix, picture.arrows))


def _laid_chroma(chroma: Real | None, matrix: Real, arrows: Field) -> Real | None:
    if chroma is None:
        return None
    size = arrows.shape[::-1]
    large = (cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in chroma)
    moved = [cv2.warpAffine(plane, matrix, size, borderMode=cv2.BORDER_REPLICATE) for plane in large]
    return np.stack([parts(np.asarray(plane, np.float32)) for plane in moved])


def _small_chroma(chroma: tuple[Plane, Plane] | None) -> Real | None:
    return None if chroma is None else np.stack([parts(np.asarray(plane, np.float32)) for plane in chroma])


def _sized(plane: Plane, shape: tuple[int, ...]) -> Plane:
    return np.asarray(cv2.resize(plane, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), np.uint8)


def _strength(model: Model) -> float:
    if model.chroma is None:
        return 0.0
    cb, cr = (np.asarray(plane, np.float32) - 128 for plane in model.chroma)
    return float(np.hypot(cb, cr).mean())
