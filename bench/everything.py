"""As ten_thousand.py, with every probe at its shipped period. For information, and by name only (`python -m bench
everything`): looking at 10,000 cameras for the first time alone takes minutes of one core."""

from bench.rows import Row
from bench.ten_thousand import lateness, memory, numbers_of, watch

FIRST_LOOKS = 1200.0
"""Seconds for the first look of every probe at every camera."""


def run() -> list[Row]:
    seen = watch([], FIRST_LOOKS)
    what = "10,000 cameras, every probe at its shipped period, daemon on one core (for information)"
    return [Row(what, "", f"lateness p99 {lateness(seen)}; {memory(seen)}", None, numbers_of(seen))]
