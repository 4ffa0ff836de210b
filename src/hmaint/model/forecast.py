"""A figure over the runs, and where it is heading."""

from __future__ import annotations

from datetime import datetime, timedelta

from hmaint.kit.clock import CHINA
from hmaint.kit.frozen import dataclass
from hmaint.kit.outlook import Heading, Outlook

_EPOCH = datetime(1970, 1, 1, tzinfo=CHINA)
_DAY = timedelta(days=1)


def day_of(moment: datetime) -> float:
    """Days since 1970 as China's calendar counts them."""
    return (moment - _EPOCH) / _DAY


def moment_of(day: float) -> datetime:
    """The moment so many days after 1970."""
    return _EPOCH + day * _DAY


@dataclass(frozen=True, slots=True)
class Forecast:
    """One series of readings, oldest first, with its outlook; `limit` is what it is full at, None: nobody knows."""

    target: str
    metric: str
    subject: str
    unit: str
    readings: tuple[tuple[datetime, float], ...]
    outlook: Outlook
    limit: float | None = None

    @property
    def value(self) -> float:
        """The last reading."""
        return self.readings[-1][1]

    @property
    def monthly(self) -> float | None:
        """What it grows by in thirty days; None where there is no line."""
        return None if self.outlook.line is None else 30 * self.outlook.line.slope

    @property
    def full_on(self) -> datetime | None:
        """When it reaches its limit."""
        return None if self.outlook.full is None else moment_of(self.outlook.full)

    @property
    def early(self) -> datetime | None:
        """The earliest it may be full, by the prediction interval."""
        return None if self.outlook.early is None else moment_of(self.outlook.early)

    @property
    def late(self) -> datetime | None:
        """The latest it may be full; None also where the interval has no end."""
        return None if self.outlook.late is None else moment_of(self.outlook.late)

    @property
    def horizon(self) -> float:
        """The last day that is drawn: when it is full if that is in sight, else as far ahead as was looked back."""
        outlook = self.outlook
        span = max(outlook.last - day_of(self.readings[0][0]), 1.0)
        if outlook.full is not None and outlook.full - outlook.last <= 2 * span:
            return outlook.full + 0.05 * span
        growing = outlook.heading in (Heading.GROWING, Heading.SLOW)
        return outlook.last + (span if growing else 0.25 * span)

    def days(self, now: datetime) -> int | None:
        """Whole days from now until it is full; negative where that day has passed without a look since."""
        return None if self.outlook.full is None else round(self.outlook.full - day_of(now))
