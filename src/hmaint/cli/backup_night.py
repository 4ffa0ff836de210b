"""What a night's verification prints: tables for who looks on, a few lines for cron's mail, a file for programs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.cli.output import format_for, put
from hmaint.cli.terminal import Terminal
from hmaint.kit.text import harmless
from hmaint.model.playbook import Level

if TYPE_CHECKING:
    from hmaint.app.backup_night import Night
    from hmaint.app.world import World


def show_night(terminal: Terminal, world: World, night: Night, output: Path | None, *, several: bool) -> None:
    """Print it, or with `--output` write it, each in its format; remarks go to stderr in any case."""
    from hmaint.cli.format.show import show_runs, text_for_programs

    runs = [each.run.ordered() for each in night.done]
    name = format_for(output, terminal.format) if output else ""
    if output:
        put(output, text_for_programs(name, runs, several=several), public=name == "prometheus")
    if name != terminal.format:
        if terminal.quiet and terminal.format in ("table", "plain"):
            terminal.out(mail_text(world, night))
        else:
            show_runs(terminal, runs, several=several)
    for words in night.remarks():
        terminal.err(harmless(f"hmaint: {words}"))


def mail_text(world: World, night: Night) -> str:
    """Only what is not fine, in Chinese, without columns; nothing where all is, so that cron sends no mail."""
    from hmaint.report.night import night_text

    bad = [each for each in night.done if each.run.level not in (Level.OK, Level.SKIPPED)]
    titles = {name: site.title for name, site in world.inventory.sites.items()}
    return "\n\n".join(night_text(each.run, titles.get(each.run.site, ""), each.seal) for each in bad)


def show_standings(
    terminal: Terminal, sites: Sequence[str], backups: Sequence[str], max_age: float, output: Path | None
) -> int:
    """Tell how the backups stood when they were verified last, touching no host and no database."""
    import os

    from hmaint.app.backup_status import standings
    from hmaint.cli.format.status import show_status, status_text
    from hmaint.cli.inspect import exit_status
    from hmaint.kit.clock import CHINA
    from hmaint.load.workspace import find_workspace

    name = format_for(output, terminal.format) if output else terminal.format
    now = datetime.now(UTC).astimezone(CHINA)
    workspace = find_workspace(terminal.workspace, terminal.inventory, os.environ, Path.cwd())
    found = standings(workspace, tuple(sites), max_age, now, tuple(backups))
    if output:
        put(output, status_text(name, found, max_age, now), public=name == "prometheus")
    if name != terminal.format or not output:
        show_status(terminal, found, max_age, now)
    return exit_status([each.level for each in found])
