"""Whatever order entries come in, however often and however late: no due time and no verdict moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hmaint.duty.incident import by_matter, courses, flags, fold
from hmaint.duty.incident_clock import timers
from hmaint.duty.incident_level import in_force, level_in_force
from hmaint.duty.incident_view import View, view
from hmaint.model.entry import WITHDRAWN, Entry
from hmaint.model.incident import Course, Event, State
from tests.duty.incidents import at, entry, later, profile, told

REPORTED = at("2026-09-30 22:50:00")
NOW = REPORTED + timedelta(days=3)
_EVENTS = (
    "responded", "remote_failed", "arrived", "fallback", "restored", "resolved", "reopened", "feedback", "closed",
    "noted", "waiting", "resumed", "linked", "analysed", "classified",
)  # fmt: skip
_BODIES: dict[str, st.SearchStrategy[dict[str, object]]] = {
    "classified": st.fixed_dictionaries(
        {},
        optional={
            "scope": st.sampled_from(["person", "department", "hospital"]),
            "interruption": st.sampled_from(["full", "key", "minor"]),
            "level": st.sampled_from(["P1", "P2", "P3"]),
            "onsite": st.booleans(),
        },
    ),
    "linked": st.fixed_dictionaries({"to": st.lists(st.sampled_from(["I-7", "I-8"]), max_size=2)}),
    "waiting": st.fixed_dictionaries({"text": st.just("等待"), "consent": st.sampled_from(["", "a" * 64])}),
}


@st.composite
def stories(draw: st.DrawFn) -> list[Entry]:
    """A report and up to twelve events, each at a second of its own."""
    seconds = draw(st.lists(st.integers(-3600, 250_000), max_size=12, unique=True))
    story = told("2026-09-30 22:50:00", {"scope": "department", "interruption": "full"})
    for number, second in enumerate(seconds, start=1):
        event = draw(st.sampled_from(_EVENTS))
        body = draw(_BODIES.get(event, st.just({"text": "话"})))
        story.append(entry(event, REPORTED + timedelta(seconds=second), number, **body))
    return story


def seen(story: list[Entry], contract: str = "s3") -> View:
    incident = fold(story)
    assert incident is not None
    return view(incident, profile(contract), NOW)


def clocks(story: list[Entry], contract: str = "s3") -> object:
    found = seen(story, contract)
    return found.timers, found.report, found.level, found.classes, found.incident.state, found.incident.waits


@given(st.lists(stories(), max_size=3), st.data())
def test_how_incidents_went_is_told_alike_with_all_that_was_said_of_them_and_without(
    tales: list[list[Entry]], data: st.DataObject
) -> None:
    told_of = [
        replace(each, id=f"{number}-{each.id}", matter=f"I-{number}")
        for number, tale in enumerate(tales)
        for each in tale
    ]
    if told_of:
        gone = data.draw(st.lists(st.sampled_from(told_of), max_size=2))
        told_of += [replace(each, id=f"w-{each.id}", event=WITHDRAWN, corrects=each.id) for each in gone]
    whole = [each for each in by_matter(told_of) if each.state is not State.WITHDRAWN]
    assert courses(told_of) == [
        Course(each.id, each.site, each.reported, each.facts, each.level, each.marks) for each in whole
    ]
    terms = profile("s3").incident
    assert terms is not None
    assert [level_in_force(each, terms) for each in whole] == [in_force(each, terms)[0] for each in whole]


@given(stories(), st.randoms(use_true_random=False), st.sampled_from(["s0", "s1", "s2", "s3", "s4"]))
def test_order_repetition_and_lateness_move_nothing(story: list[Entry], random, contract: str) -> None:  # type: ignore[no-untyped-def] # hypothesis hands a random
    first = clocks(story, contract)
    shuffled = [*story, *random.sample(story, random.randint(0, len(story)))]
    random.shuffle(shuffled)
    assert clocks(shuffled, contract) == first
    tardy = [
        later(each, timedelta(days=random.randint(0, 2), seconds=random.randint(0, 999))) for each in story
    ]
    assert clocks(tardy, contract) == first


@given(stories(), st.sampled_from(["noted", "feedback", "linked", "analysed", "reminded", "diagnosed"]))
def test_words_beside_the_matter_move_no_clock(story: list[Entry], event: str) -> None:
    more = [*story, entry(event, REPORTED + timedelta(hours=1, seconds=0.5), 99, text="话")]
    assert seen(more).timers == seen(story).timers


@given(stories())
def test_the_start_of_every_clock_is_the_report_or_later_and_never_moved_by_a_new_class(
    story: list[Entry],
) -> None:
    changed = [*story, entry("classified", REPORTED + timedelta(days=2), 98, level="P1", classes=["simple"])]
    assert all(each.start == REPORTED for each in seen(changed).timers if each.of == "P1")


@given(stories())
def test_what_is_taken_back_leaves_no_trace_in_the_clocks(story: list[Entry]) -> None:
    wrong = entry("resolved", REPORTED + timedelta(minutes=1), 97)
    back = replace(entry(WITHDRAWN, REPORTED + timedelta(days=1), 96), corrects=wrong.id)
    assert clocks([*story, wrong, back]) == clocks(story)


@given(stories(), st.integers(0, 200_000))
def test_time_going_on_only_makes_running_clocks_missed(story: list[Entry], seconds: int) -> None:
    incident = fold([each for each in story if each.event not in ("waiting", "resumed")])
    assert incident is not None
    now = {(t.of, t.id): t for t in view(incident, profile("s3"), NOW).timers}
    then = {(t.of, t.id): t for t in view(incident, profile("s3"), NOW + timedelta(seconds=seconds)).timers}
    for name, timer in now.items():
        assert then[name].due == timer.due
        assert then[name].state == timer.state or (timer.state, then[name].state) == ("running", "missed")


def test_a_correction_stands_in_the_place_and_time_of_what_it_corrects() -> None:
    story = told("2026-09-30 22:50:00", {}, ("responded", "2026-09-30 23:10:00"))
    right = replace(
        entry("responded", at("2026-09-30 23:01:00"), 50),
        corrects=story[1].id,
        recorded_at=at("2026-10-02 08:00:00"),
    )
    incident = fold([*story, right])
    assert incident is not None
    assert incident.marks[Event.RESPONDED] == right.at
    assert flags(incident, story[1]) == ("superseded",)
    assert flags(incident, right) == ("late", "corrects")


def test_a_correction_of_an_older_word_hides_no_newer_one() -> None:
    story = told("2026-09-30 22:50:00", {})
    old = entry("classified", REPORTED + timedelta(minutes=5), 1, level="P3", reason="写错了")
    new = entry("classified", REPORTED + timedelta(minutes=10), 2, level="P1")
    right = replace(
        old, id="f" * 32, corrects=old.id, recorded_at=NOW, body={"level": "P3", "reason": "改正"}
    )
    incident = fold([*story, old, new, right])
    assert incident is not None
    assert incident.level == "P1"


def test_what_came_in_late_or_out_of_order_is_kept_and_flagged() -> None:
    story = told("2026-09-30 22:50:00", {}, ("resolved", "2026-09-30 23:30:00"))
    before = entry("responded", at("2026-09-30 22:40:00"), 50)
    after = later(entry("arrived", at("2026-09-30 23:45:00"), 51), timedelta(hours=9))
    incident = fold([*story, before, after])
    assert incident is not None
    assert flags(incident, before) == ("before_report",)
    assert flags(incident, after) == ("late", "out_of_order")
    assert incident.marks[Event.RESPONDED] == before.at


def test_an_incident_opened_anew_is_over_only_when_it_ends_again() -> None:
    story = told(
        "2026-09-30 22:50:00", {"scope": "person", "interruption": "minor"},
        ("responded", "2026-09-30 22:55:00"), ("resolved", "2026-09-30 23:00:00"), ("closed", "2026-09-30 23:05:00"),
        ("reopened", "2026-09-30 23:10:00"),
    )  # fmt: skip
    open_again = fold(story)
    assert open_again is not None
    assert open_again.state is State.RESPONDED
    ended = fold([*story, entry("resolved", at("2026-10-01 08:00:00"), 60)])
    assert ended is not None
    assert ended.state is State.RESOLVED
    assert ended.marks[Event.RESOLVED] == at("2026-10-01 08:00:00")


def test_an_incident_whose_report_was_taken_back_is_withdrawn_and_keeps_its_words() -> None:
    story = told("2026-09-30 22:50:00", {}, ("responded", "2026-09-30 23:00:00"))
    back = replace(entry(WITHDRAWN, at("2026-10-01 08:00:00"), 60, reason="重复"), corrects=story[0].id)
    incident = fold([*story, back])
    assert incident is not None
    assert incident.state is State.WITHDRAWN
    assert len(incident.history) == 3
    assert view(incident, profile("s3"), NOW).timers == ()
    assert fold([story[1]]) is None


def test_a_report_that_says_it_corrects_itself_ends_nowhere_in_circles() -> None:
    (first,) = told("2026-09-30 22:50:00", {})
    incident = fold([replace(first, corrects=first.id)])
    assert incident is not None
    assert incident.state is State.WITHDRAWN


def test_a_solution_that_did_not_last_still_shows_that_somebody_had_responded() -> None:
    story = told(
        "2026-03-05 09:00:00",
        {"scope": "department", "interruption": "full", "rooms": 2},
        ("restored", "2026-03-05 09:10:00"),
        ("reopened", "2026-03-05 09:40:00"),
        ("resolved", "2026-03-05 11:30:00"),
    )
    incident = fold(story)
    assert incident is not None
    found = {
        each.id: each for each in timers(incident, profile("s3"), at("2026-03-05 12:00:00")) if each.counts
    }
    assert (found["response"].met_at, str(found["response"].state)) == (at("2026-03-05 09:10:00"), "met")
    assert (found["restore"].met_at, str(found["restore"].state)) == (at("2026-03-05 11:30:00"), "missed")
