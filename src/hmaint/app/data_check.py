"""Check business data: the assertions of a playbook, counted in the databases of a site, recorded as any run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hmaint.app.inspect import Opened, inspect
from hmaint.app.inspect import Request as Inspection
from hmaint.app.world import World
from hmaint.engine.run import Event
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _
from hmaint.load.playbook_files import find_playbook
from hmaint.model.run import RunRecord

COMMAND = "data-check"
_FOLDER = "data"


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator asked for; without a playbook the site's own, `data/SITE`."""

    site: str
    playbook: str = ""
    database: str = ""
    tags: tuple[str, ...] = ()
    report: bool = False


def data_check(world: World, request: Request, hear: Callable[[Opened | Event], None]) -> RunRecord:
    """Run the assertions; raises WrongUsage, BadFile or Refused before any database is asked."""
    site = world.site(request.site)
    playbook = request.playbook or f"{_FOLDER}/{site.name.lower()}"
    if not request.playbook and find_playbook(playbook, world.workspace.root) is None:
        words = _(
            "no playbook {name}: write it after playbooks/data/example.yaml, or name one with --playbook"
        )
        raise WrongUsage(words.format(name=playbook))
    asked = Inspection(
        site.name,
        playbook,
        limit=request.database,
        tags=request.tags,
        report=request.report,
        command=COMMAND,
        databases_only=True,
    )
    return inspect(world, asked, hear)
