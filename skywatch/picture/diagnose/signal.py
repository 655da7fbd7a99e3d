"""Whether there is a picture of the world at all. Comes first: what is found here mostly hides everything else."""

from collections.abc import Callable, Iterator, Mapping

from skywatch.picture.diagnose.case import Case, Item, between, judged, unjudged
from skywatch.picture.diagnose.lens import blur_score
from skywatch.picture.features import Card, Features, Flicker, Still, Tear
from skywatch.picture.sky import Regime

_BLACK = 24.0
"""Levels: black as recorders draw it (0 to 18), and what codecs make of it."""

_WHITE, _WHOLE = 249.0, 0.8
"""Level of what is as bright as a sensor gets, and share of the picture that a white card has at least."""

_TRACE = 2.5
"""Levels from the darkest tenth to what shines, in a picture that is black by night and has seen something all the
same; encoders make up to 1.6 of black."""

_PALE = 200.0
"""Levels: a sky may be even from side to side, and is brighter."""

_MOST_OF_STRIPES = 0.4
"""Share of the picture that is smeared: under stripes up to 0.28 look so."""

_STRIPED = 1.8
"""`stripes.height` of interference that looks torn, at least; smears repeat what they began with, and reach 1.35."""

_LIT = 30.0
"""Level of the brightest tenth of a picture: darker ones have no grain after an encoder, and look alike."""

_LEAST_CONTRAST = 0.01
"""Share of a picture that stands out: with less, there is nothing that could be seen to move."""

_MORE_MASKED = 0.02
"""Of the picture, beyond what is usual."""

_TINTED = 12.0
"""Distance of chroma from grey; a picture by infrared light has less than 3."""

_NIGHT = (Regime.INFRARED, Regime.WHITE)


def judge(case: Case) -> Iterator[Item]:
    """black, no_signal, torn, frozen, flicker, menu, privacy_mask. What hides the others does so here, too."""
    small = case.features.width * case.features.height < case.limits.too_small
    hidden = "too_small" if small else ""
    for code, of in _JUDGED.items():
        item = unjudged(code, hidden) if hidden else of(case)
        yield item
        hidden = hidden or ("no_picture" if item.hides else "")


def drawn_score(card: Card) -> float:
    """How much like a card, by the best of: `ground` 0.3 is 0, 0.78 is 0.5, 1 is 1; `levels` 0.2, 0.6, 0.9; and where
    something is written in the middle, `smooth` 0.6, 0.85, 1. Straight in between. Where hardly anything is written,
    what is as bright as a sensor gets is no card but overexposed, black with a lamp in it is a night, and nothing but
    black is black: at most 0.5."""
    score = max(
        between(card.ground, (0.3, 0.0), (0.78, 0.5), (1.0, 1.0)),
        between(card.levels, (0.2, 0.0), (0.6, 0.5), (0.9, 1.0)),
        between(card.smooth or 0.0, (0.6, 0.0), (0.85, 0.5), (1.0, 1.0)) if card.written > 0.01 else 0.0,
    )
    return min(score, 0.5) if _may_be_the_world(card) else score


def _may_be_the_world(card: Card) -> bool:
    """As bright as a sensor gets, or black with something in it that has the soft edges of a lamp."""
    patchy = card.level > _WHITE and card.ground < _WHOLE
    lettered = _is_lettered(card) and card.soft < 0.05 and not patchy
    if card.ground < 0.5 or lettered:
        return False
    lamps = card.highest > card.level + 12 and card.soft > 0.1 * (1 - card.ground)
    return card.level > _WHITE or (card.level < _BLACK and lamps) or black_score(card) > 0


def black_score(card: Card) -> float:
    """1 where everything but on-screen text is black (`highest` 24 or less), 0.5 at 36, 0 at 60; less where it is not
    even, and 0 where it has a colour or something is written in the middle."""
    if card.tint >= _TINTED or _is_lettered(card):
        return 0.0
    even = between(card.ground, (0.5, 0.0), (0.78, 0.5), (0.95, 1.0))
    return min(even, between(card.highest, (_BLACK, 1.0), (36.0, 0.5), (60.0, 0.0)))


def torn_score(tear: Tear) -> float:
    """How much is torn, by the worst of: `repeated_rows` and `repeated_columns` 0.1 is 0, 0.32 is 0.5, 0.8 is 1;
    `smeared` 0.03, 0.06, 0.3; `band` 0.05, 0.14, 0.4 where it is neither black nor white; `seam` and half
    of `seam_match` together 0.32, 0.46, 0.9; `seams` 0.15, 0.22, 0.4. Straight in between."""
    band = tear.band if _BLACK < tear.band_level < _PALE else 0.0
    return max(
        _smear_score(tear),
        between(band, (0.05, 0.0), (0.14, 0.5), (0.4, 1.0)),
        between(tear.seam + tear.seam_match / 2, (0.32, 0.0), (0.46, 0.5), (0.9, 1.0)),
        between(tear.seams, (0.15, 0.0), (0.22, 0.5), (0.4, 1.0)),
    )


def _smear_score(tear: Tear) -> float:
    return max(
        between(max(tear.repeated_rows, tear.repeated_columns), (0.1, 0.0), (0.32, 0.5), (0.8, 1.0)),
        between(tear.smeared, (0.03, 0.0), (0.06, 0.5), (0.3, 1.0)),
    )


def _torn(case: Case) -> Item:
    tear = case.features.tear
    score, limit = torn_score(tear), case.limits.torn
    if _is_striped(case) or (_is_soft(case) and score == _smear_score(tear)):
        score = min(score, limit)
    detail = (
        f"repeated {max(tear.repeated_rows, tear.repeated_columns):.0%} of a side, smeared {tear.smeared:.0%}, "
        f"one level {tear.band:.0%} of the height, jumps {tear.seam:.0%} of the width"
    )
    return judged("torn", score, limit, detail, hides=True)


def _is_striped(case: Case) -> bool:
    """Whether interference explains it: lying or upright bands all over the picture are lines that repeat and do not
    fit together. A smear leaves more than half of the picture as it was, or nothing like a wave in it."""
    return case.features.stripes.height > _STRIPED and case.features.tear.smeared < _MOST_OF_STRIPES


def _is_soft(case: Case) -> bool:
    """Whether a facade of panels may have lost everything but its level lines: what is torn is sharp somewhere."""
    return blur_score(case.features) > case.limits.blur and case.features.tear.smeared < _MOST_OF_STRIPES / 4


def still_score(features: Features, still: Still) -> float:
    """How little moved between two looks, by the least of: `changed` 0.1 is 1, 0.3 is 0.5, 0.5 is 0; `most` to the
    change of single pixels (`grain` and 0.1) 0.4 is 1, 1.05 is 0.5, 2 is 0; `grain` at the scale of the picture as
    decoded 4 is 1, 6 is 0.5, 9 is 0: a codec that changes more leaves nothing to be told. Straight in between."""
    scale = (features.width * features.height / 144_000) ** 0.5
    return min(
        between(still.changed, (0.1, 1.0), (0.3, 0.5), (0.5, 0.0)),
        between(still.most / (still.grain + 0.1), (0.4, 1.0), (1.05, 0.5), (2.0, 0.0)),
        between(still.grain * scale, (4.0, 1.0), (6.0, 0.5), (9.0, 0.0)),
    )


def _frozen(case: Case) -> Item:
    features = case.features
    if features.still is None:
        return unjudged("frozen", "no_baseline")
    if features.tone.p90 < _LIT:
        return unjudged("frozen", "too_dark")
    if features.sharpness.contrast_share < _LEAST_CONTRAST:
        return unjudged("frozen", "too_flat")
    still = features.still
    detail = f"large parts changed by {still.drift:.2f} levels, single pixels by {still.grain:.2f}"
    return judged("frozen", still_score(features, still), case.limits.frozen, detail)


def _black(case: Case) -> Item:
    """By night, where a light has failed, a yard is nearly as black as a dead sensor: there, it must be all one
    level."""
    if case.sky.regime is Regime.UNLIT:
        return unjudged("black", "unlit_night")
    card, score = case.features.card, black_score(case.features.card)
    if case.sky.regime in _NIGHT and _has_a_trace(case.features):
        score = min(score, case.limits.black)
    detail = f"{card.ground:.0%} of the picture even, brightest luma {card.highest:.0f} of 255"
    return judged("black", score, case.limits.black, detail, hides=True)


def _has_a_trace(features: Features) -> bool:
    """Whether a black picture still has some shape or shine in it."""
    return features.tone.glow - features.tone.p10 > _TRACE


def _no_signal(case: Case) -> Item:
    card = case.features.card
    score = drawn_score(card)
    if _is_half_a_picture(card, case.features.tear):
        score = min(score, 0.5)
    detail = f"{max(card.ground, card.levels):.0%} of the picture drawn, not seen; {_colour(case.features)}"
    return judged("no_signal", score, case.limits.no_signal, detail, hides=True)


def _is_half_a_picture(card: Card, tear: Tear) -> bool:
    """Whether what is even is a band from side to side, and the rest is the world: that is torn."""
    even = max(card.ground, card.levels)
    return even < 0.92 and tear.band > even / 2 and card.soft > 0.15 * (1 - even)


def _is_lettered(card: Card) -> bool:
    return card.written >= 0.01


def _colour(features: Features) -> str:
    card = features.card
    return f"luma {card.level:.0f}, " + (f"colour {card.tint:.0f}" if card.tint >= _TINTED else "no colour")


def flicker_score(flicker: Flicker) -> float:
    """By the worse of: `pumping` 0.3 is 0, 1.5 is 0.5, 8 is 1; `rolling` 1, 2.5, 8. Straight in between."""
    return max(
        between(flicker.pumping, (0.3, 0.0), (1.5, 0.5), (8.0, 1.0)),
        between(flicker.rolling, (1.0, 0.0), (2.5, 0.5), (8.0, 1.0)),
    )


def _flicker(case: Case) -> Item:
    flicker = case.features.flicker
    if flicker is None:
        return unjudged("flicker", "no_clip")
    detail = f"light to and fro by {flicker.pumping:.1f} levels a frame, in bands by {flicker.rolling:.1f}"
    return judged("flicker", flicker_score(flicker), case.limits.flicker, detail)


def _menu(case: Case) -> Item:
    """`menu` 0 is 0, 0.04 of the picture is 0.5, 0.4 is 1."""
    masks = case.features.masks
    if masks is None:
        return unjudged("menu", "not_measured")
    score = between(masks.menu, (0.0, 0.0), (0.04, 0.5), (0.4, 1.0))
    return judged("menu", score, case.limits.menu, f"over {masks.menu:.0%} of the picture")


def _privacy_mask(case: Case) -> Item:
    """`masked` 0 is 0, 0.03 of the picture is 0.5, 0.6 is 1; where as much is usual, 0. A small one is a remark."""
    masks = case.features.masks
    if masks is None:
        return unjudged("privacy_mask", "not_measured")
    usual = case.usual.get("masks.masked")
    more = masks.masked - (usual.centre if usual else 0.0)
    score = between(masks.masked if more > _MORE_MASKED else 0.0, (0.0, 0.0), (0.03, 0.5), (0.6, 1.0))
    left, top, width, height = masks.place
    place = f"the largest {width:.0%} x {height:.0%}, at {left:.0%} from the left and {top:.0%} from the top"
    detail = f"over {masks.masked:.0%} of the picture, {place}"
    small = masks.masked < case.limits.masked_too_much
    return judged("privacy_mask", score, case.limits.privacy_mask, detail, remark=small)


_JUDGED: Mapping[str, Callable[[Case], Item]] = {
    "black": _black,
    "no_signal": _no_signal,
    "torn": _torn,
    "frozen": _frozen,
    "flicker": _flicker,
    "menu": _menu,
    "privacy_mask": _privacy_mask,
}
