"""The board of incidents: a table for people, one line for Nagios, objects for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hmaint.cli.format.incident import incident_object
from hmaint.cli.format.incident_clocks import level_words
from hmaint.cli.incident_words import clock_word, span, word
from hmaint.cli.terminal import Terminal
from hmaint.cli.words import STYLES
from hmaint.duty.incident_view import View
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line
from hmaint.kit.width import clip
from hmaint.model.playbook import worst
from hmaint.model.timer import Verdict

SCHEMA = "hmaint.incident-list/1"
_TROUBLE = 56
"""Columns of a report that the board shows; `show` has the rest."""


def show_board(terminal: Terminal, shown: Sequence[View], seen: Sequence[View]) -> None:
    """Print the incidents shown; the status line tells of all that were `seen`."""
    match terminal.format:
        case "json":
            objects = [{k: v for k, v in incident_object(each).items() if k != "schema"} for each in shown]
            level = str(worst([each.urgency for each in seen])) if seen else "ok"
            whole = {"schema": SCHEMA, "level": level, "incidents": objects}
            terminal.out(json.dumps(whole, ensure_ascii=False, indent=2))
        case "nagios":
            terminal.out(_nagios(seen))
        case "table":
            _table(terminal, shown)
        case "plain" | "markdown":
            _text(terminal, shown)
        case name:
            words = _("this list has no format {name}; it has table, plain, markdown, json, nagios")
            raise WrongUsage(words.format(name=name))


def row(seen: View) -> tuple[str, str, str, str, str, str]:
    """Number, site, level, state, what presses most, and what it is about."""
    incident = seen.incident
    state = word(incident.state)
    waiting = bool(incident.waits) and incident.waits[-1].until is None
    return (
        incident.id,
        incident.site,
        level_words(seen, short=True),
        _("{state}, waiting").format(state=state) if waiting and not incident.over else state,
        pressing(seen),
        one_line(harmless(incident.what), 200),
    )


def pressing(seen: View) -> str:
    """The clock that ends next, what was missed before, and a report that is owed."""
    if seen.fault and not seen.incident.over:
        return _("clocks cannot be told")
    parts = []
    timer = seen.next
    if timer is not None and not seen.incident.over:
        left = timer.left(seen.now)
        assert left is not None  # noqa: S101 - the next clock runs
        words = _("{clock} over by {span}") if timer.state is Verdict.MISSED else _("{clock} {span} left")
        parts.append(words.format(clock=clock_word(timer.id), span=span(abs(left))))
    gone = [t for t in seen.timers if t.counts and t.state is Verdict.MISSED and t.met_at]
    parts += [_("{clock} was late").format(clock=clock_word(each.id)) for each in gone]
    open_ended = [t for t in seen.timers if t.counts and t.state is Verdict.RUNNING and not t.judged]
    parts += [
        _("{clock} {span}, no figure").format(clock=clock_word(each.id), span=span(each.elapsed(seen.now)))
        for each in open_ended[:1]
        if not parts
    ]
    parts += _report(seen)
    return _("; ").join(parts)


def _report(seen: View) -> list[str]:
    if seen.reported or not any(duty.wanted and duty.since for duty in seen.duties):
        return []
    if seen.report is None:
        return [_("a report is owed, without a date")]
    over = not seen.report.kept(seen.now)
    words = _("report overdue since {due}") if over else _("report due {due}")
    mark = _(" (provisional)") if seen.report.provisional else ""
    return [words.format(due=f"{seen.report.due:%m-%d}") + mark]


def _headings() -> tuple[str, ...]:
    return _("incident"), _("site"), _("level"), _("state"), _("pressing"), _("trouble")


def _table(terminal: Terminal, shown: Sequence[View]) -> None:
    from rich import box
    from rich.table import Table

    if not shown:
        if not terminal.quiet:
            terminal.out(_("no incident is open"))
        return
    console = terminal.console()
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, head in enumerate(_headings()):
        grid.add_column(head, overflow="fold", no_wrap=number == 0, ratio=None)
    for each in shown:
        *cells, trouble = row(each)
        grid.add_row(
            *cells,
            clip(trouble, _TROUBLE),
            style=STYLES.get(str(each.urgency)) if each.urgency != "ok" else None,
        )
    console.print(grid)


def _text(terminal: Terminal, shown: Sequence[View]) -> None:
    import tabulate

    tabulate.WIDE_CHARS_MODE = True
    style = "plain" if terminal.format == "plain" else "pipe"
    rows = [list(row(each)) for each in shown]
    if rows or not terminal.quiet:
        terminal.out(tabulate.tabulate(rows, list(_headings()), tablefmt=style, disable_numparse=True))


def _nagios(seen: Sequence[View]) -> str:
    level = str(worst([each.urgency for each in seen])) if seen else "ok"
    counts = {name: sum(each.urgency == name for each in seen) for name in ("critical", "warning", "unknown")}
    first = _("; ") + f"{seen[0].incident.id} {pressing(seen[0])}" if seen and seen[0].urgency != "ok" else ""
    words = _("{n} incidents: {critical} missed, {warning} nearly over, {unknown} not to be told")
    line = words.format(n=len(seen), **counts) + first
    figures = " ".join(f"'{name}'={count};;;0;" for name, count in {"open": len(seen), **counts}.items())
    word_ = {"skipped": "OK"}.get(level, level.upper())
    return f"HMAINT {word_} - {one_line(line, 300)}".replace("|", "/") + f" | {figures}"
