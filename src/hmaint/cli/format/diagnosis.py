"""A diagnosis for people, the likeliest cause first, and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hmaint.cli.format.machine import finding_object, nagios, stamp
from hmaint.cli.terminal import Terminal
from hmaint.cli.words import STYLES, level_word
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line

if TYPE_CHECKING:
    from hmaint.app.diagnose import Told
    from hmaint.model.diagnosis import Blocker, Cause

_FINDINGS, _BLOCKERS, _UNSEEN = 3, 3, 12
Line = tuple[str, str]
"""A style and a line."""


def check_format(terminal: Terminal) -> None:
    """Refuse, before anything is looked at, a format a diagnosis does not have."""
    if terminal.format not in ("table", "plain", "markdown", "json", "nagios"):
        words = _("a diagnosis has no format {name}; it has table, plain, json, nagios")
        raise WrongUsage(words.format(name=terminal.format))


def show(terminal: Terminal, told: Told) -> None:
    """Print it in the format asked for."""
    match terminal.format:
        case "json":
            terminal.out(json.dumps(diagnosis_object(told), ensure_ascii=False, indent=2))
        case "nagios":
            terminal.out(nagios([told.run]))
        case "table":
            console = terminal.console()
            for style, line in _lines(told, quiet=terminal.quiet):
                console.print(line, style=style or None, soft_wrap=True)
            _near(terminal, told)
        case _plain:
            terminal.out("\n".join(line for _style, line in _lines(told, quiet=terminal.quiet)))


def _lines(told: Told, *, quiet: bool) -> Iterator[Line]:
    found, run = told.diagnosis, told.run
    number = told.wanted.incident.id if told.wanted.incident else told.wanted.site
    took = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0
    if not quiet:
        yield (
            "bold",
            _("{number}  diagnosis {run}, {seconds} s").format(
                number=number, run=run.id, seconds=f"{took:.1f}"
            ),
        )
    for place, cause in enumerate(found.causes, 1):
        yield from _cause(place, cause, number if told.wanted.incident else "INCIDENT")
    if not found.causes:
        yield (
            "",
            _("nothing wrong was seen in {n} checks that gave an answer").format(n=found.examined),
        )
    if found.unseen:
        yield (STYLES["unknown"], _("could not be looked at (neither fine nor the cause):"))
        for each in found.unseen[:_UNSEEN]:
            more = _(" ({n} checks)").format(n=each.count) if each.count > 1 else ""
            yield ("", f"  {each.target} {one_line(each.title)}：{one_line(each.reason, 160)}{more}")
        if len(found.unseen) > _UNSEEN:
            yield ("", _("  and {n} more, see runs show").format(n=len(found.unseen) - _UNSEEN))
    if not quiet:
        yield from _beside(told)


def _cause(place: int, cause: Cause, number: str) -> Iterator[Line]:
    head = f"{place}. [{level_word(str(cause.level))}] {one_line(cause.title)}  {cause.target}"
    yield STYLES[str(cause.level)], head
    for finding in cause.findings[:_FINDINGS]:
        yield "", f"   {one_line(finding.summary, 200)}"
    if len(cause.findings) > _FINDINGS:
        yield "", _("   and {n} more findings of this kind").format(n=len(cause.findings) - _FINDINGS)
    for why in cause.why:
        yield "", f"   · {one_line(why, 200)}"
    if cause.follows:
        yield "", _("   · likely a consequence of: {cause}").format(cause=one_line(cause.follows))
    advice = next((each.advice for each in cause.findings if each.advice), "")
    if advice:
        yield "dim", f"   → {one_line(advice, 200)}"
    # A server that names no transaction is one whose sessions hmaint does not end.
    for head_of in [each for each in cause.blockers if each.transaction][:_BLOCKERS]:
        yield "dim", f"   $ {kill_command(head_of, number)}"


def kill_command(head: Blocker, number: str) -> str:
    """The command that ends what a session does, after a person has confirmed it."""
    return f"hmaint incident kill {number} --session {head.session}@{head.database} --trx {head.transaction}"


def _beside(told: Told) -> Iterator[Line]:
    found = told.diagnosis
    if found.compared_with:
        yield "dim", _("compared with the inspection {run}").format(run=found.compared_with)
    else:
        yield "dim", _("no earlier inspection to compare with")
    for line in found.context:
        yield "dim", one_line(line, 160)
    if told.entry:
        yield (
            "dim",
            _("put on record with {number}").format(
                number=told.wanted.incident.id if told.wanted.incident else ""
            ),
        )


def _near(terminal: Terminal, told: Told) -> None:
    if told.near and not terminal.quiet:
        from hmaint.cli.format.knowledge import show_hits

        terminal.console().print(_("articles that may help:"))
        show_hits(terminal, told.near)


def diagnosis_object(told: Told) -> dict[str, object]:
    """The object `hmaint.diagnosis/1`."""
    found, run = told.diagnosis, told.run
    from hmaint.cli.format.knowledge import hit_object

    return {
        "schema": "hmaint.diagnosis/1",
        "incident": told.wanted.incident.id if told.wanted.incident else None,
        "site": told.wanted.site,
        "run": run.id,
        "started_at": stamp(run.started_at),
        "finished_at": stamp(run.finished_at),
        "level": run.level,
        "causes": [_cause_object(place, each) for place, each in enumerate(found.causes, 1)],
        "unseen": [
            {"target": each.target, "title": each.title, "reason": each.reason, "checks": each.count}
            for each in found.unseen
        ],
        "examined": found.examined,
        "compared_with": found.compared_with or None,
        "context": list(found.context),
        "entry": told.entry or None,
        "articles": [hit_object(each) for each in told.near],
    }


def _cause_object(place: int, cause: Cause) -> dict[str, object]:
    return {
        "rank": place,
        "id": cause.id,
        "title": cause.title,
        "target": cause.target,
        "level": cause.level,
        "score": cause.score,
        "why": list(cause.why),
        "new": cause.changed,
        "follows": cause.follows or None,
        "findings": [finding_object(each) for each in cause.findings],
        "blockers": [
            {
                "session": each.session,
                "database": each.database,
                "transaction": each.transaction or None,
                "user": each.user,
                "client": each.client,
                "state": each.state,
                "open_seconds": each.open_seconds,
                "waiting": list(each.waiting),
                "depth": each.depth,
                "longest_seconds": each.longest,
            }
            for each in cause.blockers
        ],
    }
