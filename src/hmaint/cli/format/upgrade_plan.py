"""A plan as it would be done, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hmaint.cli.format.sections import Section, show_sections
from hmaint.cli.format.upgrade_plan_object import as_object, text_of
from hmaint.cli.terminal import Terminal
from hmaint.duty.upgrade_gates import span
from hmaint.engine.acts_service import HELPERS
from hmaint.engine.acts_text import shown
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line
from hmaint.model.upgrade_act import Act, Reversal, Script, Sql

if TYPE_CHECKING:
    from hmaint.app.upgrade_check import Checked


def show(terminal: Terminal, checked: Checked) -> None:
    """Print it in the format asked for; with -v every script whole."""
    if terminal.format == "json":
        terminal.out(json.dumps(as_object(checked), ensure_ascii=False, indent=2))
        return
    sections = [_targets(checked), _acts(checked), _preflight(checked), _gates(checked)]
    show_sections(terminal, _head(checked), sections, _foot(checked))
    if terminal.quiet:
        return
    for line in (*_diffs(checked), *_changes(checked), *(_scripts(checked) if terminal.verbose else ())):
        terminal.out(line)


def _head(checked: Checked) -> str:
    plan = checked.prepared.plan
    words = _("{plan}: {title}, {before} → {after}, site {site}; window {start} to {end}")
    if not plan.to_version:  # data put right has no versions
        words = _("{plan}: {title}, site {site}; window {start} to {end}")
    return words.format(
        plan=plan.name,
        title=one_line(plan.title),
        before=plan.from_version,
        after=plan.to_version,
        site=plan.site,
        start=f"{plan.window.start:%Y-%m-%d %H:%M}",
        end=f"{plan.window.end:%Y-%m-%d %H:%M}",
    )


def _foot(checked: Checked) -> str:
    plan, acts = checked.prepared.plan, checked.prepared.drawn.acts
    lines = [
        _("{n} acts in {waves} waves, about {needed} min of {window} min; watched for {observe} min").format(
            n=len(acts),
            waves=len({act.wave for act in acts}),
            needed=f"{span(acts) / 60:.0f}",
            window=f"{(plan.window.end - plan.window.start).total_seconds() / 60:.0f}",
            observe=f"{(plan.observe.length if plan.observe else 0) / 60:.0f}",
        )
    ]
    if plan.point_of_no_return:
        words = _("point of no return: with the beginning of {step}; behind it nothing is put back by itself")
        lines.append(words.format(step=plan.point_of_no_return))
    if checked.rendered is not None:
        lines.append(_("digest {digest}").format(digest=checked.rendered.digest))
    else:
        lines.append(_("no digest: not every target could be looked at"))
    lines += checked.gates.warnings if checked.gates else ()
    return "\n".join(lines)


def _targets(checked: Checked) -> Section:
    rows = []
    for name, met in checked.prepared.met.items():
        who = met.identity
        told = " ".join(filter(None, (who.host_key, who.machine_id, who.database_id))) if who else met.reason
        clock = "?" if met.offset is None else f"{round(met.offset):+d} s" if round(met.offset) else "0 s"
        rows.append(
            ("" if who else "unknown", [name, who.address if who else "", one_line(told, 120), clock])
        )
    heads = [_("target"), _("address"), _("known by"), _("clock")]
    return Section(_("targets"), heads, rows, (heads[0],))


def _acts(checked: Checked) -> Section:
    previews = checked.prepared.previews
    rows = []
    for act in checked.prepared.drawn.acts:
        seen = previews.get(act.id)
        level = (
            "warning"
            if act.reversal is Reversal.NONE
            else "skipped"
            if seen and seen.standing == "there"
            else ""
        )
        rows.append((
            level,
            [
                str(act.wave + 1),
                act.id,
                one_line(act.title, 40),
                act.says,
                undo_word(act),
                f"{act.estimate:.0f} s",
                _standing(seen.standing if seen else "", seen.reason if seen else ""),
            ],
        ))  # fmt: skip
    heads = [_("wave"), _("act"), _("title"), _("what"), _("undo"), _("estimate"), _("now")]
    return Section(_("in this order"), heads, rows, (heads[0],))


def undo_word(act: Act) -> str:
    """How an act is taken back, in a few words."""
    if act.beyond and act.reversal is Reversal.UNDO:
        return _("by hand alone (behind the point of no return)")
    if act.reversal is Reversal.NONE:
        return _("cannot be taken back")
    if act.reversal is Reversal.NOTHING:
        return _("nothing to take back")
    words = {
        "upload": _("the file before it"),
        "file": _("the file before it"),
        "template": _("the file before it"),
        "unpack": _("the folder goes"),
        "symlink": _("the link before it"),
        "service": _("the state before it"),
    }
    return words.get(act.kind, _written(act))


def _written(act: Act) -> str:
    match act.undo:
        case Script():
            return one_line(act.undo.text, 60)
        case Sql():
            return one_line("; ".join(each.text for each in act.undo.statements), 60)
    return _("from what was kept before")


def _standing(standing: str, reason: str) -> str:
    words = {"there": _("there already"), "pending": _("to be done"), "": ""}
    return words.get(standing, _("not seen: {reason}").format(reason=one_line(reason, 60)))


def _preflight(checked: Checked) -> Section:
    rows = [
        (str(each.level), [each.target, each.title, one_line(each.summary, 100)])
        for each in checked.preflight.checks
        if each.level != "skipped"
    ]
    return Section(_("looked at beforehand"), [_("target"), _("check"), _("result")], rows)


def _gates(checked: Checked) -> Section:
    shut = checked.gates.shut if checked.gates else ()
    rows = [("warning", [gate_word(each.gate), each.reason, each.cure]) for each in shut]
    return Section(_("gates that are shut now"), [_("gate"), _("why"), _("what opens it")], rows)


def gate_word(gate: str) -> str:
    """How a gate is called."""
    return {
        "approval": _("approval"),
        "window": _("window"),
        "estimate": _("time left"),
        "supervisor": _("supervisor"),
        "backup": _("backup"),
        "site": _("site"),
        "contract": _("contract"),
        "preflight": _("preflight"),
    }.get(gate, gate)


def _diffs(checked: Checked) -> Iterator[str]:
    for act in checked.prepared.drawn.acts:
        seen = checked.prepared.previews.get(act.id)
        if seen is not None and seen.diff:
            yield "\n" + _("{act} would change {file}:").format(act=act.id, file=act.says or act.target)
            yield from (f"  {harmless(line)}" for line in seen.diff)


def _changes(checked: Checked) -> Iterator[str]:
    if checked.changes:
        yield "\n" + _("changed since the approval, which is void:")
        yield from (f"  {harmless(line)}" for line in checked.changes)


def _scripts(checked: Checked) -> Iterator[str]:
    for act in checked.prepared.drawn.acts:
        for name in ("do", "probe", "undo"):
            text = shown(text_of(getattr(act, name)), *HELPERS)
            if text:
                yield f"\n{act.id} {name}:"
                yield from (f"  {harmless(line)}" for line in text.splitlines())
