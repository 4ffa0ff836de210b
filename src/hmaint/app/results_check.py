"""Whether what the records say of finished jobs is still what was vouched for when they ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hmaint.app.results import JOB, trail_of
from hmaint.app.world import World
from hmaint.errors import Failure, WrongUsage
from hmaint.kit.i18n import _
from hmaint.model.run import RunRecord
from hmaint.store.results import newest_lines
from hmaint.store.seal import FORM, seal_of, target_seals

_RECENT = 3
"""Runs of a site that its next run looks at again; `hmaint audit verify` looks at all."""


def altered_targets(world: World, site: str) -> dict[str, str]:
    """The targets of a site whose verdict in one of its last runs was changed since, each with a Chinese sentence."""
    lines = newest_lines(world.workspace.private, site, JOB)[-_RECENT:]
    found: dict[str, str] = {}
    for line in lines:
        for target in _altered(_run(world, line), line):
            found[target] = f"记录被改：{line['run']} 中的结论与当时记入结果链的不符"
    return found


def chain_faults(world: World) -> list[str]:
    """What is wrong with the chain of results itself; a line that a power loss tore is not."""
    try:
        return [str(each) for each in trail_of(world).verify() if each.kind != "torn"]
    except Failure as failure:
        return [str(failure)]


def check_results(world: World, hear: Callable[[int, int], None] = lambda _done, _of: None) -> Iterator[str]:
    """Hold every run vouched for against the records, and the chain against itself; a sentence for each fault.

    `hear` is told how many runs of how many were looked at: years of them take a while.
    """
    for fault in chain_faults(world):
        yield _("results: {words}").format(words=fault)
    lines = trail_of(world).read()
    for number, line in enumerate(lines, 1):
        hear(number, len(lines))
        run = _run(world, line)
        if run is None:
            words = _("run {run} was vouched for and is no longer in the records")
            yield words.format(run=line.get("run"))
        elif line.get("form") != FORM:
            words = _("run {run} was vouched for by another version of hmaint, and cannot be compared")
            yield words.format(run=run.id)
        elif seal_of(run) != line.get("seal"):
            targets = ", ".join(_altered(run, line)) or _("the run itself")
            words = _("run {run} was changed after it had ended: {targets}")
            yield words.format(run=run.id, targets=targets)


def _run(world: World, line: Mapping[str, Any]) -> RunRecord | None:
    try:
        run = world.records.run(str(line.get("run")))
    except WrongUsage:
        return None
    return run if run.id == line.get("run") else None


def _altered(run: RunRecord | None, line: Mapping[str, Any]) -> list[str]:
    vouched = line.get("targets")
    if not isinstance(vouched, dict) or line.get("form") != FORM:
        return []
    now = target_seals(run) if run else {}
    return [name for name, seal in vouched.items() if now.get(name) != seal]
