"""Several lists below each other, each under its own heading, in the formats people ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hmaint.cli.terminal import Terminal
from hmaint.cli.words import STYLES
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, the heads of its columns, and rows with the level that colours each (empty: none)."""

    title: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]
    whole: Sequence[str] = ()
    """Heads of columns that are never broken over two lines."""


def show_sections(terminal: Terminal, head: str, sections: Sequence[Section], foot: str = "") -> None:
    """Print what is in the sections; those without rows are left out."""
    shown = [section for section in sections if section.rows]
    match terminal.format:
        case "table":
            _tables(terminal, head, shown, foot)
        case "plain" | "markdown":
            _texts(terminal, head, shown, foot)
        case name:
            raise WrongUsage(
                _("this list has no format {name}; it has table, plain, markdown, json").format(name=name)
            )


def _tables(terminal: Terminal, head: str, sections: Sequence[Section], foot: str) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    console = terminal.console()
    console.print(Text(head, style="bold"))
    for section in sections:
        console.print(Text(f"\n{section.title}", style="bold"))
        grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in section.heads:
            grid.add_column(name, overflow="fold", no_wrap=name in section.whole)
        for level, cells in section.rows:
            grid.add_row(*(one_line(cell, 300) for cell in cells), style=STYLES.get(level))
        console.print(grid)
    if foot:
        console.print(Text(foot))


def _texts(terminal: Terminal, head: str, sections: Sequence[Section], foot: str) -> None:
    import tabulate

    tabulate.WIDE_CHARS_MODE = True
    marked = terminal.format == "markdown"
    parts = [f"## {head}" if marked else head]
    for section in sections:
        rows = [[one_line(cell, 300) for cell in cells] for _level, cells in section.rows]
        if marked:
            rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
        grid = tabulate.tabulate(
            rows, list(section.heads), tablefmt="pipe" if marked else "plain", disable_numparse=True
        )
        parts.append(f"{'### ' * marked}{section.title}\n\n{grid}")
    parts += [foot] * bool(foot)
    terminal.out("\n\n".join(parts))
