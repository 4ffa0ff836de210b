"""A run for people: a table at a terminal, plain text, Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hmaint.cli.words import STYLES, count_line, kind_word, level_word, state_word
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.run import Finding, RunRecord

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text


def table(console: Console, run: RunRecord, *, quiet: bool) -> None:
    """Print a run as tables."""
    from rich.text import Text

    console.print(Text(_head(run), style="bold"))
    if not quiet:
        console.print(_targets(run))
    shown = _shown(run, quiet=quiet)
    if shown:
        console.print(_findings(shown))
    elif not quiet:
        console.print(_("no findings"))
    for line in _unverified(run, quiet=quiet):
        console.print(Text(line, style="dim"))
    console.print(Text(count_line(run.counts()), style=STYLES[run.level]))
    for path in run.reports:
        console.print(_("Word sheet: {file}").format(file=path))


def _head(run: RunRecord) -> str:
    state = "" if run.state == "finished" else f"  {state_word(run.state)}"
    title = run.playbook_title or run.playbook
    return f"{run.id}  {title}  {run.started_at:%Y-%m-%d %H:%M:%S}  {level_word(run.level)}{state}"


def _targets(run: RunRecord) -> Table:
    from rich import box
    from rich.table import Table

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in (_("target"), _("kind"), _("address"), _("result"), "ms"):
        grid.add_column(name, justify="right" if name == "ms" else "left", overflow="fold")
    for target in run.targets:
        word = level_word(target.level)
        grid.add_row(
            target.name,
            kind_word(target.kind),
            target.address,
            _styled(word, target.level),
            str(target.elapsed_ms),
        )
    return grid


def _findings(shown: list[Finding]) -> Table:
    from rich import box
    from rich.table import Table

    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_lines=False)
    for name in (_("level"), _("target"), _("check"), _("what was seen"), _("state"), _("finding")):
        grid.add_column(name, overflow="fold", no_wrap=name in (_("level"), _("state"), _("finding")))
    for finding in shown:
        grid.add_row(
            _styled(level_word(finding.level), finding.level),
            finding.target,
            finding.title,
            one_line(finding.summary, 300),
            state_word(finding.state),
            finding.id,
        )
    return grid


def _styled(word: str, level: str) -> Text:
    from rich.text import Text

    return Text(word, style=STYLES[level])


def _shown(run: RunRecord, *, quiet: bool) -> list[Finding]:
    return [f for f in run.findings if not quiet or f.level in ("warning", "critical", "unknown")]


def _unverified(run: RunRecord, *, quiet: bool) -> list[str]:
    """What a verification of backups did not look at; other runs tell that by their counts."""
    if quiet or run.command != "backup-verify":
        return []
    unlooked = [check for check in run.checks if check.level == "skipped"]
    words = _("not verified: {target}: {what}")
    return [words.format(target=c.target, what=one_line(c.summary, 200)) for c in unlooked]


def plain(run: RunRecord, quiet: bool) -> str:
    """Columns without lines, for logs and mail."""
    return _tabulated(run, "plain", quiet=quiet)


def markdown(run: RunRecord, quiet: bool) -> str:
    """Tables for a wiki or a ticket."""
    return _tabulated(run, "pipe", quiet=quiet)


def _tabulated(run: RunRecord, style: str, *, quiet: bool) -> str:
    import tabulate

    tabulate.WIDE_CHARS_MODE = True
    heads = [_("level"), _("target"), _("check"), _("what was seen"), _("state")]
    rows = [
        [level_word(f.level), f.target, f.title, one_line(f.summary, 300), state_word(f.state)]
        for f in _shown(run, quiet=quiet)
    ]
    if style == "pipe":
        rows = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    parts = [_head(run)] if style == "plain" else [f"## {_head(run)}"]
    parts.append(
        tabulate.tabulate(rows, heads, tablefmt=style, disable_numparse=True) if rows else _("no findings")
    )
    parts += ["\n".join(lines)] if (lines := _unverified(run, quiet=quiet)) else []
    parts.append(count_line(run.counts()))
    parts += [_("Word sheet: {file}").format(file=path) for path in run.reports]
    return "\n\n".join(parts)
