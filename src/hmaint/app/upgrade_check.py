"""`upgrade check`: everything that can be known of a plan before it is run, with nothing touched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hmaint.app.tools import open_tools
from hmaint.app.upgrade_approval import Papers, changes_since, papers_of
from hmaint.app.upgrade_gates import gates
from hmaint.app.upgrade_look import Looked, look_over
from hmaint.app.upgrade_plan import Prepared, prepare
from hmaint.app.world import World
from hmaint.model.playbook import Level
from hmaint.model.upgrade_act import RenderedPlan
from hmaint.model.upgrade_gate import Gates


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found; `rendered` and `gates` are None where a target could not be looked at."""

    prepared: Prepared
    rendered: RenderedPlan | None
    papers: Papers
    gates: Gates | None
    preflight: Looked
    changes: tuple[str, ...] = ()
    """In what the plan differs from the one that was approved."""

    @property
    def sound(self) -> bool:
        """Whether every target was seen and everything looked at was found good."""
        return self.rendered is not None and self.preflight.good


def check(world: World, path: Path) -> Checked:
    """Check a plan against its targets, read-only. BadFile with every fault of the plan."""
    with open_tools(world) as tools:
        prepared = prepare(world, path, tools, standing=True)
        preflight = Looked(Level.OK, ())
        if prepared.plan.preflight.steps:
            preflight = look_over(world, prepared.site, prepared.plan.preflight, tools)
    papers = papers_of(world, prepared.plan.site, prepared.plan.name)
    if prepared.unseen:
        return Checked(prepared, None, papers, None, preflight)
    rendered = prepared.rendered()
    return Checked(
        prepared, rendered, papers, gates(world, prepared), preflight, changes_since(world, papers, rendered)
    )
