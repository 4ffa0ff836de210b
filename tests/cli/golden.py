"""Whole outputs as they were agreed on: one file each, the exit status in its name."""

from __future__ import annotations

import os
import re
from pathlib import Path

CASES = Path(__file__).parent / "cases"

_CHANGING = (
    (r"R-\d{8}-\d{6}", "R-YYYYMMDD-HHMMSS"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", "YYYY-MM-DDTHH:MM:SS+08:00"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "YYYY-MM-DD HH:MM:SS"),
    (r'"elapsed_ms": \d+', '"elapsed_ms": 0'),
    (r'"sha256": "[0-9a-f]{64}"', '"sha256": "…"'),
    (r"(hmaint_run_finished_seconds\{.*\}) \d+", r"\1 0"),
    (r"reports/icu/\d{4}/", "reports/icu/YYYY/"),
    # A table is as wide as its widest number.
    (r"(?m)^( (?:laptop|down|demo) .*\S) +\d+ *$", r"\1  N"),
    (r"(结果|result) +ms", r"\1  ms"),
    (r"─+", "───"),
    (r"(?m)[ \t]+$", ""),
)


def settled(text: str, *places: Path) -> str:
    """Text without what differs from run to run and from machine to machine."""
    for place in places:
        text = text.replace(str(place), "…")
    for pattern, stands in _CHANGING:
        text = re.sub(pattern, stands, text)
    return text


def compare(name: str, code: int, out: str, err: str) -> None:
    """Hold an outcome against its file; HMAINT_GOLDEN=write makes the file instead."""
    said = out + (f"--- stderr\n{err}" if err else "")
    if os.environ.get("HMAINT_GOLDEN") == "write":
        CASES.mkdir(exist_ok=True)
        for stale in CASES.glob(f"{name}.[0-9]*.txt"):
            stale.unlink()
        (CASES / f"{name}.{code}.txt").write_text(said, "utf-8", newline="\n")
    (kept,) = CASES.glob(f"{name}.[0-9]*.txt")
    assert kept.name == f"{name}.{code}.txt", f"ended with {code}: {said}"
    assert said == kept.read_text("utf-8")
