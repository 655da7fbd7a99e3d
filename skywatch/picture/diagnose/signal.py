"""signal"""

from collections.abc import Iterator

from skywatch.picture.diagnose.case import Case, Item


def judge(case: Case) -> Iterator[Item]:
    yield from ()
