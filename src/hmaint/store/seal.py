"""What a run found, as check values: a verdict changed afterwards no longer fits its own. Pure.

Documents made of a run later, and what people say of its findings, change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple
from datetime import datetime
from hashlib import sha256

from hmaint.kit.clock import CHINA
from hmaint.model.run import RunRecord

_SHORT = 32


def seal_of(run: RunRecord) -> str:
    """The SHA-256 of all that a finished run says, in an order of its own."""
    said = {
        "run": [run.id, run.command, run.site, str(run.level), run.state, run.operator],
        "times": [_moment(run.started_at), _moment(run.finished_at)],
        "targets": target_seals(run),
    }
    return _hash(said)


def target_seals(run: RunRecord) -> Mapping[str, str]:
    """For each target a check value of its verdicts, findings and figures."""
    return {target.name: _target(run, target.name) for target in run.targets}


def _target(run: RunRecord, name: str) -> str:
    said = {
        "target": _rows([t.kind, str(t.level), t.error or ""] for t in run.targets if t.name == name),
        "checks": _rows([c.id, str(c.level), c.title, c.summary] for c in run.checks if c.target == name),
        "findings": _rows(
            [f.id, f.subject, str(f.level), f.summary] for f in run.findings if f.target == name
        ),
        "metrics": _rows(list(astuple(metric)) for metric in run.metrics if metric.target == name),
    }
    return _hash(said)[:_SHORT]


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(CHINA).isoformat() if moment else ""


def _rows(rows: Iterable[list[object]]) -> list[str]:
    return sorted(json.dumps([_plain(cell) for cell in row], ensure_ascii=False) for row in rows)


def _plain(cell: object) -> object:
    # Spelt as it is stored: 3 comes back as 3.0.
    return float(cell) if isinstance(cell, int) else _storable(cell) if isinstance(cell, str) else cell


def _storable(text: str) -> str:
    from hmaint.store.schema import storable  # noqa: PLC0415 - who only reads check values needs no database

    return storable(text)


def _hash(said: object) -> str:
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")).hexdigest()
