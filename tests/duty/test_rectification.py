"""By when findings are to be put right, over what their spells may look like."""

from __future__ import annotations

from datetime import date

from hmaint.duty.rectification import Sighting, Terms, term
from hmaint.model.limit import Limit
from hmaint.model.playbook import Level

WARNING, CRITICAL = Level.WARNING, Level.CRITICAL
AGREED = Terms({CRITICAL: Limit(3, "workday"), WARNING: Limit(1, "month")})


def spell(*seen: tuple[int, Level]) -> list[Sighting]:
    return [Sighting(date(2026, 11, day), level) for day, level in seen]


def last(*seen: tuple[int, Level], terms: Terms = AGREED) -> str:
    found = term(spell(*seen), terms)
    assert found is not None
    return found.day.isoformat()


def test_a_warning_has_its_month_and_what_is_critical_its_three_working_days() -> None:
    assert last((2, WARNING)) == "2026-12-02"
    assert last((2, CRITICAL)) == "2026-11-05"


def test_looking_again_moves_no_deadline() -> None:
    assert last((2, WARNING), (9, WARNING), (30, WARNING)) == "2026-12-02"


def test_what_gets_worse_is_due_sooner_counted_from_that_day() -> None:
    assert last((2, WARNING), (9, CRITICAL)) == "2026-11-12"
    assert last((2, WARNING), (30, CRITICAL)) == "2026-12-02"


def test_what_gets_better_goes_back_to_the_longer_time_and_not_beyond_it() -> None:
    assert last((2, CRITICAL), (4, WARNING)) == "2026-12-02"
    assert last((2, CRITICAL), (4, WARNING), (9, CRITICAL)) == "2026-11-12"


def test_what_could_not_be_examined_has_nothing_to_put_right() -> None:
    assert term(spell((2, Level.UNKNOWN)), AGREED) is None
    assert term((), AGREED) is None


def test_what_no_contract_says_is_a_proposal() -> None:
    for level, terms, proposed in (
        (WARNING, Terms(), True),
        (WARNING, Terms({CRITICAL: Limit(1, "day")}), True),
        (CRITICAL, Terms({CRITICAL: Limit(1, "day")}), False),
    ):
        found = term(spell((2, level)), terms)
        assert found is not None
        assert found.proposed is proposed


def test_a_deadline_is_overdue_from_the_day_after_it() -> None:
    found = term(spell((2, CRITICAL)), AGREED)
    assert found is not None
    assert [found.late(date(2026, 11, day)) for day in (2, 5, 6, 16)] == [0, 0, 1, 11]
