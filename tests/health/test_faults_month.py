"""Two days of the scenario `township-month`, with as many events as a week has: the long one is a bench."""

from bench.month.drive import Drive
from bench.month.score import score
from bench.month.truth import Author, unknowable, written
from bench.township_month import township

DAYS, DENSE = 2.0, 8.0


def test_every_fault_of_two_days_is_told_once_to_the_right_party() -> None:
    inventory = township()
    month = Author(inventory, 11, DAYS).write(DENSE)
    tape = Drive(inventory, month, 11).run()
    made = score(month, tape, len(inventory.cameras))
    assert made.events >= 20
    assert made.recall >= 0.99, made.missed
    assert [pair for pair in made.wrong if not unknowable(pair[0], month)] == []
    assert made.false == 0, made.false_ones
    assert made.per_event <= 1.1, made.doubled
    assert {truth.cause for truth in month.truths} >= {"outage", "feed", "picture"}
    assert month.restarts


def test_the_same_seed_is_the_same_month() -> None:
    inventory = township()
    assert written(inventory, 5, 3.0) == written(inventory, 5, 3.0)
    assert written(inventory, 5, 3.0) != written(inventory, 6, 3.0)
