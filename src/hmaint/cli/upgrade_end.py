"""What a run of `hmaint upgrade` comes to, told at the terminal: how it stands, what can be done, what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hmaint.cli import upgrade_status
from hmaint.cli.terminal import Terminal
from hmaint.errors import ExitStatus, Refused
from hmaint.kit.i18n import _

if TYPE_CHECKING:
    from hmaint.app.upgrade_desk import Desk
    from hmaint.app.upgrade_plan import Prepared
    from hmaint.app.world import World
    from hmaint.engine.upgrade import State
    from hmaint.model.upgrade_gate import Gates


_LINES = 40
"""Lines of a difference that are shown."""


_EXITS = {"done": ExitStatus.OK, "rolled_back": ExitStatus.WARNING}


def refuse_shut(judged: Gates) -> None:
    """Refused, with every gate that is shut and what opens it."""
    if not judged.open:
        told = "\n".join(f"{shut.reason}" + (f" → {shut.cure}" if shut.cure else "") for shut in judged.shut)
        raise Refused(told)


def show_changes(terminal: Terminal, world: World, prepared: Prepared) -> None:
    """In which lines the plan differs from what was approved last."""
    from hmaint.app.upgrade_approval import changes_since, papers_of
    from hmaint.kit.text import harmless

    rendered = prepared.rendered()
    papers = papers_of(world, rendered.plan.site, rendered.plan.name)
    lines = changes_since(world, papers, rendered)
    for line in lines[:_LINES]:
        terminal.err(harmless(line))
    if len(lines) > _LINES:
        terminal.err(f"… (+{len(lines) - _LINES})")


def told_end(terminal: Terminal, desk: Desk, state: State) -> int:
    """Show how a run stands and what can be done, and give the exit status."""
    upgrade_status.show(terminal, desk)
    if state.state == "needs_person" and not terminal.quiet:
        terminal.err(_("A person is needed; the hosts stay locked for this run. What can be done:"))
        terminal.err(_("  see to what is told above, then: hmaint upgrade resume {run}").format(run=desk.run))
        for act in state.acts.values():
            if act.what == "undo" and act.state == "failed":
                words = _(
                    "  or, where it was put right by hand: hmaint upgrade resume {run} --decide {act}=restore"
                )
                terminal.err(words.format(run=desk.run, act=act.act))
        terminal.err(
            _(
                "  or restore the backup by the manual: hmaint report render restore-manual --site {site}"
            ).format(site=state.head.get("site", ""))
        )
    elif state.state == "paused" and not terminal.quiet:
        words = _(
            "Paused; go on with: hmaint upgrade resume {run}, or put back with: hmaint upgrade rollback {run}"
        )
        terminal.err(words.format(run=desk.run))
    if state.left:  # not everything is as it was before
        return int(ExitStatus.CRITICAL)
    return int(_EXITS.get(state.state, ExitStatus.CRITICAL))
