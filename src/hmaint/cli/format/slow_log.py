"""Slow statements of logs, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from hmaint.cli.format.machine import run_object, stamp
from hmaint.cli.words import STYLES, count_line, level_word
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line

if TYPE_CHECKING:
    from hmaint.app.slow_log import Digested, Told
    from hmaint.cli.terminal import Terminal
    from hmaint.slowlog.digest import SlowLog, Statement

_SHOWN = 15
"""Statements of one log that are shown; --verbose shows 200, --format json has all that were told apart."""

_SHOWN_VERBOSE = 200


def show_slow_logs(terminal: Terminal, told: Told) -> None:
    """Print what the logs held."""
    if terminal.format == "json":
        terminal.out(json.dumps(slow_log_object(told), ensure_ascii=False, indent=2))
    elif terminal.format == "table":
        _table(terminal, told)
    else:
        from hmaint.cli.format.show import show_runs

        show_runs(terminal, [told.run], several=False)


def slow_log_object(told: Told) -> dict[str, object]:
    """The object `hmaint.run/1`, and every log under `slow_logs`."""
    return {**run_object(told.run), "slow_logs": [_log(each) for each in told.logs]}


def _log(digested: Digested) -> dict[str, object]:
    log, failure = digested.log, digested.failure
    named: dict[str, object] = {
        "place": digested.place.spoken,
        "target": digested.place.target,
        "error": failure.reason if failure else None,
    }
    if log is None:
        return named
    return {
        **named,
        "formats": list(log.formats),
        "files": list(log.files),
        "bytes": log.bytes,
        "entries": log.entries,
        "seconds": round(log.total_s, 6),
        "unread": log.unread,
        "doubtful": log.doubtful,
        "rest": {"kinds": log.rest_kinds, "calls": log.rest_calls, "seconds": round(log.rest_s, 6)},
        "statements": [_statement(each) for each in log.statements],
    }


def _statement(each: Statement) -> dict[str, object]:
    return {
        "digest": each.digest,
        "text": each.text,
        "calls": each.calls,
        "total_s": round(each.total_s, 6),
        "mean_s": round(each.mean_s, 6),
        "p95_s": round(each.p95_s, 6),
        "max_s": round(each.max_s, 6),
        "lock_s": round(each.lock_s, 6),
        "rows_sent": each.rows_sent,
        "rows_examined": each.rows_examined,
        "first_seen": stamp(_local(each.first_seen)),
        "last_seen": stamp(_local(each.last_seen)),
        "schemas": list(each.schemas),
    }


def _local(moment: datetime | None) -> datetime | None:
    return moment.astimezone(CHINA) if moment else None


def _table(terminal: Terminal, told: Told) -> None:
    from rich.text import Text

    console = terminal.console()
    run = told.run
    head = f"{run.id}  {run.playbook_title}  {run.started_at:%Y-%m-%d %H:%M:%S}  {level_word(run.level)}"
    console.print(Text(head, style="bold"))
    for digested in told.logs:
        console.print()
        for line, style in _lines(digested, terminal):
            console.print(Text(harmless(line), style=style))
    console.print()
    console.print(Text(count_line(run.counts()), style=STYLES[run.level]))


def _lines(digested: Digested, terminal: Terminal) -> Iterator[tuple[str, str]]:
    yield digested.place.spoken, "bold"
    if digested.failure is not None:
        words = _("not examined: {reason}")
        yield "  " + words.format(reason=one_line(digested.failure.reason, 300)), STYLES["unknown"]
    if digested.log is not None:
        yield from _sums(digested.log)
        if not terminal.quiet:
            yield from _statements(digested.log, _SHOWN_VERBOSE if terminal.verbose else _SHOWN)


def _sums(log: SlowLog) -> Iterator[tuple[str, str]]:
    words = _("{entries} slow statements of {kinds} kinds, {seconds} s together, {size} MB read")
    kinds = len(log.statements) + log.rest_kinds
    size = f"{log.bytes / 1e6:,.1f}"
    yield (
        "  "
        + words.format(entries=f"{log.entries:,}", kinds=kinds, seconds=f"{log.total_s:,.1f}", size=size),
        "",
    )
    if log.unread:
        words = _("{n} entries were torn or had no statement and are not counted")
        yield "  " + words.format(n=log.unread), STYLES["unknown"]
    if log.doubtful:
        words = _(
            "of {n} statements only the beginning is shown: it is not sure what of the rest is a literal"
        )
        yield "  " + words.format(n=log.doubtful), STYLES["unknown"]


def _statements(log: SlowLog, most: int) -> Iterator[tuple[str, str]]:
    for number, each in enumerate(log.statements[:most], start=1):
        yield (
            f"  {number:>3}  {_part(each.total_s, log.total_s)}  {each.digest}  {', '.join(each.schemas)}".rstrip(),
            "bold",
        )
        figures = _(
            "{calls} calls, {total} s together; mean {mean} s, 95 % within {p95} s, longest {longest} s"
        ).format(
            calls=f"{each.calls:,}",
            total=f"{each.total_s:,.1f}",
            mean=f"{each.mean_s:.3f}",
            p95=f"{each.p95_s:.3f}",
            longest=f"{each.max_s:.3f}",
        )
        yield f"       {figures}", ""
        rows = _rows(each)
        if rows:
            yield f"       {rows}", ""
        yield f"       {one_line(each.text, 600)}", ""
    left = len(log.statements) - most
    if left > 0:
        yield "  " + _("and {n} more kinds: --verbose or --format json").format(n=left), "dim"
    if log.rest_kinds:
        words = _("the {n} lightest kinds are only summed up: {calls} calls, {seconds} s")
        told = words.format(n=log.rest_kinds, calls=f"{log.rest_calls:,}", seconds=f"{log.rest_s:,.1f}")
        yield f"  {told}", "dim"


def _part(seconds: float, whole: float) -> str:
    return f"{seconds / whole:5.1%}" if whole else "    -"


def _rows(each: Statement) -> str:
    told: list[str] = []
    if each.rows_examined or each.rows_sent:
        words = _("rows a call: {examined} examined, {sent} returned")
        examined, sent = each.rows_examined / each.calls, each.rows_sent / each.calls
        told.append(words.format(examined=f"{examined:,.0f}", sent=f"{sent:,.1f}"))
    if each.first_seen and each.last_seen:
        first, last = each.first_seen.astimezone(CHINA), each.last_seen.astimezone(CHINA)
        told.append(f"{first:%Y-%m-%d %H:%M:%S} – {last:%Y-%m-%d %H:%M:%S}")
    return "; ".join(told)
