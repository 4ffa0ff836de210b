"""Begin, resume, take over or roll back an upgrade: who may, what is written first, and with what it works."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from shutil import rmtree

from hmaint import __version__
from hmaint.app.tools import open_tools
from hmaint.app.upgrade_copies import fetch, refuse_overtaken
from hmaint.app.upgrade_decisions import refuse_decisions, write_decisions
from hmaint.app.upgrade_desk import Desk, desk_of, desks, lock_name, unfinished
from hmaint.app.upgrade_ended import keep_ended
from hmaint.app.upgrade_hands import hands_of, learn
from hmaint.app.upgrade_head import fit, head, masked_document
from hmaint.app.upgrade_holds import Holds, holding
from hmaint.app.upgrade_means import Means
from hmaint.app.upgrade_person import Person, discreet
from hmaint.app.upgrade_plan import Prepared
from hmaint.app.upgrade_row import finish, numbered, recorded
from hmaint.app.upgrade_run import Going
from hmaint.app.upgrade_sql import SqlHand
from hmaint.app.upgrade_stations import give_back, leases, stations_of, take_all
from hmaint.app.world import World
from hmaint.engine import upgrade as words
from hmaint.engine.journal import Outcome
from hmaint.engine.trip import Tools
from hmaint.engine.upgrade import State
from hmaint.engine.upgrade_move import beyond
from hmaint.errors import BadFile, CouldNotLook, Refused, WrongUsage
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.load.atomic import replace_file
from hmaint.model.inventory import Site
from hmaint.store.failures import RecordsFailure
from hmaint.store.lock import alone
from hmaint.transport.lease import LeaseHeld
from hmaint.transport.station import Station


def begin(
    world: World,
    prepared: Prepared,
    person: Person,
    *,
    warnings: tuple[str, ...] = (),
    patience: float | None = None,
) -> tuple[Desk, State]:
    """Begin a run whose gates are open. Refused, with nothing touched, where a host or the site is taken."""
    rendered, site = prepared.rendered(), prepared.site
    with _alone(world, site, rendered.plan.name) as card, open_tools(world) as tools:
        if (other := unfinished(world, site.name)) is not None:
            told = _("run {run} of this site has not ended: hmaint upgrade resume {run}, or rollback {run}")
            raise Refused(told.format(run=other.run))
        SqlHand(world, desk_of(world, ""), site).refuse_accountless(rendered.acts)
        learn(world, rendered)
        with holding(world, site, rendered) as holds:
            run = numbered(world, rendered, site)
            desk = desk_of(world, run)
            card(desk)
            desk.make()

            def reached(desk: Desk) -> dict[str, Station]:
                return stations_of(world, rendered, site, tools, desk, person, patience)

            stations = reached(desk)
            replace_file(desk.document, masked_document(world, rendered))
            with _going(world, desk, prepared, stations, holds, person, tools) as going:
                # Before the leases: a laptop that dies in between must know which run holds them.
                going.intend(words.RUN, **head(world, rendered, site, warnings))
                _begin_on(world, desk, stations, reached)
                going.outcome(words.LEASE, Outcome.DONE, **leases(stations, "new"))
                going.outcome(words.PRESENCE, Outcome.DONE, when="start", who=rendered.plan.supervisor)
                return desk, _gone(world, desk, going)


def _begin_on(
    world: World,
    desk: Desk,
    stations: Mapping[str, Station],
    reached: Callable[[Desk], Mapping[str, Station]],
) -> None:
    """Take the leases; where one is not to be had nothing was begun, and nothing of it is kept but its row."""
    freed = set[str]()
    try:
        while True:
            try:
                take_all(stations, "new")
            except LeaseHeld as held:
                if held.run in freed or not _free(world, held.run, reached):
                    raise
                freed.add(held.run)
            else:
                return
    except Refused as refusal:
        finish(world, desk.run, "paused", refused=True)
        if kept := [name for name, station in stations.items() if station.holds]:
            # Without its token nobody could give the lease back.
            words = _(
                "{reason}; {hosts} may hold the lease of run {run}: hmaint upgrade rollback {run} gives it back"
            )
            raise Refused(words.format(reason=refusal, hosts=", ".join(kept), run=desk.run)) from None
        rmtree(desk.folder, ignore_errors=True)
        raise


def _free(world: World, run: str, reached: Callable[[Desk], Mapping[str, Station]]) -> bool:
    """Give back what an ended run of this laptop still holds: it died between its last line and doing so."""
    desk = next((each for each in desks(world) if each.run == run), None)
    if desk is None or not desk.state().ended:
        return False
    for station in reached(desk).values():
        with closing(station), suppress(LeaseHeld, CouldNotLook):
            station.take("resume")
            station.release()
    return True


def resume(  # noqa: PLR0913 - the ways to go on
    world: World,
    desk: Desk,
    prepared: Prepared,
    person: Person,
    *,
    decisions: Mapping[str, str] | None = None,
    back: str = "",
    reason: str = "",
    patience: float | None = None,
) -> State:
    """Go on with a run this laptop began or took over; `back` (a reason) puts everything back instead."""
    rendered, site = prepared.rendered(), prepared.site
    with _alone(world, site, rendered.plan.name) as card, open_tools(world) as tools:
        card(desk)
        state = fit(desk, rendered)
        learn(world, rendered)
        refuse_decisions(rendered, state, decisions or {})
        if back and (gone := beyond(rendered, state)):
            told = _(
                "the point of no return was passed with {acts}: restore the backup instead (report restore-manual)"
            )
            raise Refused(told.format(acts=", ".join(gone)))
        stations = stations_of(world, rendered, site, tools, desk, person, patience)
        refuse_overtaken(desk, stations)
        take_all(stations, "resume")
        with (
            holding(world, site, rendered) as holds,
            _going(world, desk, prepared, stations, holds, person, tools) as going,
        ):
            going.outcome(
                words.RESUME,
                Outcome.DONE,
                operator=world.operator,
                laptop=socket.gethostname(),
                hmaint=__version__,
                **({"reason": one_line(reason, 500)} if reason.strip() else {}),
            )
            going.outcome(words.LEASE, Outcome.DONE, **leases(stations, "resume"))
            write_decisions(going, state, decisions or {})
            if back and not going.state().back:
                going.outcome(words.TURN, Outcome.DONE, reason=back, targets=[])
            return _gone(world, desk, going)


def take_over(  # noqa: PLR0913 - as resume
    world: World, run: str, prepared: Prepared, person: Person, *, reason: str, patience: float | None = None
) -> tuple[Desk, State]:
    """Go on with a run another laptop began and left: by the copies of its journal on the hosts, with a reason."""
    rendered, site = prepared.rendered(), prepared.site
    if not reason.strip():
        raise Refused(_("taking over wants a reason: --reason"))
    if not any(act.target_kind == "host" for act in rendered.acts):
        lone = _(
            "run {run} has no host, so its journal lies only where it began: go on with it on that laptop, in that"
            " workspace: hmaint upgrade resume {run}"
        )
        raise Refused(lone.format(run=run))
    with _alone(world, site, rendered.plan.name) as card, open_tools(world) as tools:
        learn(world, rendered)
        desk = desk_of(world, run)
        card(desk)
        desk.make()
        stations = stations_of(world, rendered, site, tools, desk, person, patience)
        take_all(stations, "takeover")
        try:
            fetch(desk, stations)
            state = fit(desk, rendered)
        except Refused:
            give_back(list(stations.values()), "takeover")
            raise
        if state.ended:
            give_back(list(stations.values()), "new")
            raise Refused(_("run {run} is over: {state}").format(run=run, state=state.ended))
        replace_file(desk.document, masked_document(world, rendered))
        recorded(world, run, rendered, site)
        # Only what has hosts can be taken over, and these have leases.
        with _going(world, desk, prepared, stations, Holds(), person, tools) as going:
            told = {
                "operator": world.operator,
                "laptop": socket.gethostname(),
                "reason": one_line(reason, 500),
            }
            going.outcome(words.TAKEOVER, Outcome.DONE, **told)
            going.outcome(words.LEASE, Outcome.DONE, **leases(stations, "takeover"))
            return desk, _gone(world, desk, going)


# ---- what all of them need -----------------------------------------------------------------------------------------


@contextmanager
def _alone(world: World, site: Site, plan: str) -> Iterator[Callable[[Desk], None]]:
    """Hold the site on this laptop; the function handed out writes the run on the lock's card."""
    name = lock_name(site.name)
    with alone(
        world.workspace.locks, name, what=f"upgrade {plan}", operator=world.operator, at=world.clock.now()
    ):
        world.unlock(site)

        def card(desk: Desk) -> None:
            place = world.workspace.locks / f"{name}.holder"
            with suppress(OSError, ValueError, Refused):
                told = {**json.loads(place.read_bytes()), "what": f"upgrade {plan} {desk.run}"}
                replace_file(place, json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))

        yield card


@contextmanager
def _going(  # noqa: PLR0913, PLR0917 - as the run itself
    world: World,
    desk: Desk,
    prepared: Prepared,
    stations: Mapping[str, Station],
    holds: Holds,
    person: Person,
    tools: Tools,
) -> Iterator[Going]:
    with ExitStack() as open_things:
        rendered = prepared.rendered()
        hands = hands_of(world, desk, prepared, stations, person)
        means = Means(
            prepared.site,
            tools,
            stations,
            holds,
            hands,
            person.confirm,
            person.signals,
            discreet(world, person).hear,
        )
        going = open_things.enter_context(Going(world, desk, rendered, means))
        for hand in hands.values():
            if isinstance(hand, SqlHand):
                hand.ledger.note, hand.ledger.spread = going.intend, going.spread
        for station in stations.values():
            station.copying(desk.journal.read_bytes)
            open_things.callback(station.close)
        yield going


def _gone(world: World, desk: Desk, going: Going) -> State:
    state = "paused"
    try:
        told = going.go()
        state = told.state
        return told
    finally:
        finish(world, desk.run, state)
        # What is not on record now is put there by whoever tells of the run next.
        with suppress(RecordsFailure, Refused, BadFile, WrongUsage):
            keep_ended(world, desk)


# ---- the records ---------------------------------------------------------------------------------------------------
