"""Where the runs of upgrades lie in a workspace, and how each stands by its journal."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hmaint.app.world import World
from hmaint.engine.journal import Story, read_journal
from hmaint.engine.upgrade import State, fold
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.load.atomic import replace_file
from hmaint.store.alive import is_alive


@dataclass(frozen=True, slots=True)
class Desk:
    """The folder of one run on this laptop: its journal, its secret, the plan it was begun with."""

    run: str
    folder: Path

    @property
    def journal(self) -> Path:
        """The journal; hash-chained, append-only."""
        return self.folder / "journal.jsonl"

    @property
    def document(self) -> Path:
        """The rendered plan the run was approved with, as JSON."""
        return self.folder / "rendered.json"

    @property
    def card(self) -> Path:
        """Which process of this laptop is at it."""
        return self.folder / "process"

    def story(self) -> Story:
        """What the journal tells. BadFile where somebody changed it."""
        return read_journal(self.journal)

    def state(self) -> State:
        """How the run stands."""
        return fold(self.story().lines)

    def token(self) -> str:
        """The secret by which a host knows that this laptop began, or took over, the run."""
        place = self.folder / "token"
        with suppress(OSError):
            if token := place.read_text("ascii").strip():
                return token
        self.make()
        token = secrets.token_hex(16)
        replace_file(place, token.encode())
        place.chmod(0o600)
        return token

    def make(self) -> None:
        """Make the folder, for its owner alone; Refused where that cannot be done."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            words = _("{folder} cannot be made: {reason}")
            raise Refused(words.format(folder=self.folder.name, reason=error.strerror)) from None


def folder_of(world: World) -> Path:
    """Where the runs of upgrades lie."""
    return world.workspace.private / "upgrades"


def desk_of(world: World, run: str) -> Desk:
    """The folder of a run, whether it is there or not."""
    return Desk(run, folder_of(world) / run)


def desks(world: World) -> Iterator[Desk]:
    """Every run of an upgrade on this laptop, the latest first."""
    folder = folder_of(world)
    if folder.is_dir():
        for each in sorted(folder.iterdir(), key=lambda each: each.name[:17], reverse=True):
            if (each / "journal.jsonl").is_file():
                yield Desk(each.name, each)


def find(world: World, run: str = "latest") -> Desk:
    """The run of that number; `latest` the newest one. WrongUsage with the nearest where there is none."""
    known = list(desks(world))
    if run == "latest" and known:
        return known[0]
    found = next((each for each in known if each.run == run), None)
    if found is not None:
        return found
    if run == "latest":
        raise WrongUsage(_("no upgrade was run from this laptop yet"))
    words = _(
        "no upgrade {run} on this laptop; if another one began it: resume {run} --takeover --reason … --plan …"
    )
    raise WrongUsage(words.format(run=run) + did_you_mean(run, [each.run for each in known]))


def unfinished(world: World, site: str) -> Desk | None:
    """The run of a site that was begun and has not ended; None where there is none."""
    for each in desks(world):
        state = each.state()
        if state.head.get("site") == site and not state.ended:
            return each
    return None


def lock_name(site: str) -> str:
    """The name of the lock that one upgrade of a site at a time holds on this laptop."""
    return f"upgrade-{site}"


def at_work(desk: Desk) -> bool:
    """Whether a process of this laptop is at the run just now."""
    try:
        return is_alive(desk.card.read_text("ascii"))
    except (OSError, ValueError):
        return False
