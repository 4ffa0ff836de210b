"""Choose a format and print."""

from __future__ import annotations

import json
from collections.abc import Callable

from hmaint.cli.format.machine import nagios, prometheus, run_object
from hmaint.cli.format.people import markdown, plain, table
from hmaint.cli.terminal import Terminal
from hmaint.model.playbook import worst
from hmaint.model.run import RunRecord

_TEXT: dict[str, Callable[[RunRecord, bool], str]] = {"plain": plain, "markdown": markdown}


def show_runs(terminal: Terminal, runs: list[RunRecord], *, several: bool) -> None:
    """Print the runs of one command; `several` wraps JSON even when there is just one."""
    match terminal.format:
        case "json" | "nagios" | "junit" | "prometheus":
            terminal.out(text_for_programs(terminal.format, runs, several=several))
        case "table":
            for run in runs:
                table(terminal.console(), run, quiet=terminal.quiet)
        case name:
            terminal.out("\n\n".join(_TEXT[name](run, terminal.quiet) for run in runs))


def text_for_programs(name: str, runs: list[RunRecord], *, several: bool) -> str:
    """The runs in a format that programs read: json, nagios, junit or prometheus."""
    if name == "json":
        return _json(runs, several=several)
    if name == "junit":
        from hmaint.cli.format.junit import junit

        return junit(runs)
    return {"nagios": nagios, "prometheus": prometheus}[name](runs)


def _json(runs: list[RunRecord], *, several: bool) -> str:
    if not several:
        return json.dumps(run_object(runs[0]), ensure_ascii=False, indent=2)
    whole = {
        "schema": "hmaint.runs/1",
        "level": worst([run.level for run in runs]),
        "runs": [run_object(run) for run in runs],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)
