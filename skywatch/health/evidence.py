"""Hysteresis: which of the last visits speak against what stands. Knows no probe, no camera and no verdict."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """The last visits as `bits`, the newest lowest, 1 for a contrary one; `times` says when each contrary one was and
    `grades` how severe, the oldest first. Starts empty after every change, so what was counted for one change never
    counts for the next."""

    bits: int = 0
    times: tuple[float, ...] = ()
    grades: tuple[int, ...] = ()

    def seen(self, contrary: bool, at: float, last: int, grade: int = 0) -> "Evidence":
        """One visit more; only the `last` ones are kept. `at` is not before any time that was given earlier."""
        bits = (self.bits << 1 | contrary) & ((1 << last) - 1)
        if not bits:
            return NONE
        times = (*self.times, at) if contrary else self.times
        grades = (*self.grades, grade) if contrary else self.grades
        count = bits.bit_count()
        return Evidence(bits, times[-count:], grades[-count:])

    def since(self, needed: int) -> float | None:
        """When the change began, if `needed` visits bear it out: at the first contrary one that is still counted."""
        return self.times[0] if len(self.times) >= needed else None

    def since_of(self, needed: int, last: int, grade: int) -> float | None:
        """The same from the `last` visits alone, and of those that are contrary only the ones of at least `grade`."""
        places = [place for place in range(self.bits.bit_length()) if self.bits >> place & 1][::-1]
        seen = zip(places, self.times, self.grades, strict=True)
        counted = [at for place, at, severe in seen if place < last and severe >= grade]
        return counted[0] if len(counted) >= needed else None

    def until(self, at: float) -> "Evidence":
        """Without what was seen after `at`, as if those visits had not spoken against it."""
        bits, times = self.bits, self.times
        while times and times[-1] > at:
            bits, times = bits & (bits - 1), times[:-1]
        return Evidence(bits, times, self.grades[: len(times)]) if bits else NONE


NONE = Evidence()
"""Nothing speaks against it: what a healthy camera has, shared by all of them."""
