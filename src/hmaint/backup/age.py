"""How old a backup is: by its file's time, its name, and what the dump says itself; the oldest of them counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from hmaint.backup.case import Case, zone_of
from hmaint.backup.place import name_pattern
from hmaint.backup.verdict import Verdict, fail, fine, unknown, warn

LOOSE = timedelta(hours=26)
"""How far two tellings of a time may lie apart: a day for names without hours, and the hours a dump takes."""

ZONES = timedelta(hours=14)
"""A dump may tell its time in another zone than its holder's; by no more than this can that make it look older."""

_FUTURE = timedelta(minutes=10)
_STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T]+(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?(?P<offset>Z|[+-]\d\d:\d\d)?"
)
_REPOSITORIES = ("restic", "borg")
"""Their files are written whenever anybody tidies them up: only the newest snapshot tells an age."""
_DAY_FIRST = ("Y", "m", "d")


@dataclass(frozen=True, slots=True)
class Told:
    """A time somebody tells: it was between the two."""

    source: str
    first: datetime
    last: datetime


def age(case: Case) -> Iterator[Verdict]:
    """Whether it is new enough, not from the future, and told alike everywhere."""
    facts, now = case.main, case.now(case.main)
    changed = facts.number("mtime")
    if now is None or changed is None:
        yield unknown("age.expired", "没有得到文件时间")
        return
    written = datetime.fromtimestamp(changed, now.tzinfo)
    told = list(tellings(case))
    if facts.word("container") in _REPOSITORIES and not told:
        yield unknown("age.expired", "没有读到快照的时间，最近一次备份在何时不明")
        return
    skew = timedelta(seconds=case.skews.get(case.place.host, 0.0))
    corrected = now - skew
    far = abs(skew) > timedelta(seconds=case.figure("skew_s", 300))
    if written > max(now, corrected) + _FUTURE or any(
        one.first > max(now, corrected) + LOOSE for one in told
    ):
        yield fail(
            "age.future", f"时间在将来：文件时间 {written:%Y-%m-%d %H:%M}，主机时间 {now:%Y-%m-%d %H:%M}"
        )
        return
    yield fine("age.future", f"文件时间 {written:%Y-%m-%d %H:%M}")
    oldest = min([written, *(one.last for one in told if one.last < written - ZONES)])
    yield from _old(case, oldest, now, corrected if far else now)
    if facts.word("container") not in _REPOSITORIES:
        yield from _agree(written, told)


def _old(case: Case, oldest: datetime, now: datetime, corrected: datetime) -> Iterator[Verdict]:
    most = timedelta(seconds=case.backup.max_age)
    ages = (now - oldest, corrected - oldest)
    late = [each > most for each in ages]
    hours = f"{ages[0].total_seconds() / 3600:.1f} 小时"
    limit = f"{case.backup.max_age / 3600:g} 小时"
    if all(late):
        yield fail("age.expired", f"过期：最新一份已 {hours}（{oldest:%Y-%m-%d %H:%M}），上限 {limit}")
    elif any(late):
        other = f"{ages[1].total_seconds() / 3600:.1f} 小时"
        yield fail("age.undecidable", f"时钟不可信：按主机时钟已 {hours}，按本机时钟已 {other}，上限 {limit}")
    else:
        yield fine("age.expired", f"{hours}前（{oldest:%Y-%m-%d %H:%M}），上限 {limit}")


def _agree(written: datetime, told: list[Told]) -> Iterator[Verdict]:
    apart = [one for one in told if one.first > written + LOOSE or one.last < written - LOOSE]
    if apart:
        words = "、".join(f"{one.source} {one.first:%Y-%m-%d %H:%M}" for one in apart)
        yield warn("age.disagrees", f"文件时间 {written:%Y-%m-%d %H:%M} 与{words}不一致")
    elif told:
        yield fine("age.disagrees", "、".join(["文件时间", *(one.source for one in told)]) + "一致")


def tellings(case: Case) -> Iterator[Told]:
    """What the name and the dump itself say; nothing where they do not."""
    facts, zone = case.main, zone_of(case.main.word("host_zone"))
    named = named_time(case.backup.path, facts.word("path"), zone)
    if named is not None:
        yield named
    begun = next((line for line in facts.all("label") if line.startswith("START TIME")), "")
    for text, source in (
        (facts.word("completed"), "转储结尾"),
        (facts.word("about_end_time"), "备份信息"),
        (next((line for line in facts.all("mydumper") if "Finished" in line), ""), "metadata"),
        (begun, "backup_label"),
        (facts.word("snapshot"), "最新快照"),
    ):
        stamp = read_stamp(text, zone)
        if stamp is not None:
            yield Told(source, stamp, stamp)


def named_time(pattern: str, path: str, zone: tzinfo) -> Told | None:
    """The time a name tells; without hours it is the whole day. None where the pattern has no whole date."""
    found = name_pattern(pattern).fullmatch(path)
    groups = found.groupdict() if found else {}
    if any(mark not in groups for mark in _DAY_FIRST):
        return None
    clock = [int(groups[mark]) if mark in groups else None for mark in ("H", "M", "S")]
    try:
        day = datetime(int(groups["Y"]), int(groups["m"]), int(groups["d"]), tzinfo=zone)
        if clock[0] is None:
            return Told("文件名", day, day + timedelta(days=1))
        exact = day + timedelta(hours=clock[0], minutes=clock[1] or 0, seconds=clock[2] or 0)
    except ValueError:
        return None
    return Told("文件名", exact, exact + timedelta(hours=1))


def read_stamp(text: str, zone: tzinfo) -> datetime | None:
    """The first time in a line that dump tools write, in the zone it names as an offset, else in the holder's."""
    found = _STAMP.search(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    offset = found["offset"] or ""
    try:
        own = zone_of("+0000" if offset == "Z" else offset.replace(":", "")) if offset else zone
        return datetime(year, month, day, hour, minute, second, tzinfo=own)
    except ValueError:
        return None
