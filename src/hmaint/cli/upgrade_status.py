"""`hmaint upgrade status`, and what a run tells while it goes."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from hmaint.cli.terminal import Terminal, with_terminal
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import N_, _

if TYPE_CHECKING:
    from hmaint.app.upgrade_desk import Desk
    from hmaint.app.upgrade_means import Signals

_EVERY = 1.0
"""Seconds between two looks at the journal with --watch."""
_STATES = {
    "pending": N_("to do"),
    "intent": N_("at work"),
    "done": N_("done"),
    "undone": N_("put back"),
    "failed": N_("failed"),
    "in_doubt": N_("in doubt"),
    "running": N_("running"),
    "rolled_back": N_("put back as before"),
    "paused": N_("paused"),
    "needs_person": N_("a person is needed"),
}
_LEVELS = {"done": "ok", "failed": "critical", "in_doubt": "unknown", "undone": "warning"}


def state_word(state: str) -> str:
    """How people call a state of a run or an act."""
    return _(_STATES[state])


def run_names(incomplete: str) -> list[str]:
    """Numbers of runs of upgrades, for completion."""
    try:
        from hmaint.app.upgrade_desk import desks
        from hmaint.app.world import make_world

        found = [each.run for each in desks(make_world(None, None))]
    except Exception:  # noqa: BLE001 - a completion that fails says nothing
        return []
    return [name for name in found if name.startswith(incomplete)]


def register(upgrade: typer.Typer) -> None:
    """Hang the command on the tree."""
    upgrade.command(
        "status",
        help=_("How a run stands, by its journal on this laptop; nothing is touched."),
        epilog=_(
            "Examples: hmaint upgrade status · hmaint upgrade status --watch · hmaint upgrade status --format json"
        ),
    )(with_terminal(status))


def status(
    terminal: Terminal,
    number: Annotated[
        str,
        typer.Argument(
            help=_("The run; the latest if none is said."), metavar="[RUN]", autocompletion=run_names
        ),
    ] = "latest",
    watch: Annotated[
        bool, typer.Option("--watch", help=_("Look again every second until the run stands still."))
    ] = False,
) -> int:
    """Tell how it stands; always 0, the state is in the answer."""
    from hmaint.app.upgrade_desk import find

    desk = find(terminal.world(), number)
    if watch:
        _watch(terminal, desk)
    show(terminal, desk)
    return 0


def _watch(terminal: Terminal, desk: Desk) -> None:
    """Tell each change of an act as it comes, until nobody is at the run any more."""
    from hmaint.app.upgrade_status import status_of

    seen: dict[str, str] = {}
    while True:
        told = status_of(desk)
        acts = told["acts"]
        assert isinstance(acts, list)  # noqa: S101 - this tells the type checker
        for act in acts:
            if seen.get(act["id"]) != act["state"] and (seen or act["state"] != "pending"):
                word = _(_STATES[act["state"]])
                terminal.err(f"{_now()}  {act['id']}  {word}")
            seen[act["id"]] = act["state"]
        if not told["working"]:
            return
        time.sleep(_EVERY)


def show(terminal: Terminal, desk: Desk) -> None:
    """Print how a run stands."""
    from hmaint.app.upgrade_status import status_of
    from hmaint.cli.listing import show_list
    from hmaint.kit.text import one_line

    told = status_of(desk)
    if terminal.format == "json":
        terminal.out(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if terminal.format not in {"table", "plain", "markdown"}:
        words = _("this list has no format {name}; it has table, plain, markdown, json")
        raise WrongUsage(words.format(name=terminal.format))
    acts = told["acts"]
    assert isinstance(acts, list)  # noqa: S101 - this tells the type checker
    rows = [
        {
            **act,
            "level": _LEVELS.get(act["state"], ""),
            "took": _took(act),
            "reason": one_line(str(act["reason"]), 200),
        }
        for act in acts
    ]
    columns = {
        "id": _("act"),
        "title": _("what"),
        "state": _("state"),
        "took": _("seconds"),
        "reason": _("remark"),
    }
    show_list(
        terminal, "", "acts", columns, rows, {"state": {name: _(word) for name, word in _STATES.items()}}
    )
    words = _("{run}  {title}  {before} → {after}: {state}") if told["to"] else _("{run}  {title}: {state}")
    line = words.format(
        run=desk.run,
        title=told["title"],
        before=told["from"],
        after=told["to"],
        state=_(_STATES[str(told["state"])]),
    )
    terminal.out(line + (f"  ({one_line(str(told['reason']), 400)})" if told["reason"] else ""))


def _now() -> str:
    from hmaint.kit.clock import SystemClock

    return f"{SystemClock().now():%H:%M:%S}"


def _took(act: dict[str, object]) -> str:
    seconds = act["seconds"]
    return f"{seconds:.1f}" if isinstance(seconds, int | float) else ""


def teller(terminal: Terminal) -> Callable[[str], None]:
    """What a run tells while it goes: a line each, with the time."""

    def hear(words: str) -> None:
        # A terminal that was closed, or a pager that was left, must not end an upgrade in its middle.
        with suppress(OSError, ValueError):
            if not terminal.quiet:
                terminal.err(f"{_now()}  {words}")

    return hear


@contextmanager
def signalled(signals: Signals) -> Iterator[None]:
    """While a run goes: the first signal lets the running act end and stops then, the second stops watching."""

    def heard(_number: int, _frame: object) -> None:
        if signals.stop.is_set():
            signals.abandon.set()
            _say(_("watching stops; what runs on the hosts goes on, hmaint upgrade resume finds it again"))
        else:
            signals.stop.set()
            _say(_("stopping once the running act has ended; once more stops watching at once"))

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), heard) for name in names}
    try:
        yield
    finally:
        for name, old in before.items():
            signal.signal(getattr(signal, name), old)


def _say(words: str) -> None:
    # A terminal that was closed takes no words, and a handler must not stumble over a half-written line.
    try:
        os.write(2, f"\n{words}\n".encode())
    except OSError:
        return
