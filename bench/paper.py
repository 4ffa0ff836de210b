"""How long hmaint takes to fill its forms: a long report with charts, a very long record; no process, no network."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median

from bench.figures import RECORD, REPORT
from hmaint.kit.clock import CHINA
from hmaint.kit.outlook import look_ahead
from hmaint.kit.robust import Point
from hmaint.model.forecast import Forecast, day_of
from hmaint.report.chart import picture
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from hmaint.report.pictures import as_text

RUNS = 3
_FIRST = datetime(2026, 1, 20, 9, tzinfo=CHINA)
_READINGS = 12


def measure_paper() -> dict[str, float]:
    """Median seconds of each, data to Word file, the charts drawn anew each time; loading libraries is not in it."""
    return {REPORT: _seconds(_report), RECORD: _seconds(_record)}


def _seconds(work: Callable[[], object]) -> float:
    work()
    took = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    return median(took)


def _report() -> bytes:
    form = find_form("health-report", None)
    sample = form.example()
    charts = [{"title": each.subject, "image": as_text(picture([each]))} for each in map(_course, range(3))]
    return fill(form, {**sample, "capacity_charts": charts, "figures": _many(sample["figures"], 500)})


def _record() -> bytes:
    form = find_form("inspection-record", None)
    sample = form.example()
    section = dict(sample["sections"][0])  # type: ignore[index] # the form's own sample
    return fill(form, {**sample, "sections": [{**section, "rows": _many(section["rows"], 10_000)}]})


def _many(rows: object, number: int) -> list[dict[str, object]]:
    assert isinstance(rows, list)  # noqa: S101 - the form's own sample
    return [{**rows[each % len(rows)], "number": each + 1} for each in range(number)]


def _course(disk: int) -> Forecast:
    """A disk that fills up over a year."""
    readings = tuple((_FIRST + timedelta(days=30 * n), 40.0 + 3 * n + disk) for n in range(_READINGS))
    outlook = look_ahead([Point(day_of(at), value) for at, value in readings], 100.0)
    return Forecast("icu-db-1", "disk.used_pct", f"/data{disk}", "%", readings, outlook, 100.0)
