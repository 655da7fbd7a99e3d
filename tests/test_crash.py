"""`kill -9` at random moments of a simulated day: the bench in small."""

from bench.crash import play


def test_ten_kills_lose_nothing_and_tell_nothing_twice() -> None:
    made = play(10, 11)
    assert made.kills > 5
    assert (made.lost, made.twice) == (0, 0)
    assert made.off == 0.0
