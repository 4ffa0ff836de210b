"""What a run found, as check values: a verdict changed afterwards no longer fits its own. Pure.

Documents made of a run later, and what people say of its findings, change nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime
from hashlib import sha256

from hmaint.kit.clock import CHINA
from hmaint.kit.text import storable
from hmaint.model.run import RunRecord

FORM = 1
"""How what follows is put together: another way is another number, or every old verdict would look changed."""

_SHORT = 24


def seal_of(run: RunRecord, targets: Mapping[str, str] | None = None) -> str:
    """The SHA-256 of all that a finished run says, in an order of its own; `targets` are its target_seals if known."""
    said = {
        "run": [run.id, run.command, run.site, str(run.level), run.state, run.operator],
        "times": [_moment(run.started_at), _moment(run.finished_at)],
        "targets": target_seals(run) if targets is None else targets,
    }
    return _hash(said)


def target_seals(run: RunRecord) -> Mapping[str, str]:
    """For each target a check value of its verdicts, findings and figures."""
    said: dict[str, dict[str, list[str]]] = {target.name: {} for target in run.targets}

    def put(target: str, part: str, *cells: object) -> None:
        if target in said:
            row = json.dumps([_plain(cell) for cell in cells], ensure_ascii=False)
            said[target].setdefault(part, []).append(row)

    for t in run.targets:
        put(t.name, "target", t.kind, str(t.level), t.error or "")
    for c in run.checks:
        put(c.target, "checks", c.id, str(c.level), c.title, c.summary)
    for f in run.findings:
        put(f.target, "findings", f.id, f.subject, str(f.level), f.summary)
    for m in run.metrics:
        put(m.target, "metrics", *astuple(m))
    sorted_ = ((name, {part: sorted(rows) for part, rows in parts.items()}) for name, parts in said.items())
    return {name: _hash(parts)[:_SHORT] for name, parts in sorted_}


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(CHINA).isoformat() if moment else ""


def _plain(cell: object) -> object:
    # Spelt as it is stored: 3 comes back as 3.0.
    return float(cell) if isinstance(cell, int) else storable(cell) if isinstance(cell, str) else cell


def _hash(said: object) -> str:
    return sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")).hexdigest()
