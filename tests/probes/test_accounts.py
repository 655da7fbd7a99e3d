"""The guard that never locks a camera's account."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skywatch.credentials import Credentials
from skywatch.probes.accounts import HOUR, LONGEST_PAUSE, TRIES, Account, Accounts, pause

SECRET = Credentials("admin", "correct horse")


@pytest.mark.parametrize(
    ("refusals", "seconds"),
    [(0, 0), (1, 0), (2, HOUR), (3, 2 * HOUR), (4, 4 * HOUR), (6, 16 * HOUR), (7, 24 * HOUR), (500, 24 * HOUR)],
)
def test_the_pause_grows_to_a_day(refusals: int, seconds: float) -> None:
    assert pause(refusals) == seconds


def test_a_wrong_password_is_tried_once_more_and_then_not_again() -> None:
    account = Account()
    assert account.refused(now=100.0)
    assert account.closed_for(now=100.0) == 0
    assert account.refused(now=160.0)
    assert account.closed_for(now=160.0) == HOUR
    assert account.closed_for(now=160.0 + HOUR) == 0


def test_the_first_refusal_after_a_success_is_not_believed() -> None:
    account = Account()
    account.accepted()
    assert not account.refused(now=0.0)
    assert account.refused(now=60.0), "twice in a row, it is the password"


def test_a_success_opens_the_account_again() -> None:
    account = Account()
    for now in (0.0, 1.0):
        account.refused(now)
    account.accepted()
    assert account.closed_for(now=2.0) == 0
    assert account.refusals == 0


def test_the_channels_of_a_recorder_share_one_account() -> None:
    accounts = Accounts()
    assert accounts.of("10.0.0.9", SECRET) is accounts.of("10.0.0.9", SECRET)
    assert accounts.of("10.0.0.9", SECRET) is not accounts.of("10.0.0.8", SECRET)


def test_a_changed_password_is_another_account() -> None:
    accounts = Accounts()
    old = accounts.of("10.0.0.9", SECRET)
    assert accounts.of("10.0.0.9", Credentials("admin", "battery staple")) is not old


def test_after_a_reload_only_accounts_that_are_still_configured_are_kept() -> None:
    accounts = Accounts()
    kept = accounts.of("10.0.0.9", SECRET)
    accounts.of("10.0.0.8", SECRET)
    accounts.forget_all_but({("10.0.0.9", SECRET)})
    assert accounts.known == {("10.0.0.9", SECRET): kept}


@given(st.lists(st.floats(min_value=1.0, max_value=3600.0), min_size=1, max_size=400))
def test_whatever_the_rhythm_a_day_sees_only_a_handful_of_tries(gaps: list[float]) -> None:
    """Vendors lock at five to seven tries within half an hour."""
    account, now, tries = Account(), 0.0, []
    for gap in gaps:
        now += gap
        if not account.closed_for(now):
            tries.append(now)
            account.refused(now)
    for start in tries:
        assert sum(start <= at < start + HOUR / 2 for at in tries) <= TRIES
    assert account.closed_for(now) <= LONGEST_PAUSE


def test_where_only_one_try_is_allowed_the_first_refusal_closes() -> None:
    account = Account(tries=1)
    account.refused(now=0.0)
    assert account.closed_for(now=0.0) == HOUR


def test_what_is_kept_is_every_refusal_and_the_success_that_ends_them() -> None:
    kept: list[int] = []
    accounts = Accounts(keep=lambda _host, _credentials, account: kept.append(account.refusals))
    accounts.accepted("10.0.0.9", SECRET)
    accounts.refused("10.0.0.9", SECRET, now=0.0)
    accounts.refused("10.0.0.9", SECRET, now=0.0)
    accounts.accepted("10.0.0.9", SECRET)
    accounts.accepted("10.0.0.9", SECRET)
    assert kept == [1, 2, 0]
