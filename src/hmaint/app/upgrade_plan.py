"""A plan and the targets it is for, looked at read-only: who they are, what their clocks say, what is there now."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from hmaint.app.kinds import KINDS
from hmaint.app.tools import open_tools
from hmaint.app.upgrade_fix_look import met_rows, unlock_fixes
from hmaint.app.upgrade_identity import Met, meet_database, meet_host
from hmaint.app.world import World
from hmaint.engine.acts import Drawn, draw, render, site_of
from hmaint.engine.acts_preview import Preview
from hmaint.engine.trip import Tools
from hmaint.errors import BadFile, Fault, Place, Refused, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.load.plan import load_plan
from hmaint.load.workspace import Workspace
from hmaint.model.inventory import Database, Host, Site
from hmaint.model.upgrade import UpgradePlan
from hmaint.model.upgrade_act import RenderedPlan
from hmaint.transport.hostkeys import HostKeys

FOLDER = "plans"
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan drawn for its site, and what was seen of every target it acts on."""

    plan: UpgradePlan
    site: Site
    """As the plan sees it: with what it says of single targets."""
    drawn: Drawn
    met: Mapping[str, Met] = field(default_factory=dict)

    @property
    def unseen(self) -> Mapping[str, str]:
        """Targets that could not be looked at, and why."""
        return {name: met.reason for name, met in self.met.items() if met.identity is None}

    @property
    def offsets(self) -> Mapping[str, float | None]:
        """Seconds each target's clock is ahead of the laptop's; None where it did not tell."""
        return {name: met.offset for name, met in self.met.items()}

    @property
    def previews(self) -> Mapping[str, Preview]:
        """How things stand before each act, by its id, as far as that can be seen without doing anything."""
        return {each.act: each for met in self.met.values() for each in met.previews}

    def rendered(self) -> RenderedPlan:
        """The plan bound to its targets; Refused where one of them could not be looked at."""
        if self.unseen:
            told = "; ".join(f"{name}: {reason}" for name, reason in self.unseen.items())
            words = _("not every target could be looked at, so nothing can be bound to them: {told}")
            raise Refused(words.format(told=told))
        identities = [met.identity for met in self.met.values() if met.identity is not None]
        return render(self.plan, self.drawn, identities)


def prepare(world: World, path: Path, tools: Tools | None = None, *, standing: bool = False) -> Prepared:
    """Load a plan and meet its targets, changing nothing; BadFile with every fault.

    With `standing` hosts are also asked how things stand before each act.
    """
    plan = load_plan(found(world.workspace, path), kinds=KINDS)
    site = _site(world, plan)
    drawn = draw(plan, site)
    seen = site_of(plan, site)
    world.unlock(site)
    if tools is not None:
        return Prepared(plan, seen, drawn, _met(world, tools, seen, drawn, standing=standing))
    with open_tools(world) as own:
        return Prepared(plan, seen, drawn, _met(world, own, seen, drawn, standing=standing))


def found(workspace: Workspace, path: Path) -> Path:
    """The file that was meant: by its path, or by its name below plans/. WrongUsage where there is neither."""
    folder = workspace.root / FOLDER
    candidates = (path, folder / path, folder / f"{path}.yaml", folder / f"{path}.yml")
    for each in candidates:
        if each.is_file():
            return each
    known = sorted(each.stem for each in folder.glob("*.y*ml")) if folder.is_dir() else []
    words = _("no plan {name}; plans/ has: {known}").format(name=path, known=", ".join(known) or "-")
    raise WrongUsage(words + did_you_mean(path.stem, known))


def _site(world: World, plan: UpgradePlan) -> Site:
    known = world.inventory.sites
    if plan.site in known:
        return known[plan.site]
    words = _("no site {name}; the inventory has: {known}")
    reason = words.format(name=plan.site, known=", ".join(known) or "-") + did_you_mean(plan.site, known)
    raise BadFile([Fault(Place(str(plan.path)), reason)])


def _met(world: World, tools: Tools, site: Site, drawn: Drawn, *, standing: bool) -> Mapping[str, Met]:
    """Every target an act is done on, met once; what was sent is on the trail."""
    names = dict.fromkeys(act.target for act in drawn.acts)
    keys = HostKeys(world.workspace.known_hosts_files)
    targets: tuple[Host | Database, ...] = (*site.hosts, *site.databases)
    asked = [each for each in targets if each.name in names]

    def meet(target: Host | Database) -> Met:
        if isinstance(target, Host):
            acts = [act for act in drawn.acts if standing and act.target == target.name]
            return meet_host(target, site, acts, tools, keys)
        met = meet_database(target, tools, world.workspace.root)
        return met_rows(world, target, drawn.acts, met)

    unlock_fixes(world, drawn.acts)
    met = _at_once(meet, asked)
    met = [_masked(world, each) for each in met]
    world.audit.write(list(_sent(met)), operator=world.operator, at=world.clock.now())
    return {each.target: each for each in met}


def _at_once(meet: Callable[[Host | Database], Met], asked: Sequence[Host | Database]) -> list[Met]:
    """Meet several at a time, in their order. Workers are daemons, so that Ctrl-C never waits for a host."""
    waiting: queue.SimpleQueue[Host | Database] = queue.SimpleQueue()
    said: queue.SimpleQueue[Met | BaseException] = queue.SimpleQueue()

    def work() -> None:
        with suppress(queue.Empty):
            while True:
                target = waiting.get_nowait()
                try:
                    said.put(meet(target))
                except BaseException as bug:  # noqa: BLE001 - handed to the main thread, which alone may fail
                    said.put(bug)

    for target in asked:
        waiting.put(target)
    for _number in range(min(_AT_ONCE, len(asked))):
        threading.Thread(target=work, daemon=True).start()
    found: dict[str, Met] = {}
    while len(found) < len(asked):
        answer = said.get()
        if isinstance(answer, BaseException):
            raise answer
        found[answer.target] = answer
    return [found[target.name] for target in asked]


def _masked(world: World, met: Met) -> Met:
    mask = world.redactor.redact
    previews = tuple(
        replace(each, reason=mask(each.reason), diff=tuple(mask(line) for line in each.diff))
        for each in met.previews
    )
    return replace(met, reason=mask(met.reason), previews=previews)


def _sent(met: Iterable[Met]) -> Iterator[Mapping[str, object]]:
    for each in met:
        for what, how, ms in each.sent:
            yield {"target": each.target, "sent": what, "outcome": how, "ms": ms}


def listed(workspace: Workspace) -> Sequence[str]:
    """The names of all plans of a workspace."""
    folder = workspace.root / FOLDER
    return sorted(each.stem for each in folder.glob("*.y*ml")) if folder.is_dir() else []
