"""`hmaint db-tune --apply` and `--undo`: shown, confirmed, done, and answered as a command that acts answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from hmaint.cli.terminal import Terminal
from hmaint.errors import ExitStatus, Refused
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line

if TYPE_CHECKING:
    from hmaint.app.db_tune import Request
    from hmaint.app.db_tune_apply import Applied, Prepared
    from hmaint.app.db_tune_undo import Plan, Undone


@dataclass(frozen=True, slots=True)
class Leave:
    """By whose leave something is changed, when, and what somebody answers for."""

    window: str
    accepted: frozenset[str]
    reason: str
    by: str
    yes: bool
    report: bool


def apply_advice(terminal: Terminal, request: Request, ids: tuple[str, ...], leave: Leave) -> int:
    """Apply what is named, or, where nothing is, all that is safe."""
    from hmaint.app.db_tune_apply import Wish, preparing
    from hmaint.app.db_tune_record import write_record
    from hmaint.cli.format.tune import applied_object, told_applied
    from hmaint.cli.progress_tune import watching

    _wanted(terminal, leave)
    world = terminal.world()
    wish = Wish(request, ids, safe=not ids, window=leave.window, accepted=leave.accepted)
    with watching(terminal) as hear, preparing(world, wish, hear, terminal.err) as (prepared, act):
        if not prepared.items:
            terminal.err(_("nothing of what is advised can be applied safely; nothing was touched"))
            _passed(terminal, prepared)
            applied = None
        else:
            if not (terminal.quiet and leave.yes):
                _show(terminal, prepared)
            reason = _confirmed(leave)
            applied = act(reason, leave.by, lambda words: _say(terminal, words))
    if applied is None:
        if terminal.format == "json":
            terminal.out(json.dumps(applied_object(prepared, None), ensure_ascii=False, indent=2))
        return int(ExitStatus.CRITICAL if prepared.unseen else ExitStatus.OK)
    if leave.report:
        applied = _with_record(applied, write_record(world, applied.run))
    if terminal.format == "json":
        terminal.out(json.dumps(applied_object(prepared, applied), ensure_ascii=False, indent=2))
    else:
        terminal.out(told_applied(applied))
    return int(applied.status)


def _with_record(applied: Applied, run: object) -> Applied:
    from dataclasses import replace

    return replace(applied, run=run)  # type: ignore[arg-type] # write_record gives the run back


def take_back(terminal: Terminal, site: str, run: str, leave: Leave) -> int:
    """Take back what a run applied."""
    from hmaint.app.db_tune_undo import undoing
    from hmaint.cli.format.tune import told_undone, undone_object

    _wanted(terminal, leave)
    world = terminal.world()
    with undoing(world, site, run, leave.window, terminal.err) as (plan, act):
        if not (terminal.quiet and leave.yes):
            _show_undo(terminal, plan)
        reason = _confirmed(leave)
        undone: Undone = act(reason, leave.by, lambda words: _say(terminal, words))
    if leave.report:
        from hmaint.app.db_tune_record import write_record

        write_record(world, world.records.run(plan.book.run))
    if terminal.format == "json":
        terminal.out(json.dumps(undone_object(plan.book.run, undone), ensure_ascii=False, indent=2))
    else:
        terminal.out(told_undone(plan.book.run, undone))
    return int(undone.status)


def _wanted(terminal: Terminal, leave: Leave) -> None:
    """Refused before anybody is asked anything, where nobody could confirm."""
    if leave.yes and not leave.reason:
        raise Refused(_("--yes wants --reason: why, and who in the hospital agreed"))
    if not leave.yes and not terminal.may_ask():
        raise Refused(_("not confirmed: say --yes with --reason, or sit at a terminal"))


def _confirmed(leave: Leave) -> str:
    if leave.yes:
        return leave.reason
    reason = leave.reason or str(typer.prompt(_("Reason, and who agreed"), err=True)).strip()
    if not reason or not typer.confirm(_("Do it now?"), err=True):
        raise Refused(_("not confirmed; nothing was touched"))
    return reason


def _say(terminal: Terminal, words: str) -> None:
    if not terminal.quiet:
        terminal.err(f"  {harmless(one_line(words, 300))}")


def _show(terminal: Terminal, prepared: Prepared) -> None:
    words = _("Tuning of {site}, window {window}, until {closes} at the latest:")
    site = prepared.site.title or prepared.site.name
    closes = f"{prepared.closes:%H:%M}"
    terminal.err(words.format(site=site, window=prepared.window, closes=closes))
    for item in prepared.items:
        terminal.err(
            harmless(f"  {item.advice.id}  {item.database.name}  {one_line(item.advice.title, 100)}")
        )
        for statement in item.fix.statements:
            terminal.err(harmless(f"      {one_line(statement, 400)}"))
        back = "; ".join(item.fix.undo) or _("nothing to take back")
        lock = item.fix.lock.words()
        terminal.err(
            harmless("      " + _("lock: {lock}; undo: {undo}").format(lock=lock, undo=one_line(back, 300)))
        )
    _passed(terminal, prepared)
    for refusal in prepared.accepted:
        terminal.err("  " + _("answered for: {what}").format(what=refusal.words))


def _passed(terminal: Terminal, prepared: Prepared) -> None:
    for words in prepared.unseen.values():
        terminal.err("  " + harmless(one_line(words, 300)))
    for item, why in prepared.passed:
        words = _("passed over: {id} {title}: {reason}")
        terminal.err("  " + harmless(words.format(id=item.id, title=one_line(item.title, 80), reason=why)))


def _show_undo(terminal: Terminal, plan: Plan) -> None:
    words = _("What run {run} applied is taken back ({operator}: {reason}):")
    order = {name: one_line(str(plan.book.order.get(name, "-")), 100) for name in ("operator", "reason")}
    terminal.err(harmless(words.format(run=plan.book.run, **order)))
    for deed in plan.deeds:
        terminal.err(harmless(f"  {deed.database}  {one_line('; '.join(deed.undo), 400)}"))
    for deed in plan.nothing:
        terminal.err(
            harmless("  " + _("nothing to take back: {what}").format(what=one_line(deed.about, 100)))
        )
