"""The waiting room, against a model that scans everybody."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from skywatch.scheduler.job import PATIENCE, Job, Limits
from skywatch.scheduler.waiting import Entry, WaitingRoom

LIMITS = Limits(overall=4, per_pool=2, pools={"narrow": 1})


async def nothing() -> None:
    """A job that is never run."""


def entry(due: float, lane: str = "lane", pools: tuple[str, ...] = (), priority: int = 0) -> Entry:
    return Entry(Job(f"{lane}/{due}", lane, pools, 60.0, nothing, priority), 0, 0.0, due)


def admitted(room: WaitingRoom) -> list[Entry]:
    """Everybody who may run now."""
    found: list[Entry] = []
    while (one := room.admit()) is not None:
        found.append(one)
    return found


class Model(RuleBasedStateMachine):
    """Whatever arrives, leaves and is discarded, in any order: no limit is broken, and nobody waits who could run."""

    jobs = Bundle("jobs")
    runners = Bundle("runners")

    def __init__(self) -> None:
        super().__init__()
        self.limits = LIMITS
        self.room = WaitingRoom(LIMITS)
        self.waiting: list[Entry] = []
        self.running: list[Entry] = []
        self.due = 0.0

    @rule(
        target=jobs,
        lane=st.sampled_from("abcdef"),
        pools=st.lists(st.sampled_from(["narrow", "wide", "other"]), unique=True, max_size=2).map(tuple),
        priority=st.integers(0, 2),
    )
    def arrive(self, lane: str, pools: tuple[str, ...], priority: int) -> Entry:
        self.due += 1.0
        one = entry(self.due, lane, pools, priority)
        self.room.arrive(one)
        self.waiting.append(one)
        return one

    @rule(target=runners)
    def admit(self) -> object:
        """One comes in exactly if somebody can."""
        possible = [one for one in self.waiting if self.fits(one)]
        one = self.room.admit()
        assert (one is not None) == bool(possible)
        if one is None:
            return multiple()
        assert one in possible
        assert rank(one) == min(map(rank, possible)), "who waits longest of those who fit goes first"
        self.waiting.remove(one)
        self.running.append(one)
        return one

    @rule(one=consumes(runners))
    def leave(self, one: Entry) -> None:
        self.running.remove(one)
        self.room.leave(one)

    @rule(one=consumes(jobs))
    def discard(self, one: Entry) -> None:
        self.room.discard(one)
        if one in self.waiting:
            self.waiting.remove(one)

    @rule(overall=st.integers(1, 5), per_pool=st.integers(1, 3))
    def limit(self, overall: int, per_pool: int) -> None:
        self.limits = Limits(overall, per_pool, {"narrow": 1})
        self.room.limit(self.limits)

    def fits(self, one: Entry) -> bool:
        held = [other.job for other in self.running]
        return (
            len(held) < self.limits.overall
            and all(job.lane != one.job.lane for job in held)
            and all(sum(name in job.pools for job in held) < self.limits.of(name) for name in one.job.pools)
        )

    @invariant()
    def counts(self) -> None:
        assert (self.room.waiting, self.room.running) == (len(self.waiting), len(self.running))


def rank(one: Entry) -> float:
    return one.due + PATIENCE * one.job.priority


Model.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestModel = Model.TestCase


def test_a_full_pool_holds_up_nobody_else() -> None:
    room = WaitingRoom(Limits(overall=10, per_pool=1))
    for number in range(5):
        room.arrive(entry(float(number), f"village{number}", ("uplink:full",)))
    room.arrive(entry(100.0, "elsewhere", ("uplink:free",)))
    assert [one.job.lane for one in admitted(room)] == ["village0", "elsewhere"]


def test_a_camera_is_visited_by_one_at_a_time() -> None:
    room = WaitingRoom(Limits())
    for number in range(3):
        room.arrive(entry(float(number), "camera"))
    order = []
    while one := admitted(room):
        assert len(one) == 1
        order.append(one[0].due)
        room.leave(one[0])
    assert order == [0.0, 1.0, 2.0]


def test_priority_goes_first_but_nobody_waits_for_ever() -> None:
    room = WaitingRoom(Limits(overall=1))
    room.arrive(entry(0.0, "picture", priority=2))
    room.arrive(entry(15.0, "early heartbeat"))
    room.arrive(entry(25.0, "late heartbeat"))
    order = []
    while one := admitted(room):
        order.append(one[0].job.lane)
        room.leave(one[0])
    assert order == ["early heartbeat", "picture", "late heartbeat"]
