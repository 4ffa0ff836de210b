"""Lists in the formats people and programs ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from hmaint.cli.terminal import Terminal
from hmaint.cli.words import STYLES
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless


def show_list(
    terminal: Terminal,
    schema: str,
    key: str,
    columns: Mapping[str, str],
    objects: Sequence[Mapping[str, object]],
    words: Mapping[str, Mapping[str, str]] | None = None,
) -> None:
    """Print objects: as JSON whole, for people the given columns (field → heading).

    `words` says in place of a field's value how people call it; a field `level` colours its row.
    """
    if terminal.format == "json":
        terminal.out(
            json.dumps({"schema": schema, key: list(objects)}, ensure_ascii=False, indent=2, default=str)
        )
        return
    rows = [[_cell(one.get(field), (words or {}).get(field, {})) for field in columns] for one in objects]
    match terminal.format:
        case "table":
            _table(terminal, columns, rows, [str(one.get("level", "")) for one in objects])
        case "plain" | "markdown":
            _text(terminal, list(columns.values()), rows)
        case name:
            raise WrongUsage(
                _("this list has no format {name}; it has table, plain, markdown, json").format(name=name)
            )


def show_object(
    terminal: Terminal, schema: str, fields: Mapping[str, str], one: Mapping[str, object]
) -> None:
    """Print one object: a line a field."""
    if terminal.format == "json":
        terminal.out(json.dumps({"schema": schema, **one}, ensure_ascii=False, indent=2, default=str))
        return
    from hmaint.kit.width import pad, width

    room = max(width(word) for word in fields.values())
    for field, word in fields.items():
        lines = _cell(one.get(field), {}).splitlines() or ["-"]
        terminal.out(f"{pad(word, room)}  {lines[0]}")
        for line in lines[1:]:
            terminal.out(f"{' ' * room}  {line}")


def _cell(value: object, words: Mapping[str, str]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(harmless(str(item)) for item in value)
    return words.get(str(value), harmless(str(value)))


_WHOLE = ("id", "run", "number", "level", "state")
"""Fields that are copied or read at a glance; broken over two lines they are neither."""


def _table(terminal: Terminal, columns: Mapping[str, str], rows: list[list[str]], levels: list[str]) -> None:
    from rich import box
    from rich.table import Table

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for field, head in columns.items():
        grid.add_column(head, overflow="fold", no_wrap=field in _WHOLE)
    for row, level in zip(rows, levels, strict=True):
        grid.add_row(*row, style=STYLES.get(level) if level in ("critical", "warning", "unknown") else None)
    terminal.console().print(grid)


def _text(terminal: Terminal, heads: list[str], rows: list[list[str]]) -> None:
    import tabulate

    tabulate.WIDE_CHARS_MODE = True
    style = "plain" if terminal.format == "plain" else "pipe"
    terminal.out(tabulate.tabulate(rows, heads, tablefmt=style, disable_numparse=True))
