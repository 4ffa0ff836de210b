"""Calendar files: lines, escapes and folding as RFC 5545 has them, read back by a reader of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from hmaint.kit.text import one_line
from hmaint.report.icalendar import Day, calendar_of

NOW = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)
WORDS = st.text(min_size=1, max_size=120)


def unfolded(text: str) -> list[str]:
    """The content lines, as RFC 5545 (3.1) puts them together again."""
    assert text.endswith("\r\n")
    return text[:-2].replace("\r\n ", "").split("\r\n")


def unescaped(value: str) -> str:
    marks = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n"}
    found, place = "", 0
    while place < len(value):
        pair = value[place : place + 2]
        found += marks.get(pair, value[place])
        place += 2 if pair in marks else 1
    return found


def value(text: str, name: str) -> str:
    return unescaped(next(line.partition(":")[2] for line in unfolded(text) if line.startswith(f"{name}:")))


def test_an_entry_is_a_whole_day_with_reminders_before_it() -> None:
    lines = unfolded(
        calendar_of([Day("icu/X-1/2026-11", date(2026, 12, 31), "月度巡检", sure=False)], "到期", NOW)
    )
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines
    assert "DTSTAMP:20261125T010203Z" in lines
    assert "STATUS:TENTATIVE" in lines
    assert [line for line in lines if line.startswith("TRIGGER")] == ["TRIGGER:-P7D", "TRIGGER:-P1D"]


def test_the_same_thing_has_the_same_name_whenever_the_file_is_written() -> None:
    one = Day("icu/X-1/2026-11", date(2026, 11, 30), "月度巡检")
    moved = Day("icu/X-1/2026-11", date(2026, 12, 2), "月度巡检（暂定）")
    other = Day("icu/X-2/2026-11", date(2026, 11, 30), "月度巡检")
    uids = [value(calendar_of([each], "到期", NOW), "UID") for each in (one, moved, other)]
    assert uids[0] == uids[1] != uids[2]


@given(title=WORDS, text=WORDS, name=WORDS)
def test_whatever_the_words_no_line_is_too_long_and_they_are_read_back(
    title: str, text: str, name: str
) -> None:
    made = calendar_of([Day("k", date(2026, 12, 31), title, text)], name, NOW)
    raw = made.encode("utf-8", "replace")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw.replace(b"\r\n", b"").count(b"\n") == raw.replace(b"\r\n", b"").count(b"\r") == 0
    assert (
        made.count("BEGIN:VEVENT")
        == made.count("END:VEVENT")
        == 1 + (title + text + name).count("VEVENT") * 0
    )
    assert value(made, "SUMMARY") == "\n".join(one_line(line, 1000) for line in title.splitlines())
    # Every part of a folded line is whole UTF-8: no character was broken in two.
    assert all(part.decode("utf-8") is not None for part in raw.split(b"\r\n"))
