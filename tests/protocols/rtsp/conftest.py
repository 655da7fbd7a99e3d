"""Hypothesis without a stopwatch: two cores are shared by many."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
