"""Begin, resume, take over or roll back an upgrade: who may, what is written first, and with what it works."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import rmtree

from hmaint import __version__
from hmaint.app.run_record import open_run
from hmaint.app.tools import open_tools
from hmaint.app.upgrade_approval import papers_of
from hmaint.app.upgrade_desk import Desk, desk_of, desks, lock_name, unfinished
from hmaint.app.upgrade_ended import keep_ended
from hmaint.app.upgrade_fix import FixHand
from hmaint.app.upgrade_hand import Hand
from hmaint.app.upgrade_host import HostHand
from hmaint.app.upgrade_laptop import Asked, LaptopHand
from hmaint.app.upgrade_plan import Prepared
from hmaint.app.upgrade_run import Answered, Going, Hear, Means, Signals
from hmaint.app.upgrade_sql import SqlHand
from hmaint.app.world import World
from hmaint.engine import upgrade as words
from hmaint.engine.journal import Outcome, read_journal
from hmaint.engine.trip import Tools
from hmaint.engine.upgrade import ActState, Standing, State
from hmaint.engine.upgrade_move import beyond
from hmaint.errors import BadFile, CouldNotLook, Refused, WrongUsage
from hmaint.kit.clock import seconds
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.load.atomic import replace_file
from hmaint.model.data_fix import Fix
from hmaint.model.inventory import Host, Limits, Site
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.model.upgrade_act import Act, Ask, Http, Pause, Reboot, RenderedPlan, Script, Sql
from hmaint.store.failures import RecordsFailure, RunExists
from hmaint.store.lock import alone
from hmaint.transport.line import Line
from hmaint.transport.station import Holder, LeaseHeld, Station

SCHEMA = 1
"""Of the journal; a run is only gone on with by a hmaint that knows its schema."""
COMMAND = "upgrade"
FOLDER = "/var/tmp/hmaint"  # noqa: S108 - on the target, checked to be ours alone before anything lies there
"""Where leases and runs lie on a host unless its variable hmaint_folder says otherwise."""
PATIENCE = 600.0
"""Seconds a host may be gone before the run pauses."""
_TAKEN = b',"act":"takeover","outcome":"done",'
"""What a journal's line says where another laptop has taken a run over."""
_LONG = 315_360_000.0
"""Seconds a visit to a host may last: an upgrade ends when it ends."""
_LEVELS = {
    "done": Level.OK,
    "rolled_back": Level.WARNING,
    "needs_person": Level.CRITICAL,
    "paused": Level.UNKNOWN,
    "running": Level.UNKNOWN,
}


@dataclass(frozen=True)
class Person:
    """Whoever sits at the laptop: how he is asked, what he has said, what he is told."""

    ask: Asked
    confirm: Callable[[str], Answered]
    hear: Hear
    signals: Signals


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
        _learn(world, rendered)
        run = _numbered(world, rendered, site)
        desk = desk_of(world, run)
        card(desk)
        desk.make()

        def stations_of(desk: Desk) -> dict[str, Station]:
            return _stations(world, rendered, site, tools, desk, person, patience)

        stations = stations_of(desk)
        replace_file(desk.document, _document(world, rendered))
        with _going(world, desk, prepared, stations, person, tools) as going:
            # Before the leases: a laptop that dies in between must know which run holds them.
            going.intend(words.RUN, **_head(world, rendered, site, warnings))
            _begin_on(world, desk, stations, stations_of)
            going.outcome(words.LEASE, Outcome.DONE, **_leases(stations, "new"))
            going.outcome(words.PRESENCE, Outcome.DONE, when="start", who=rendered.plan.supervisor)
            return desk, _gone(world, desk, going)


def _begin_on(
    world: World,
    desk: Desk,
    stations: Mapping[str, Station],
    stations_of: Callable[[Desk], Mapping[str, Station]],
) -> None:
    """Take the leases; where one is not to be had nothing was begun, and nothing of it is kept but its row."""
    freed = set[str]()
    try:
        while True:
            try:
                _take_all(stations, "new")
            except LeaseHeld as held:
                if held.run in freed or not _free(world, held.run, stations_of):
                    raise
                freed.add(held.run)
            else:
                return
    except Refused as refusal:
        _finish(world, desk.run, "paused", refused=True)
        if kept := [name for name, station in stations.items() if station.holds]:
            # Without its token nobody could give the lease back.
            words = _(
                "{reason}; {hosts} may hold the lease of run {run}: hmaint upgrade rollback {run} gives it back"
            )
            raise Refused(words.format(reason=refusal, hosts=", ".join(kept), run=desk.run)) from None
        rmtree(desk.folder, ignore_errors=True)
        raise


def _free(world: World, run: str, stations_of: Callable[[Desk], Mapping[str, Station]]) -> bool:
    """Give back what an ended run of this laptop still holds: it died between its last line and doing so."""
    desk = next((each for each in desks(world) if each.run == run), None)
    if desk is None or not desk.state().ended:
        return False
    for station in stations_of(desk).values():
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
        state = _fit(desk, rendered)
        _learn(world, rendered)
        _refuse_decisions(rendered, state, decisions or {})
        if back and (gone := beyond(rendered, state)):
            told = _(
                "the point of no return was passed with {acts}: restore the backup instead (report restore-manual)"
            )
            raise Refused(told.format(acts=", ".join(gone)))
        stations = _stations(world, rendered, site, tools, desk, person, patience)
        _refuse_overtaken(desk, stations)
        _take_all(stations, "resume")
        with _going(world, desk, prepared, stations, person, tools) as going:
            going.outcome(
                words.RESUME,
                Outcome.DONE,
                operator=world.operator,
                laptop=socket.gethostname(),
                hmaint=__version__,
                **({"reason": one_line(reason, 500)} if reason.strip() else {}),
            )
            going.outcome(words.LEASE, Outcome.DONE, **_leases(stations, "resume"))
            _decide(going, state, decisions or {})
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
    with _alone(world, site, rendered.plan.name) as card, open_tools(world) as tools:
        _learn(world, rendered)
        desk = desk_of(world, run)
        card(desk)
        desk.make()
        stations = _stations(world, rendered, site, tools, desk, person, patience)
        _take_all(stations, "takeover")
        try:
            _fetch(desk, stations)
            state = _fit(desk, rendered)
        except Refused:
            _give_back(list(stations.values()), "takeover")
            raise
        if state.ended:
            _give_back(list(stations.values()), "new")
            raise Refused(_("run {run} is over: {state}").format(run=run, state=state.ended))
        replace_file(desk.document, _document(world, rendered))
        _recorded(world, run, rendered, site)
        with _going(world, desk, prepared, stations, person, tools) as going:
            told = {
                "operator": world.operator,
                "laptop": socket.gethostname(),
                "reason": one_line(reason, 500),
            }
            going.outcome(words.TAKEOVER, Outcome.DONE, **told)
            going.outcome(words.LEASE, Outcome.DONE, **_leases(stations, "takeover"))
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


def _document(world: World, rendered: RenderedPlan) -> bytes:
    """The plan as papers tell it later: whatever is masked elsewhere is masked in it, too."""
    return json.dumps(world.redactor.redact_value(json.loads(rendered.document)), ensure_ascii=False).encode()


def _learn(world: World, rendered: RenderedPlan) -> None:
    """Have every secret of the plan before anything begins: to be there when it is needed, and masked from then on."""
    for act in rendered.acts:
        parts: list[object] = [act.do, act.probe, act.undo, act.undone]
        if isinstance(act.do, Reboot):
            parts += [act.do.start, act.do.ready]
        for script in parts:
            for secret in script.secrets.values() if isinstance(script, Script) else ():
                try:
                    world.secret_of(secret)
                except CouldNotLook as failure:
                    raise Refused(failure.reason) from None


def _holder(world: World, desk: Desk) -> Holder:
    owner = one_line(f"{world.operator} on {socket.gethostname()}", 80)
    return Holder(desk.run, desk.token(), f"{os.getpid()}-{secrets.token_hex(6)}", owner)


def _discreet(world: World, person: Person) -> Person:
    """The same person, who is told nothing that is secret: what hosts say may hold what they were given."""
    return replace(person, hear=lambda told: person.hear(world.redactor.redact(told)))


def _stations(  # noqa: PLR0913, PLR0917 - a station a host, and all it works with
    world: World,
    rendered: RenderedPlan,
    site: Site,
    tools: Tools,
    desk: Desk,
    person: Person,
    patience: float | None,
) -> dict[str, Station]:
    holder, person = _holder(world, desk), _discreet(world, person)
    names = dict.fromkeys(act.target for act in rendered.acts if act.target_kind == "host")
    found: dict[str, Station] = {}
    for name in names:
        host = site.host(name)
        if host is None:
            raise Refused(_("the site has no host {name} any more").format(name=name))
        found[name] = Station(
            name,
            _way(tools, site, host),
            _folder(rendered, host),
            holder,
            patience=_patience(rendered, name) if patience is None else patience,
            abandoned=person.signals.abandon,
            hear=person.hear,
            mask=world.redactor.redact,
        )
    return found


def _way(tools: Tools, site: Site, host: Host) -> Callable[[], Line]:
    limits: Limits = replace(host.limits, command=_LONG, host=_LONG)
    patient = replace(host, limits=limits)
    return lambda: tools.door_of(patient).open(patient, site)


def _patience(rendered: RenderedPlan, name: str) -> float:
    said = rendered.variables.get(name, {}).get("hmaint_patience")
    try:
        return seconds(str(said)) if said else PATIENCE
    except ValueError as wrong:
        raise Refused(_("hmaint_patience is no duration: {reason}").format(reason=wrong)) from None


def _folder(rendered: RenderedPlan, host: Host) -> str:
    folder = str(rendered.variables.get(host.name, {}).get("hmaint_folder") or FOLDER)
    if not re.fullmatch(r"/[A-Za-z0-9._/@+-]{1,200}", folder) or ".." in folder.split("/"):
        words = _("{host}: hmaint_folder must be an absolute path of plain letters")
        raise Refused(words.format(host=host.name))
    return folder


def _take_all(stations: Mapping[str, Station], how: str) -> None:
    """Take every lease, or give back those that were taken."""
    taken: list[Station] = []
    try:
        for station in stations.values():
            station.take(how)
            taken.append(station)
    except CouldNotLook as failure:
        _give_back(taken, how)
        raise Refused(
            _("{host} cannot be reached: {reason}").format(host=station.name, reason=failure.reason)
        ) from None
    except BaseException:
        _give_back(taken, how)
        raise


def _give_back(taken: list[Station], how: str) -> None:
    for station in taken:
        with suppress(CouldNotLook, Refused):
            (station.release if how == "new" else station.rest)()


@contextmanager
def _going(  # noqa: PLR0913, PLR0917 - as the run itself
    world: World,
    desk: Desk,
    prepared: Prepared,
    stations: Mapping[str, Station],
    person: Person,
    tools: Tools,
) -> Iterator[Going]:
    with ExitStack() as open_things:
        rendered = prepared.rendered()
        hands = _hands(world, desk, prepared, stations, person)
        means = Means(
            prepared.site,
            tools,
            stations,
            hands,
            person.confirm,
            person.signals,
            _discreet(world, person).hear,
        )
        going = open_things.enter_context(Going(world, desk, rendered, means))
        for hand in hands.values():
            if isinstance(hand, SqlHand):
                hand.note, hand.spread = going.intend, going.spread
        for station in stations.values():
            station.copying(desk.journal.read_bytes)
            open_things.callback(station.close)
        yield going


def _hands(
    world: World, desk: Desk, prepared: Prepared, stations: Mapping[str, Station], person: Person
) -> dict[str, Hand]:
    rendered = prepared.rendered()
    host = HostHand(rendered.plan, stations, world.secret_of, lambda act: desk.state().decisions.get(act, ""))
    laptop = LaptopHand(person.ask, person.signals.stop, world.operator)
    approved = papers_of(world, rendered.plan.site, rendered.plan.name).rows(rendered.digest)
    rows = FixHand(world, desk, prepared.site, approved or {})
    scripts = SqlHand(world, desk, prepared.site)
    return {act.id: _hand(act, host, laptop, rows, scripts) for act in rendered.acts}


def _hand(act: Act, host: Hand, laptop: Hand, rows: Hand, scripts: Hand) -> Hand:
    if isinstance(act.do, Fix):
        return rows
    if isinstance(act.do, Sql):
        return scripts
    return laptop if isinstance(act.do, Ask | Http | Pause) else host


def _gone(world: World, desk: Desk, going: Going) -> State:
    state = "paused"
    try:
        told = going.go()
        state = told.state
        return told
    finally:
        _finish(world, desk.run, state)
        # What is not on record now is put there by whoever tells of the run next.
        with suppress(RecordsFailure, Refused, BadFile, WrongUsage):
            keep_ended(world, desk)


def _fit(desk: Desk, rendered: RenderedPlan) -> State:
    """The state of a run that this hmaint and this plan may go on with; Refused otherwise."""
    state = desk.state()
    schema = state.head.get("schema")
    if schema != SCHEMA:
        told = _(
            "run {run} was begun by hmaint {version} with journal schema {schema}; this one knows {known}"
        )
        raise Refused(
            told.format(run=desk.run, version=state.head.get("hmaint"), schema=schema, known=SCHEMA)
        )
    if state.head.get("digest") != rendered.digest:
        told = _(
            "the plan, its artefacts, its variables or its targets are not those run {run} was begun with"
        )
        raise Refused(told.format(run=desk.run))
    return state


def _refuse_overtaken(desk: Desk, stations: Mapping[str, Station]) -> None:
    """Refused where another laptop took the run over: its journal, as the hosts have it, stands here too then."""
    mine = desk.journal.read_bytes()
    theirs = [whole for whole in _copies(stations) if not mine.startswith(whole) and _sound(desk, whole)]
    theirs = [whole for whole in theirs if whole.count(_TAKEN) > mine.count(_TAKEN)]
    if not theirs:
        return
    replace_file(desk.folder / "journal.before.jsonl", mine)
    replace_file(desk.journal, max(theirs, key=len))
    words = _("another laptop has taken run {run} over, it stands at: {state}; nothing was done from here")
    raise Refused(words.format(run=desk.run, state=desk.state().state))


def _copies(stations: Mapping[str, Station]) -> list[bytes]:
    """Every copy of the journal that lies on a host, up to its last whole line."""
    try:
        found = [copy for station in stations.values() for copy in station.copies()]
    except CouldNotLook as failure:
        raise Refused(failure.reason) from None
    return [copy[: copy.rfind(b"\n") + 1] for copy in found]


def _fetch(desk: Desk, stations: Mapping[str, Station]) -> None:
    """Put the longest whole copy of the journal in place of what this laptop has."""
    best = b""
    for whole in _copies(stations):
        if len(whole) > len(best) and _sound(desk, whole):
            best = whole
    mine = desk.journal.read_bytes() if desk.journal.exists() else b""
    if len(best) > len(mine):
        replace_file(desk.journal, best)
    elif not mine:
        raise Refused(_("no host has a copy of the journal of {run}").format(run=desk.run))


def _sound(desk: Desk, copy: bytes) -> bool:
    place = desk.folder / "journal.copy"
    try:
        replace_file(place, copy)
        return bool(read_journal(place).lines)
    except BadFile:
        return False
    finally:
        place.unlink(missing_ok=True)


def _refuse_decisions(rendered: RenderedPlan, state: State, decisions: Mapping[str, str]) -> None:
    scripts = [act.id for act in rendered.acts if isinstance(act.do, Sql)]
    stuck = [act.id for act in rendered.acts if _stuck(state.standing(act.id))]
    for about, decision in decisions.items():
        if decision == "restore" and about in stuck:
            continue
        standing = state.standing(about)
        if about not in scripts and not standing.facts.get("half"):
            told = _("nothing is to be decided about {act}; scripts of this plan: {known}")
            raise WrongUsage(told.format(act=about, known=", ".join([*scripts, *stuck]) or "-"))
        open_ = standing.state is ActState.IN_DOUBT or bool(standing.facts.get("half"))
        if decision != "restore" and not open_:
            told = _("nothing about {act} is in doubt: there is nothing to decide")
            raise Refused(told.format(act=about))


def _stuck(standing: Standing) -> bool:
    return standing.state is ActState.FAILED and standing.what == "undo"


def _decide(going: Going, state: State, decisions: Mapping[str, str]) -> None:
    """Write down what a person decided; with a restored backup the act is as it was, and so must be the rest."""
    for about, decision in decisions.items():
        going.outcome(words.DECIDE, Outcome.DONE, about=about, decision=decision)
        if decision != "restore":
            continue
        going.outcome(about, Outcome.UNDONE, what="undo", how="restored by hand")
        if not state.back:
            reason = _("the backup was restored in place of {act}").format(act=about)
            going.outcome(words.TURN, Outcome.DONE, reason=reason, targets=[])


def _head(
    world: World,
    rendered: RenderedPlan,
    site: Site,
    warnings: tuple[str, ...],
) -> dict[str, object]:
    plan = rendered.plan
    return {
        "schema": SCHEMA,
        "hmaint": __version__,
        "site": site.name,
        "plan": str(Path(os.path.relpath(plan.path, world.workspace.root))),
        "name": plan.name,
        "title": plan.title,
        "kind": plan.kind,
        "from": plan.from_version,
        "to": plan.to_version,
        "digest": rendered.digest,
        "plan_digest": plan.digest,
        "operator": world.operator,
        "laptop": socket.gethostname(),
        "supervisor": plan.supervisor,
        "window": [plan.window.start.isoformat(), plan.window.end.isoformat()],
        "warnings": list(warnings),
    }


def _leases(stations: Mapping[str, Station], how: str) -> dict[str, object]:
    return {
        "how": how,
        "fences": {name: station.fence for name, station in stations.items()},
        "skew": {name: round(station.skew) for name, station in stations.items()},
    }


# ---- the records ---------------------------------------------------------------------------------------------------


def _numbered(world: World, rendered: RenderedPlan, site: Site) -> str:
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


def _recorded(world: World, run: str, rendered: RenderedPlan, site: Site) -> None:
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


def _finish(world: World, run: str, state: str, *, refused: bool = False) -> None:
    ended = "finished" if state in {"done", "rolled_back"} and not refused else "interrupted"
    # A run that was refused touched nothing: no backup is older than it.
    level = Level.SKIPPED if refused else _LEVELS[state]
    world.records.finish_run(run, world.clock.now(), level, (), dict(world.redactor.counts), ended)
