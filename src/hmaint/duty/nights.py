"""Nights on which a backup ought to have been verified and nobody did: silence is found, not taken for good news.

A night goes from noon to noon and bears the date of its morning, so that jobs around midnight that begin a little
earlier or later, or catch up in the morning because the laptop slept, belong to one night. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass

PLAYBOOK = "backup-verify"
"""What runs that are verifications bear as their playbook; restore drills bear another."""

_NIGHTS = {"hourly": 1, "daily": 1, "weekly": 7, "monthly": 31}
_DAY = timedelta(days=1)
_DAY_SECONDS = 86_400
_HALF = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Gap:
    """Nights without a result, in a row of equal steps: `nights` of them, each named by its morning."""

    nights: tuple[date, ...]
    begun: tuple[date, ...] = ()
    """Those of them on which a verification began and was ended before it had a result."""

    def __bool__(self) -> bool:
        return bool(self.nights)

    def within(self, first: date, last: date) -> Gap:
        """What of it lies between two days, both inclusive."""
        kept = tuple(night for night in self.nights if first <= night <= last)
        return Gap(kept, tuple(night for night in self.begun if night in kept))


def night_of(moment: datetime) -> date:
    """The night a moment belongs to, named by its morning in China.

    >>> night_of(datetime(2026, 11, 24, 23, 50, tzinfo=CHINA)) == night_of(datetime(2026, 11, 25, 2, 0, tzinfo=CHINA))
    True
    """
    return (moment.astimezone(CHINA) + _HALF).date()


def step_of(schedule: str, max_age: float) -> int:
    """After how many nights a backup of that schedule must have been verified again.

    A schedule in words of its own is told by how old the backup may get, in seconds.
    """
    return _NIGHTS.get(schedule.strip().lower(), max(1, int(max_age // _DAY_SECONDS)))


def gap_before(results: Iterable[datetime], now: datetime, step: int, begun: Iterable[datetime] = ()) -> Gap:
    """Nights without a result between the last one and now; the present night may still bring one.

    No result at all is no gap: nobody has said yet that it is to be verified each night.
    """
    known = sorted({night_of(each) for each in results if each <= now})
    return _gap([known[-1]], night_of(now), step, begun) if known else Gap(())


def gaps(results: Iterable[datetime], now: datetime, step: int, begun: Iterable[datetime] = ()) -> Gap:
    """All nights without a result since the first result, up to the present night."""
    known = sorted({night_of(each) for each in results if each <= now})
    return _gap(known, night_of(now), step, begun) if known else Gap(())


def _gap(known: Sequence[date], tonight: date, step: int, begun: Iterable[datetime]) -> Gap:
    found: list[date] = []
    for earlier, later in zip(known, [*known[1:], tonight], strict=True):
        night = earlier + step * _DAY
        while night < later:
            found.append(night)
            night += step * _DAY
    tried = {night_of(each) for each in begun}
    return Gap(tuple(found), tuple(night for night in found if night in tried))


def told_gap(gap: Gap) -> str:
    """A gap in one Chinese sentence, without its end mark."""
    words = f"缺少 {len(gap.nights)} 夜的核验：{spoken(gap.nights)}"
    return f"{words}（其中 {spoken(gap.begun)} 开始过，没有完成）" if gap.begun else words


def spoken(nights: Sequence[date]) -> str:
    """Nights in Chinese, runs of days together: 11月22日至24日、12月1日."""
    spans: list[list[date]] = []
    for night in nights:
        if spans and night - spans[-1][-1] == _DAY:
            spans[-1].append(night)
        else:
            spans.append([night])
    return "、".join(_span(span) for span in spans)


def _span(span: Sequence[date]) -> str:
    first, last = span[0], span[-1]
    words = f"{first.month}月{first.day}日"
    if first == last:
        return words
    end = f"{last.day}日" if last.month == first.month else f"{last.month}月{last.day}日"
    return f"{words}至{end}"
