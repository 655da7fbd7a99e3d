"""Pictures that are smaller than the ledger says."""

from collections.abc import Iterator

from skywatch.picture.diagnose.case import Case, Item, between, judged, unjudged


def judge(case: Case) -> Iterator[Item]:
    """low_resolution."""
    if case.expected is None or min(case.expected) < 1:
        yield unjudged("low_resolution", "no_ledger")
        return
    width, height = case.expected
    share = case.features.width * case.features.height / (width * height)
    detail = f"{case.features.width}x{case.features.height} pixels, {width}x{height} in the ledger"
    yield judged("low_resolution", resolution_score(share), case.limits.low_resolution, detail)


def resolution_score(share: float) -> float:
    """Of the ledger's pixels, all or more is 0, 80 % is 0.5 (1920 x 1080 is given out for 1920 x 1088), none is 1."""
    return between(share, (0.0, 1.0), (0.8, 0.5), (1.0, 0.0))
