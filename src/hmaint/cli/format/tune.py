"""What was advised, applied and taken back, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hmaint.app.db_tune_words import fix_object, row_of
from hmaint.cli.format.machine import run_object
from hmaint.cli.words import STYLES, count_line, level_word
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line
from hmaint.kit.width import fold

if TYPE_CHECKING:
    from hmaint.app.db_tune import Looked, Told
    from hmaint.app.db_tune_apply import Applied, Prepared
    from hmaint.app.db_tune_undo import Undone
    from hmaint.cli.terminal import Terminal
    from hmaint.model.advice import Advice, Advised

_FURTHER = 2
_SHOWN = 20
"""Items of one database that are shown; --verbose and --format json have them all."""


def show_advice(terminal: Terminal, told: Told) -> None:
    """Print what a look found."""
    if terminal.format == "json":
        terminal.out(json.dumps(advice_object(told), ensure_ascii=False, indent=2))
    elif terminal.format == "table":
        _table(terminal, told)
    else:
        from hmaint.cli.format.show import show_runs

        show_runs(terminal, [told.run], several=False)


def advice_object(told: Told) -> dict[str, object]:
    """The object `hmaint.run/1`, its findings with `fix`, and all advice under `advice`."""
    run = run_object(told.run)
    advice = {item.id: item for looked in told.looks if looked.advised for item in looked.advised.advice}
    found = []
    for finding, shown in zip(told.run.findings, run["findings"], strict=True):  # type: ignore[call-overload] # a list
        item = advice.get(str(finding.metrics.get("advice", "")))
        found.append({**shown, "fix": fix_object(item.fix)} if item and item.fix else shown)
    return {**run, "findings": found, "advice": [_advice(item) for item in advice.values()]}


def _advice(item: Advice) -> dict[str, object]:
    return {
        **row_of(item),
        "target": item.target,
        "notes": list(item.notes),
        "evidence": [dict(row) for row in item.evidence],
        "fix": fix_object(item.fix) if item.fix else None,
    }


def _table(terminal: Terminal, told: Told) -> None:
    from rich.text import Text

    console = terminal.console()
    run = told.run
    head = f"{run.id}  {run.playbook_title}  {run.started_at:%Y-%m-%d %H:%M:%S}  {level_word(run.level)}"
    console.print(Text(head, style="bold"))
    for looked in told.looks:
        console.print()
        for line, style in _lines(looked, quiet=terminal.quiet, most=None if terminal.verbose else _SHOWN):
            console.print(Text(_hung(harmless(line), console.width), style=style))
    console.print()
    console.print(Text(count_line(run.counts()), style=STYLES[run.level]))
    advice = [item for looked in told.looks if looked.advised for item in looked.advised.advice]
    safe = sum(bool(item.fix and item.fix.safe) for item in advice)
    if safe and not terminal.quiet:
        words = _(
            "{n} of these can be applied safely, inside the window: hmaint db-tune --site {site} --apply-safe"
        )
        console.print(Text(words.format(n=safe, site=run.site)))


def _hung(line: str, columns: int) -> str:
    """What does not fit goes on below, further in than it began."""
    begin = len(line) - len(line.lstrip())
    first, *rest = fold(line.strip(), columns - begin - _FURTHER) or [""]
    return "\n".join([" " * begin + first, *(" " * (begin + _FURTHER) + part for part in rest)])


def _lines(looked: Looked, *, quiet: bool, most: int | None) -> Iterator[tuple[str, str]]:
    """One database, in lines with their styles."""
    yield _database(looked), "bold"
    if looked.failure is not None:
        yield (
            "  " + _("not examined: {reason}").format(reason=one_line(looked.failure.reason, 300)),
            STYLES["unknown"],
        )
    if looked.advised is not None:
        yield from _items(looked.advised, quiet=quiet, most=most)
    if looked.advised is not None and not quiet:
        yield from _remarks(looked.advised)


def _items(advised: Advised, *, quiet: bool, most: int | None) -> Iterator[tuple[str, str]]:
    items = [each for each in advised.advice if not quiet or str(each.level) != "ok"]
    for item in items[:most]:
        yield _first(item), STYLES[str(item.level)] if str(item.level) != "ok" else ""
        yield from ((line, "") for line in _rest(item))
    if most is not None and len(items) > most:
        yield _("  and {n} more: --verbose or --format json").format(n=len(items) - most), ""
    if not items and not quiet:
        yield "  " + _("nothing to tune"), ""


def _remarks(advised: Advised) -> Iterator[tuple[str, str]]:
    for caution in advised.cautions:
        yield "  " + _("mind: {what}").format(what=one_line(caution, 300)), "dim"
    words = _("not examined: {what}: {reason}")
    unseen: dict[str, list[str]] = {}
    for judged in advised.judged:
        if judged.unexamined:
            unseen.setdefault(judged.unexamined, []).append(judged.title)
    for reason, titles in unseen.items():
        told = words.format(what=one_line("、".join(titles), 400), reason=one_line(reason, 200))
        yield f"  {told}", STYLES["unknown"]


def _database(looked: Looked) -> str:
    told = " ".join(str(looked.facts[key]) for key in ("flavour", "version") if looked.facts.get(key))
    return f"{looked.database.name}  {told}".rstrip()


def _first(item: Advice) -> str:
    return harmless(
        f"  {level_word(str(item.level))}  {item.id}  {one_line(item.object, 80)}  {one_line(item.title, 120)}"
    )


def _rest(item: Advice) -> Iterator[str]:
    lines = [one_line(item.summary, 400)]
    worth = _("gain: {gain}; cost: {cost}; risk: {risk}")
    lines.append(
        worth.format(
            gain=one_line(item.gain, 160) or "-",
            cost=one_line(item.cost, 160) or "-",
            risk=one_line(item.risk, 160) or "-",
        )
    )
    if item.fix is not None:
        safe = _("safe") if item.fix.safe else _("by id only")
        lines += [f"SQL ({safe}): {one_line(each, 400)}" for each in item.fix.statements]
        lines.append(_("lock: {lock}; undo: {undo}").format(
            lock=item.fix.lock.words(), undo=one_line("; ".join(item.fix.undo) or _("nothing to take back"), 300)
        ))  # fmt: skip
    lines += [
        one_line(item.advice, 300),
        one_line(item.checked, 200),
        *(one_line(each, 200) for each in item.notes),
    ]
    yield from (harmless(f"      {line}") for line in lines if line)


def applied_object(prepared: Prepared, applied: Applied | None) -> dict[str, object]:
    """The object `hmaint.tuning/1`."""
    return {
        "schema": "hmaint.tuning/1",
        "act": "apply",
        "run": applied.run.id if applied else None,
        "look": prepared.told.run.id,
        "site": prepared.site.name,
        "status": int(applied.status) if applied else 2 if prepared.unseen else 0,
        "window": prepared.window,
        "accepted": [each.gate for each in prepared.accepted],
        "items": [
            {
                "id": item.advice.id,
                "database": item.database.name,
                "object": item.advice.object,
                "statements": list(item.fix.statements),
                "undo": list(item.fix.undo),
                "outcome": str(done.outcome),
                "failure": done.failure or None,
                "person": done.person or None,
                "seconds": round(done.seconds, 3),
            }
            for item, done in (applied.done if applied else ())
        ],
        "put_back": list(applied.put_back) if applied else [],
        "unseen": dict(prepared.unseen),
        "passed": [{"id": item.id, "reason": why} for item, why in prepared.passed],
        "settled": [
            {"run": each.run, "object": each.deed.about, "outcome": str(each.outcome), "words": each.words}
            for each in prepared.settled
        ],
        "figures": [
            {
                "database": each.target,
                "name": each.name,
                "before": each.before,
                "after": each.after,
                "unit": each.unit,
                "note": each.note,
            }
            for each in (applied.figures if applied else ())
        ],
        "reports": list(applied.run.reports) if applied else [],
    }


def told_applied(applied: Applied) -> str:
    """What came of it, in lines."""
    words = {"done": _("done"), "failed": _("not done"), "undone": _("put back"), "intent": _("unknown")}
    lines = [f"{applied.run.id}"]
    for item, done in applied.done:
        told = words[str(done.outcome)] + (f": {done.failure}" if done.failure else "")
        lines.append(f"  {item.advice.id}  {item.advice.object}  {told}  {done.seconds:.1f} s")
    lines += ["  " + _("put back: {what}").format(what=name) for name in applied.put_back]
    for each in applied.figures:
        before, after = _value(each.before), _value(each.after)
        lines.append(f"  {each.target}  {each.name}: {before} → {after} {each.unit}".rstrip())
    lines += ["  " + _("a person is needed: {what}").format(what=what) for what in applied.person.values()]
    ends = {
        0: _("all of it is done; take it back with: hmaint db-tune --site {site} --undo {run}"),
        1: _("one failed, and everything is as it was before"),
        2: _("a person is needed"),
    }
    lines.append(ends[int(applied.status)].format(site=applied.run.site, run=applied.run.id))
    lines += [_("Word sheet: {file}").format(file=path) for path in applied.run.reports]
    return "\n".join(_clean(line) for line in lines)


def _clean(line: str) -> str:
    indent = " " * (len(line) - len(line.lstrip(" ")))
    return harmless(indent + one_line(line, 500))


def _value(value: float | None) -> str:
    return "?" if value is None else f"{value:,g}"


def undone_object(of: str, undone: Undone) -> dict[str, object]:
    """The object `hmaint.tuning/1` of an undo."""
    return {
        "schema": "hmaint.tuning/1",
        "act": "undo",
        "run": undone.run.id,
        "of": of,
        "site": undone.run.site,
        "status": int(undone.status),
        "items": [
            {
                "id": deed.advice,
                "database": deed.database,
                "object": deed.about,
                "statements": list(deed.undo),
                "outcome": str(done.outcome),
                "failure": done.failure or None,
                "person": done.person or None,
                "seconds": round(done.seconds, 3),
            }
            for deed, done in undone.done
        ],
    }


def told_undone(of: str, undone: Undone) -> str:
    """What came of taking back a run, in lines."""
    lines = [undone.run.id, "  " + _("of run {run}:").format(run=of)]
    for deed, done in undone.done:
        told = _("taken back") if str(done.outcome) == "undone" else done.person or done.failure
        lines.append(f"  {deed.advice}  {deed.about}  {told}")
    whole = int(undone.status) == 0
    lines.append(_("everything is as it was before") if whole else _("a person is needed"))
    return "\n".join(_clean(line) for line in lines)
