"""The row of a run in the records: begun, taken over, ended."""

from __future__ import annotations

from contextlib import suppress

from hmaint.app.run_record import open_run
from hmaint.app.upgrade_desk import desk_of
from hmaint.app.world import World
from hmaint.model.inventory import Site
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.model.upgrade_act import RenderedPlan
from hmaint.store.failures import RunExists

COMMAND = "upgrade"

_LEVELS = {
    "done": Level.OK,
    "rolled_back": Level.WARNING,
    "needs_person": Level.CRITICAL,
    "paused": Level.UNKNOWN,
    "running": Level.UNKNOWN,
}


def numbered(world: World, rendered: RenderedPlan, site: Site) -> str:
    """Begin the row of a run, and give its number."""
    plan = rendered.plan
    return open_run(
        world,
        site.name,
        command=COMMAND,
        playbook=plan.name,
        title=plan.title,
        digest=rendered.digest,
        mode="远程",
    ).id


def recorded(world: World, run: str, rendered: RenderedPlan, site: Site) -> None:
    """See to it that a run taken over has a row in this laptop's records too."""
    head, plan = desk_of(world, run).state().head, rendered.plan
    with suppress(RunExists):
        world.records.begin_run(
            RunRecord(
                id=run,
                command=COMMAND,
                site=site.name,
                playbook=plan.name,
                playbook_title=plan.title,
                playbook_digest=rendered.digest,
                mode="远程",
                operator=str(head.get("operator", world.operator)),
                started_at=world.clock.now(),
                finished_at=None,
                level=Level.UNKNOWN,
                state="running",
            )
        )


def finish(world: World, run: str, state: str, *, refused: bool = False) -> None:
    """Write down how a run ended, or that it rests."""
    ended = "finished" if state in {"done", "rolled_back"} and not refused else "interrupted"
    # A run that was refused touched nothing: no backup is older than it.
    level = Level.SKIPPED if refused else _LEVELS[state]
    world.records.finish_run(run, world.clock.now(), level, (), dict(world.redactor.counts), ended)
