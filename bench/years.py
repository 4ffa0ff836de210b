"""Twenty sites with five years of records, and how long `hmaint contract due` takes over them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine, insert

from bench.figures import Limit
from hmaint.duty.days import months_after
from hmaint.kit.clock import CHINA
from hmaint.kit.resources import shipped
from hmaint.store import schema
from hmaint.store.records import Records

SITES, YEARS = 20, 5
DUE, LIMIT = "due_20_sites_5_years", 1.0
_RUNS = 5
_AT_ONCE = 5000
_CHECKS = {"inspect/monthly": 40, "inspect/quarterly": 60, "inspect/weekly": 12, "backup-verify": 10}
_EXAMPLES = ("s0", "s1", "s2", "s3", "s4")
Row = dict[str, Any]


def measure_years() -> dict[str, float]:
    """Seconds of the whole command, from its start to its last line, and how many records it stood on."""
    with tempfile.TemporaryDirectory(prefix="hb") as folder:
        root, today = Path(folder), datetime.now(CHINA).date()
        runs, entries = make_years(root, today)
        return {DUE: _timed(root), "runs": float(runs), "entries": float(entries)}


def make_years(root: Path, today: date, sites: int = SITES, years: int = YEARS) -> tuple[int, int]:
    """Make a workspace with its records; answer how many runs and entries there are."""
    first = months_after(today, -12 * years)
    begun = months_after(today, -11)
    _write(root, begun, months_after(begun, 12) - timedelta(days=1), sites)
    private = root / ".hmaint"
    private.mkdir()
    Records.open(private / "records.db").dispose()
    engine = create_engine(f"sqlite:///{private / 'records.db'}")
    counts = dict.fromkeys(("runs", "targets", "checks", "documents", "handlings", "matters", "entries"), 0)
    with engine.begin() as connection:
        for name in (f"s{number:02}" for number in range(sites)):
            rows: dict[str, list[Row]] = {table: [] for table in counts}
            _fill(rows, name, first, today)
            for table, found in rows.items():
                counts[table] += len(found)
                for start in range(0, len(found), _AT_ONCE):
                    connection.execute(insert(schema.metadata.tables[table]), found[start : start + _AT_ONCE])
    engine.dispose()
    return counts["runs"], counts["entries"]


def _write(root: Path, first: date, last: date, sites: int) -> None:
    """Contracts of one term, as contracts are: renewed each year, so that four years of records lie before it."""
    lines = ["version: 1", "hospital: {name: 示范医院}", "vendor: {name: 某某公司}", "sites:"]
    for number in range(sites):
        example = _EXAMPLES[number % len(_EXAMPLES)]
        hosts = "{app: {address: 10.1.2.11}, db: {address: 10.1.2.12}}"
        lines.append(f"  s{number:02}: {{name: 系统 {number}, contract: {example}, hosts: {hosts}}}")
    (root / "inventory.yaml").write_text("\n".join(lines), "utf-8")
    (root / "contracts").mkdir()
    for example in _EXAMPLES:
        text = (shipped("contracts") / f"{example}.yaml").read_text("utf-8")
        for anchor in ("signed", "service_start"):
            text = text.replace(f"{anchor}: null", f"{anchor}: {first}")
        (root / "contracts" / f"{example}.yaml").write_text(
            text.replace("end: null", f"end: {last}"), "utf-8"
        )


def _fill(rows: dict[str, list[Row]], site: str, first: date, today: date) -> None:
    for number in range((today - first).days):
        day = first + timedelta(days=number)
        _run(rows, site, day, "backup-verify", "backup-verify", "")
        if day.weekday() == 2:
            _run(rows, site, day, "inspect", "inspect/weekly", "远程")
        if day.day == 10:
            _month(rows, site, day)
        if day.day == 20 and day.month % 3 == 0:
            _quarter(rows, site, day)
        if number % 9 == 0:
            _incident(rows, site, day)
        if number % 18 == 0:
            told = {
                "kind": "3",
                "requester": "检验科",
                "module": "模块",
                "details": "改",
                "grade": "req_simple",
            }
            steps = ("accepted", "confirmed", "delivered", "debugged")
            _matter(rows, site, "change", day, (("asked", told), *((step, {}) for step in steps)))


def _month(rows: dict[str, list[Row]], site: str, day: date) -> None:
    _run(rows, site, day, "inspect", "inspect/monthly", "远程")
    _paper(rows, site, "incident-monthly", day, f"{day:%Y-%m}")
    _paper(rows, site, "inspection-record", day, rows["runs"][-1]["id"])


def _quarter(rows: dict[str, list[Row]], site: str, day: date) -> None:
    _run(rows, site, day, "inspect", "inspect/quarterly", "现场")
    _paper(rows, site, "health-report", day, rows["runs"][-1]["id"])
    for form in ("inspection-sheet", "knowledge-digest", "quarterly-index"):
        _paper(rows, site, form, day, f"{day.year}Q{(day.month + 2) // 3}")
    for kind, event in (("patch", "patched"), ("meeting", "met"), ("vuln", "checked"), ("drill", "drilled")):
        _matter(rows, site, kind, day, ((event, {"name": "例会", "window": "22:00"}),))


def _run(rows: dict[str, list[Row]], site: str, day: date, command: str, playbook: str, mode: str) -> None:  # noqa: PLR0913, PLR0917 - a run
    at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=CHINA)
    name = f"R-{at:%Y%m%d}-{playbook.rpartition('/')[2]}-{site}"
    rows["runs"].append({
        "id": name, "command": command, "site": site, "playbook": playbook, "playbook_title": playbook, "mode": mode,
        "playbook_digest": "", "operator": "张工", "started_at": at, "finished_at": at, "level": "warning",
        "state": "finished", "redacted": {}, "reports": [], "host": "", "process": "",
    })  # fmt: skip
    for place, target in enumerate(("app", "db") if command == "inspect" else ("full",)):
        rows["targets"].append({
            "run": name, "name": target, "position": place, "kind": "host", "level": "warning", "elapsed_ms": 90,
            "title": "服务器", "address": "", "error": None, "facts": {}, "evidence": "",
        })  # fmt: skip
        rows["checks"] += [
            {
                "run": name, "target": target, "id": f"linux.check.{number}", "position": number, "title": "检查项",
                "category": "备份" if number == 3 else "磁盘", "level": "ok", "summary": "已用 41%", "complete": True,
            }
            for number in range(_CHECKS[playbook])
        ]  # fmt: skip


def _paper(rows: dict[str, list[Row]], site: str, form: str, day: date, source: str) -> None:
    at = datetime(day.year, day.month, day.day, 16, tzinfo=CHINA)
    number = f"{site}-{form}-{day:%Y-%m%d}"
    rows["documents"].append({
        "number": number, "version": 1, "form": form, "site": site, "year": day.year, "sequence": day.toordinal(),
        "origin": number, "title": form, "contract": "", "sources": [source], "digest": "", "path": "x.docx",
        "file": "",
        "generated_at": at, "issued_at": at, "operator": "张工",
    })  # fmt: skip
    rows["handlings"].append({
        "number": number, "version": 1, "standing": "submitted", "at": at, "recorded_at": at, "operator": "张工",
        "person": "", "file": "", "evidence": "", "evidence_name": "",
    })  # fmt: skip


def _incident(rows: dict[str, list[Row]], site: str, day: date) -> None:
    told = {"what": "接口无响应", "scope": "department", "level": "P2"}
    steps = ("responded", "noted", "noted", "restored", "resolved", "feedback", "closed")
    _matter(
        rows, site, "incident", day, (("opened", told), *((step, {"text": "重启服务"}) for step in steps))
    )
    _paper(rows, site, "incident-report", day, rows["matters"][-1]["number"])


def _matter(
    rows: dict[str, list[Row]], site: str, kind: str, day: date, steps: tuple[tuple[str, Row], ...]
) -> None:
    at = datetime(day.year, day.month, day.day, 10, tzinfo=CHINA)
    number = f"{kind[0].upper()}-{day:%Y%m%d}-{site}-{kind}"
    place = {"series": number, "sequence": 0, "opened_at": at}
    rows["matters"].append({"number": number, "kind": kind, "site": site, **place})
    for minutes, (event, body) in enumerate(steps):
        moment = at + timedelta(minutes=10 * minutes)
        rows["entries"].append({
            "id": f"{number}-{minutes}", "matter": number, "kind": kind, "event": event, "site": site, "at": moment,
            "recorded_at": moment, "operator": "张工", "body": body, "corrects": "",
        })  # fmt: skip


def _timed(root: Path) -> float:
    command = [
        str(Path(sys.executable).with_name("hmaint")),
        "contract",
        "due",
        "-w",
        str(root),
        "--format",
        "json",
    ]
    return median(_once(command) for _time in range(_RUNS))


def _once(command: list[str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(command, check=False, capture_output=True, env=os.environ)  # noqa: S603 - our own command
    taken = time.perf_counter() - begun
    told = json.loads(done.stdout)
    if done.returncode not in (0, 1, 2, 3) or len(told["sites"]) != SITES:
        raise RuntimeError(done.stderr.decode()[-400:])
    return taken


def render_years(figures: Mapping[str, float]) -> str:
    """The figures in one line."""
    stood = f"{figures['runs']:.0f} runs and {figures['entries']:.0f} entries"
    return f"contract due over {SITES} sites with {YEARS} years of records ({stood}): {figures[DUE]:.2f} s"


def years_limits(figures: Mapping[str, float]) -> list[Limit]:
    """The limit, with what was measured."""
    taken = figures.get(DUE)
    text = f"contract due over {SITES} sites with {YEARS} years of records: under {LIMIT:g} s"
    return [Limit(text, "-" if taken is None else f"{taken:.2f}", None if taken is None else taken < LIMIT)]
