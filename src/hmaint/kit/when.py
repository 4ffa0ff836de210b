"""Days and times as people in China write them: 2026-03-05, 2026年3月5日, 2026.3.5 14:30, 下午2点半."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from unicodedata import normalize

from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _

_DAY = re.compile(
    r"(?P<year>\d{4})(?:年|[-./])(?P<month>\d{1,2})(?:月|[-./])(?P<day>\d{1,2})(?:日|(?!\d))"
    r"|(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)"
)
_HALF = r"(?P<half>上午|下午|晚上|早上|中午)?"
_TIME = re.compile(
    _HALF
    + r"(?P<hour>\d{1,2})(?:[:点时](?P<minute>\d{1,2}|半)?分?(?::(?P<second>\d{1,2}))?)"
    + r"(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_NEAR = {"今天": 0, "昨天": 1, "前天": 2, "today": 0, "yesterday": 1}
_AFTERNOON = ("下午", "晚上", "中午")
_NOON = 12
_EARLIEST = 1990


@dataclass(frozen=True, slots=True)
class When:
    """A day, or a moment of it; a day alone begins at midnight in China."""

    at: datetime
    whole_day: bool

    @property
    def text(self) -> str:
        """As records keep it: 2026-03-05, or RFC 3339 with its offset where the time was told."""
        return f"{self.at:%Y-%m-%d}" if self.whole_day else self.at.isoformat()


def read_when(text: str, today: date | None = None) -> When:
    """Read a day or a moment; `today` lets 今天 and 昨天 be understood. ValueError, with words for people, otherwise.

    >>> read_when("2026年3月5日 下午2点半").text
    '2026-03-05T14:30:00+08:00'
    """
    plain = normalize("NFKC", text).strip()
    day, rest = _day(plain, text, today)
    rest = rest.strip().removeprefix("T").strip()
    if not rest:
        return When(datetime.combine(day, time(), CHINA), whole_day=True)
    return When(_moment(day, rest, text), whole_day=False)


def read_day(text: str, today: date | None = None) -> date:
    """Read a day; ValueError, with words for people, for anything else, a moment too."""
    found = read_when(text, today)
    if not found.whole_day:
        raise ValueError(_("{text} is a time; a day is wanted, such as 2026-03-05").format(text=text))
    return found.at.date()


def _day(plain: str, text: str, today: date | None) -> tuple[date, str]:
    for word, back in _NEAR.items():
        if today is not None and plain.lower().startswith(word):
            return today - timedelta(days=back), plain[len(word) :]
    found = _DAY.match(plain)
    if found is None:
        raise ValueError(
            _(
                "{text} is no day: write 2026-03-05, 2026年3月5日 or 2026.3.5, with a time behind it if need be"
            ).format(text=text)
        )
    numbers = [
        int(found[long] or found[short]) for long, short in (("year", "y"), ("month", "m"), ("day", "d"))
    ]
    try:
        day = date(*numbers)
    except ValueError:
        raise ValueError(_("there is no day {text}").format(text=text)) from None
    if day.year < _EARLIEST:
        raise ValueError(_("there is no day {text}").format(text=text))
    return day, plain[found.end() :]


def _moment(day: date, rest: str, text: str) -> datetime:
    found = _TIME.fullmatch(rest.replace(" ", ""))
    wrong = ValueError(
        _("{text} tells no time of the day: write 14:30 or 14点30分 behind the day").format(text=text)
    )
    if found is None:
        raise wrong
    hour, minute = int(found["hour"]), 30 if found["minute"] == "半" else int(found["minute"] or 0)
    if found["half"] in _AFTERNOON and hour < _NOON and not (found["half"] == "中午" and hour > 10):  # noqa: PLR2004 - 中午11点 is before noon
        hour += _NOON
    try:
        read = datetime.combine(day, time(hour, minute, int(found["second"] or 0)), CHINA)
    except ValueError:
        raise wrong from None
    if not found["zone"]:
        return read
    told = datetime.fromisoformat(f"{read:%Y-%m-%dT%H:%M:%S}{found['zone']}")
    return told.astimezone(CHINA)
