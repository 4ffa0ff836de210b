"""What two runs differ in, as JSON and for people."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.cli.format.machine import finding_object, metric_object, stamp
from hmaint.cli.format.sections import Section
from hmaint.cli.words import level_word
from hmaint.kit.i18n import _
from hmaint.model.difference import Alteration, Difference, Gap, Move, Shift
from hmaint.model.playbook import Level
from hmaint.model.run import Finding, RunRecord


def difference_object(found: Difference, *, figures: bool) -> dict[str, object]:
    """The object `hmaint.diff/1`."""
    return {
        "schema": "hmaint.diff/1",
        "site": found.after.site,
        "before": _run(found.before),
        "after": _run(found.after),
        "count": found.count,
        "new": [_move(move) | {"looked_before": not move.blind} for move in found.new],
        "gone": [_move(move) | {"accepted": move.accepted} for move in found.gone],
        "worse": [_move(move) for move in found.worse],
        "better": [_move(move) for move in found.better],
        "configuration": [_alteration(each) for each in found.configuration],
        "targets": {"added": list(found.added), "removed": list(found.removed)},
        "not_examined": [_gap(gap) for gap in found.unexamined],
        "examined_again": [_gap(gap) for gap in found.examined],
        "undecided": [finding_object(finding) for finding in found.undecided],
        **({"figures": [_shift(shift) for shift in found.figures]} if figures else {}),
    }


def _run(run: RunRecord) -> dict[str, object]:
    return {
        "run": run.id,
        "playbook": run.playbook,
        "started_at": stamp(run.started_at),
        "level": run.level,
        "state": run.state,
    }


def _move(move: Move) -> dict[str, object]:
    return finding_object(move.finding) | {"before": move.before, "after": move.after}


def _alteration(each: Alteration) -> dict[str, object]:
    return {
        "how": each.how,
        "target": each.target,
        "check": each.check,
        "title": each.title,
        "subject": each.subject,
        "before": each.before or None,
        "after": each.after or None,
        "level": each.level,
        "finding": each.finding or None,
    }


def _gap(gap: Gap) -> dict[str, object]:
    named = {"check": gap.check or None, "title": gap.title, "reason": gap.reason}
    return {"target": gap.target, **named, "checks": gap.count}


def _shift(shift: Shift) -> dict[str, object]:
    return metric_object(shift.after) | {"before": shift.before.value}


def difference_sections(found: Difference, *, figures: bool) -> list[Section]:
    """The same for people, what matters most first."""
    return [
        _moves(_("New"), found.new),
        _moves(_("Worse"), found.worse),
        _moves(_("Better"), found.better),
        _moves(_("Gone (put right)"), found.gone),
        _configuration(found.configuration),
        _targets(found),
        _gaps(_("Not examined this time (neither gone nor still there)"), found.unexamined, found.undecided),
        _gaps(_("Examined this time and not the time before"), found.examined, ()),
        *([_figures(found.figures)] if figures else []),
    ]


def head(found: Difference) -> str:
    """The line above it all."""
    return f"{found.before.id} → {found.after.id}"


def foot(found: Difference) -> str:
    """The line below it all."""
    if not found.count:
        return _("no difference")
    return _("{n} differences").format(n=found.count)


def _moves(title: str, moves: Sequence[Move]) -> Section:
    heads = (_("level"), _("target"), _("check"), _("what was seen"), _("finding"))
    rows = [
        (
            str(move.after or ""),
            (_levels(move), move.finding.target, move.finding.title, _seen(move), move.finding.id),
        )
        for move in moves
    ]
    return Section(f"{title}  {len(moves)}", heads, rows, whole=(heads[0], heads[-1]))


def _levels(move: Move) -> str:
    words = [level_word(level) for level in (move.before, move.after) if level is not None]
    return " → ".join(words)


def _seen(move: Move) -> str:
    if move.blind:
        return _("{words} (the run before could not look)").format(words=move.finding.summary)
    if move.accepted:
        return _("{words} (still so, and taken for granted now)").format(words=move.finding.summary)
    return move.finding.summary


def _configuration(altered: Sequence[Alteration]) -> Section:
    heads = (_("change"), _("target"), _("check"), _("before"), _("after"), _("finding"))
    words = {"added": _("added"), "removed": _("removed"), "altered": _("altered")}
    rows = [
        (
            str(each.level or ""),
            (words[each.how], each.target, each.title, each.before, each.after, each.finding),
        )
        for each in altered
    ]
    title = _("Changed configuration")
    return Section(f"{title}  {len(altered)}", heads, rows, whole=(heads[0], heads[-1]))


def _targets(found: Difference) -> Section:
    named = [(_("added"), name) for name in found.added] + [(_("removed"), name) for name in found.removed]
    title = _("Targets")
    return Section(f"{title}  {len(named)}", (_("change"), _("target")), [("", row) for row in named])


def _gaps(title: str, gaps: Sequence[Gap], undecided: Sequence[Finding]) -> Section:
    rows = [(str(Level.UNKNOWN), (gap.target, _checks(gap), gap.reason)) for gap in gaps]
    rows += [
        (str(Level.UNKNOWN), (each.target, each.title, _("was: {words}").format(words=each.summary)))
        for each in undecided
    ]
    return Section(f"{title}  {len(gaps)}", (_("target"), _("check"), _("reason")), rows)


def _checks(gap: Gap) -> str:
    return gap.title if gap.check else _("all {n} checks").format(n=gap.count)


def _figures(shifts: Sequence[Shift]) -> Section:
    heads = (_("target"), _("figure"), _("subject"), _("before"), _("after"))
    rows = [
        (
            "",
            (
                s.after.target,
                s.after.name,
                s.after.subject,
                _value(s.before.value, s),
                _value(s.after.value, s),
            ),
        )
        for s in shifts
    ]
    title = _("Figures that moved")
    return Section(f"{title}  {len(shifts)}", heads, rows)


def _value(value: float, shift: Shift) -> str:
    return f"{value:.4g}{'' if shift.after.unit in ('%', '') else ' '}{shift.after.unit}"
