"""Numbers about whether there is a picture of the world at all: cards, half pictures, pictures that stand still."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Card:
    """Of flat areas and drawn shapes: what the world never shows, and a placeholder does. By the means of blocks of
    8 x 8 pixels of the common size."""

    ground: float
    """Share of the picture at its two most common levels, to a level or so each, 0..1; of the world hardly a third."""
    levels: float
    """Share at up to eight levels that have nothing beside them, as in test bars, 0..1; of the world hardly any."""
    smooth: float | None
    """Share within a level of one smooth surface, 0..1; None where nothing is written in the middle."""
    level: float
    """The most common level, 0..255."""
    tint: float
    """Median distance of chroma from grey, 0..181."""
    written: float
    """Share of the picture's middle that is under text, 0..1."""
    highest: float
    """Of 200 pixels, the second brightest, 0..255."""
    soft: float
    """Share with some contrast and no crisp edge around it, 0..1: lamps, shadows, folds; on a card next to nothing."""


@dataclass(frozen=True, slots=True)
class Tear:
    """Of lines that repeat or do not fit together."""

    repeated_rows: float
    """Share of the width over which one line is repeated downwards, over a tenth of the height and more, 0..1."""
    repeated_columns: float
    """The same sideways: share of the height over which one column is repeated."""
    smeared: float
    """Largest rectangle of the picture that is smeared, down or to the right-hand side, 0..1."""
    band: float
    """Share of the height that is one level from side to side, in one piece, 0..1."""
    band_level: float
    """That level, 0..255."""
    seam: float
    """Share of the width at which the picture jumps in one and the same row, here up and there down, 0..1."""
    seam_match: float
    """How much better the rows at both sides of it go together when one is shifted: rise of the correlation, 0..1."""
    seams: float
    """As `seam`, of the third worst: where blocks are mixed up, there are many."""


@dataclass(frozen=True, slots=True)
class Masks:
    """Of rectangles that are laid over the picture."""

    masked: float
    """Share of the picture under plain ones, 0..1."""
    place: tuple[float, ...]
    """Of the largest plain one: left, top, width, height, as shares of the picture's sides; all 0 without one."""
    menu: float
    """Share of the picture under the largest one with several lines of text on it, 0..1."""


@dataclass(frozen=True, slots=True)
class Still:
    """Of the difference to an earlier look, the on-screen clock left out."""

    changed: float
    """`drift` over `grain` (and 0.05), times the root of the picture's scale (along a side, its pixels to one of the
    common size): what a codec changes averages out in large parts, what a lens sees doesn't."""
    drift: float
    """Change of parts of 16 x 16 pixels of the common size, root of the mean square, levels of luma."""
    grain: float
    """The same of single pixels."""
    most: float
    """Change of the three parts that changed most, mean, levels of luma."""


@dataclass(frozen=True, slots=True)
class Flicker:
    """Of the light between the frames of one look, a fraction of a second apart."""

    pumping: float
    """The way that the whole picture's light goes to and fro beyond where it ends, levels of luma a frame."""
    rolling: float
    """By how much rows across the picture change from frame to frame beyond that, median of the frames, levels."""
