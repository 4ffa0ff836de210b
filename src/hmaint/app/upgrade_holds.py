"""The databases of a run without hosts, kept for it meanwhile: no lease stands on them between two laptops."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace

from hmaint.app.world import World
from hmaint.database.hold import Hold, hold
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.data_fix import Fix
from hmaint.model.inventory import Database, Site
from hmaint.model.look import Seen
from hmaint.model.upgrade_act import Act, RenderedPlan


@dataclass(frozen=True)
class Holds:
    """The locks one process holds, by database; none where hosts have leases."""

    kept: Mapping[str, Hold] = field(default_factory=dict)

    def see(self) -> None:
        """Look whether all of them are still ours, which is a sign of life besides. CouldNotLook where one is not.

        A lost one stays lost: in between another laptop may have been at the database.
        """
        if gone := [name for name, each in self.kept.items() if not each.held()]:
            words = _("the lock on database {names} was lost (the connection broke); nothing more is begun")
            raise CouldNotLook(Seen.UNREACHABLE, words.format(names=", ".join(gone)))


@contextmanager
def holding(world: World, site: Site, rendered: RenderedPlan) -> Iterator[Holds]:
    """Keep the databases of a plan that has nothing else. Refused where another run has one, or it cannot be had."""
    acts = rendered.acts
    leased = any(act.target_kind == "host" for act in acts)
    wanted = {act.target: act for act in acts if act.target_kind == "database" and not leased}
    with ExitStack() as open_things:
        kept: dict[str, Hold] = {}
        for database in site.databases:
            if database.name in wanted:
                kept[database.name] = _held(world, database, wanted[database.name])
                open_things.callback(kept[database.name].close)
        yield Holds(kept)


def _held(world: World, database: Database, act: Act) -> Hold:
    account = database
    if isinstance(act.do, Fix) and act.do.user:
        account = replace(database, upgrade_user=act.do.user, upgrade_password=act.do.password)
    try:
        secret = account.upgrade_password
        password = None if secret is None else world.secret_of(secret)
        return hold(account, password, world.workspace.root)
    except CouldNotLook as failure:
        words = _("database {name} cannot be kept for this run: {reason}")
        raise Refused(words.format(name=database.name, reason=one_line(failure.reason))) from None
