"""The life of findings, whatever order things happen in."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, State
from hmaint.store.life import Known, live
from tests.store.samples import a_check, a_finding

ALIVE = (State.NEW, State.OPEN, State.RECURRING)
BAD = (Level.WARNING, Level.CRITICAL)


def known(finding: Finding, state: State = State.OPEN) -> dict[str, Known]:
    return {finding.id: Known(finding, state)}


def test_what_was_never_seen_before_is_new() -> None:
    assert [each.state for each in live({}, [a_check(a_finding())])] == [State.NEW]


def test_what_is_still_there_is_open() -> None:
    for state in ALIVE:
        assert live(known(a_finding(), state), [a_check(a_finding())])[0].state is State.OPEN


def test_what_comes_back_is_recurring() -> None:
    for state in (State.RESOLVED, State.CLOSED):
        assert live(known(a_finding(), state), [a_check(a_finding())])[0].state is State.RECURRING


def test_what_a_whole_look_did_not_see_is_resolved_at_level_ok() -> None:
    (gone,) = live(known(a_finding()), [a_check()])
    assert (gone.state, gone.level, gone.summary) == (State.RESOLVED, Level.OK, a_finding().summary)


def test_another_finding_of_the_same_check_does_not_hide_that_one_is_gone() -> None:
    found = live(known(a_finding("/data")), [a_check(a_finding("/var"))])
    assert [(each.subject, each.state) for each in found] == [("/var", State.NEW), ("/data", State.RESOLVED)]


def test_a_look_that_failed_was_partial_or_never_asked_resolves_nothing() -> None:
    partial = a_check(complete=False)
    for checks in (
        [a_check(level=Level.UNKNOWN)],
        [a_check(level=Level.SKIPPED)],
        [partial],
        [],
        [replace(a_check(), id="linux.memory")],
        [a_check(), a_check(level=Level.UNKNOWN)],
    ):
        assert live(known(a_finding()), checks) == ()


def test_what_could_not_be_seen_of_a_check_keeps_all_of_it_open() -> None:
    unseen = a_finding("/mnt", level=Level.UNKNOWN)
    check = replace(a_check(a_finding("/var", level=Level.CRITICAL), unseen), level=Level.CRITICAL)
    assert {each.subject for each in live(known(a_finding("/data")), [check])} == {"/var", "/mnt"}


def test_could_not_look_is_resolved_by_the_next_whole_look() -> None:
    unseen = a_finding("", level=Level.UNKNOWN)
    assert live(known(unseen), [a_check(unseen)])[0].state is State.OPEN
    assert live(known(unseen), [a_check()])[0].state is State.RESOLVED
    found = live(known(unseen), [a_check(a_finding())])
    assert [each.state for each in found] == [State.NEW, State.RESOLVED]


def test_of_two_rows_with_one_name_the_worse_is_kept() -> None:
    mild, bad = a_finding(), replace(a_finding(), level=Level.CRITICAL)
    assert (
        live({}, [a_check(mild, bad)]) == live({}, [a_check(bad, mild)]) == (replace(bad, state=State.NEW),)
    )


_subjects = st.sampled_from(["/a", "/b", "/c"])
_findings = st.builds(a_finding, _subjects, level=st.sampled_from([*BAD, Level.UNKNOWN]))
_checks = st.builds(
    lambda findings, level, complete: a_check(*findings, level=level, complete=complete),
    st.lists(_findings, max_size=4),
    st.sampled_from([None, *Level]),
    st.booleans(),
)
_runs = st.lists(st.lists(_checks, max_size=2), max_size=6)


def _after(book: dict[str, Known], checks: list[Check]) -> tuple[dict[str, Known], tuple[Finding, ...]]:
    found = live(book, checks)
    return book | {each.id: Known(each, each.state) for each in found}, found


@given(_runs)
def test_every_finding_seen_is_handed_back_alive_and_once(runs: list[list[Check]]) -> None:
    book: dict[str, Known] = {}
    for checks in runs:
        book, found = _after(book, checks)
        seen = {each.id for check in checks for each in check.findings}
        assert {each.id for each in found if each.state in ALIVE} == seen
        assert len({each.id for each in found}) == len(found)


@given(_runs)
def test_nothing_is_resolved_but_by_a_whole_look_that_did_not_see_it(runs: list[list[Check]]) -> None:
    book: dict[str, Known] = {}
    for checks in runs:
        before = book
        book, found = _after(book, checks)
        for each in found:
            if each.state is State.RESOLVED:
                assert before[each.id].state in ALIVE
                assert all(check.complete for check in checks)
                assert all(check.level not in (Level.UNKNOWN, Level.SKIPPED) for check in checks)
                assert all(other.level is not Level.UNKNOWN for check in checks for other in check.findings)


@given(_runs)
def test_new_comes_once_and_recurring_only_after_rest(runs: list[list[Check]]) -> None:
    book: dict[str, Known] = {}
    for checks in runs:
        before = book
        book, found = _after(book, checks)
        for each in found:
            was = before[each.id].state if each.id in before else None
            assert (each.state is State.NEW) == (was is None)
            assert (each.state is State.RECURRING) == (was is State.RESOLVED)


@given(_runs, _checks)
def test_the_same_look_twice_changes_nothing_more(runs: list[list[Check]], check: Check) -> None:
    book: dict[str, Known] = {}
    for checks in [*runs, [check]]:
        book, _ = _after(book, checks)
    again, found = _after(book, [check])
    assert not [each for each in found if each.state is not State.OPEN]
    assert {identity: each.state in ALIVE for identity, each in again.items()} == {
        identity: each.state in ALIVE for identity, each in book.items()
    }
