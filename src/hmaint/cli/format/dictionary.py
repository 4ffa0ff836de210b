"""Database dictionaries on a screen: how complete, what changed; whole as Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hmaint.app.schema_doc import Outcome
from hmaint.cli.terminal import Terminal
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless, one_line
from hmaint.report.dictionary import Edition, counts
from hmaint.report.dictionary_codec import plain
from hmaint.report.dictionary_markdown import markdown

FORMATS = ("table", "plain", "markdown", "json")
_MOST = 10
"""Lines of a list on the screen; the document has all of them."""


def show(terminal: Terminal, outcomes: Sequence[Outcome]) -> None:
    """Print what came of every database."""
    if terminal.format == "json":
        whole = {"schema": "hmaint.dictionary/1", "databases": [_object(outcome) for outcome in outcomes]}
        terminal.out(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    if terminal.format == "markdown":
        for outcome in outcomes:
            terminal.out(markdown(outcome.data) if outcome.edition else "\n".join(_failed(outcome)))
        return
    for outcome in outcomes:
        if outcome.edition is None:
            terminal.out("\n".join(_failed(outcome)))
        elif not terminal.quiet:
            _one(terminal, outcome, outcome.edition)
        for path in outcome.reports:
            terminal.out(_("document: {file}").format(file=path))


def _object(outcome: Outcome) -> dict[str, object]:
    edition = outcome.edition
    if edition is None:
        return {"name": outcome.database.name, "error": outcome.failure}
    return {
        "name": outcome.database.name,
        "error": None,
        "edition": edition.number,
        **plain(edition.dictionary),
        "counts": counts(edition),
        "gaps": [{"table": g.name, "itself": g.itself, "columns": list(g.columns)} for g in edition.gaps],
        "changes": [
            {
                "how": c.how, "what": c.what, "table": c.table, "name": c.name, "before": c.before,
                "after": c.after,
            }
            for c in edition.changes
        ],
        "compared_with": None if edition.before is None else edition.before[0],
        "stale": list(edition.stale),
        "skeleton": outcome.skeleton or None,
        "reports": list(outcome.reports),
    }  # fmt: skip


def _failed(outcome: Outcome) -> Iterator[str]:
    words = _("{name}: the catalogue could not be read: {reason}")
    yield words.format(name=outcome.database.name, reason=one_line(outcome.failure))


def _one(terminal: Terminal, outcome: Outcome, edition: Edition) -> None:
    told, whole = counts(edition), outcome.data
    terminal.out(f"{outcome.database.name}  {whole['engine']}  {_edition(edition)}")
    words = _(
        "{tables} tables and views, {columns} columns; {percent}% explained, {native}% by the database itself"
    )
    terminal.out(
        "  "
        + words.format(
            tables=told["tables"],
            columns=told["columns"],
            percent=f"{told['percent']:g}",
            native=f"{told['native_percent']:g}",
        )
    )
    _list(
        terminal,
        _compared(edition),
        _change_rows(whole),
        (_("change"), _("object"), _("name"), _("before"), _("now")),
    )
    gaps = [(str(row["name"]), str(row["count"]), str(row["missing"])) for row in _rows(whole, "gaps")]
    title = _("{n} tables and columns without a meaning").format(n=sum(int(gap[1]) for gap in gaps))
    _list(terminal, title, gaps, (_("table"), _("gaps"), _("without a meaning")))
    if edition.stale:
        gone = ", ".join(edition.stale)
        terminal.out(
            "  " + _("written in the dictionary file, but gone: {names}").format(names=harmless(gone))
        )
    if outcome.skeleton:
        terminal.out("  " + _("fill in the meanings in {file}").format(file=outcome.skeleton))


def _edition(edition: Edition) -> str:
    return _("edition {n}").format(n=edition.number)


def _compared(edition: Edition) -> str:
    if edition.before is None:
        return _("no earlier edition to compare with")
    words = _("{n} differences from edition {edition} ({date})")
    number, when = edition.before
    return words.format(n=len(edition.changes), edition=number, date=f"{when:%Y-%m-%d}")


def _rows(whole: Mapping[str, object], name: str) -> Sequence[Mapping[str, Any]]:
    rows = whole[name]
    return rows if isinstance(rows, list) else []


def _change_rows(whole: Mapping[str, object]) -> list[tuple[str, ...]]:
    return [
        tuple(str(row[key]) for key in ("how", "what", "where", "before", "after"))
        for row in _rows(whole, "changes")
    ]


def _list(terminal: Terminal, title: str, rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    terminal.out(f"  {title}")
    if not rows:
        return
    cells = [[one_line(cell, 80) for cell in row] for row in rows[:_MOST]]
    if terminal.format == "table":
        from rich import box
        from rich.table import Table

        grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for head in heads:
            grid.add_column(head, overflow="fold")
        for row in cells:
            grid.add_row(*row)
        terminal.console().print(grid)
    else:
        import tabulate

        tabulate.WIDE_CHARS_MODE = True
        terminal.out(tabulate.tabulate(cells, list(heads), tablefmt="plain", disable_numparse=True))
    if len(rows) > _MOST:
        terminal.out("  " + _("and {n} more; the document has all of them").format(n=len(rows) - _MOST))
