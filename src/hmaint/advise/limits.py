"""The figures above which something is worth a person's time, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds of all engines; a site may have its own."""

    usage_days: float = 35
    """An index counts as unused only when the counters are this old: a month end and its reports lie within."""
    ratio_hours: float = 24
    """Ratios of counters are judged only over this long: a night's jobs and a day's work."""
    questions: int = 10_000
    """Fewer statements since the start are too little workload to judge by."""
    rows: int = 10_000
    """Smaller tables are read whole faster than an index is worth: no missing-index advice for them."""
    rows_per_call: int = 1_000
    """A statement that examines this many rows a call on average is worth a look."""
    calls: int = 20
    """Statements that ran seldom are somebody's report, not a workload."""
    wasted_bytes: int = 100 * 1024 * 1024
    """Less free room in a table is not worth writing it anew (MySQL manual, OPTIMIZE TABLE; usual practice)."""
    wasted_part: float = 0.3
    """And this part of the table."""
    used_up: float = 0.7
    """Of the range of a counter (auto-increment, sequence): time for a change in a planned window."""
    nearly_used_up: float = 0.9
    """The next busy season may use it up: critical."""
    huge_bytes: int = 50 * 1024**3
    """A table that no maintenance window holds: partition or archive."""
    wide_columns: int = 100
    """Columns of one table beyond which most are usually empty."""
    long_transaction: int = 600
    """Seconds a transaction may be open before it holds up purge and locks."""
    lock_wait: int = 30
    """Seconds one transaction waits for another before it is worth a word: people at a counter wait with it."""
    mean_ms: float = 100
    """Milliseconds a frequent statement takes on average; below that nobody at a counter notices."""
    share: float = 0.2
    """Of all the time spent in statements, spent in one of them."""
    regression: float = 2.0
    """A statement's mean time grew by this factor between two runs."""
    shown: int = 10
    """Rows of evidence kept for one item."""


DEFAULT = Limits()
