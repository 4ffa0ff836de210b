"""The records as a whole: where they are, moved to another place, written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from hmaint.app.world import World
from hmaint.errors import Refused, WrongUsage
from hmaint.kit.i18n import _
from hmaint.store.records import Records

if TYPE_CHECKING:
    from hmaint.store.export import Written
    from hmaint.store.removal import Moved

HERE = "workspace"
"""Stands for the records of this very workspace, wherever they are."""
_ENV = "env:"
_EXPORTS = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the records are and how much is in them."""

    place: str
    rows: Mapping[str, int]
    evidence: int
    rescued: int
    """Files that wait to be brought in."""


def standing(world: World) -> Standing:
    """Tell how the records of this workspace stand."""
    records = world.records
    waiting = len(list(world.workspace.private.glob("rescue-*.jsonl")))
    return Standing(
        records.place, records.filled(), sum(1 for _digest in records.evidence.digests()), waiting
    )


def export(world: World, output: Path, *, evidence: bool) -> Written:
    """Write everything into a file of JSON Lines, never over another; Refused when there is one."""
    if output.exists():
        raise Refused(_("{file} is there already; name another file").format(file=output))
    if not output.name.endswith(_EXPORTS):
        raise WrongUsage(_("an export is named .jsonl, or .jsonl.gz to be packed"))
    return world.records.export(output.absolute(), world.clock.now(), evidence=evidence)


def copy(world: World, source: str, target: str) -> Moved:
    """Copy all records from one place to another that has none yet; each is `workspace`, a file, a URL or env:NAME.

    An export may be the source. WrongUsage for a password in a URL that anybody on this machine could read.
    """
    if source.endswith(_EXPORTS):
        with _open(world, target) as taking:
            return taking.take(Path(source).absolute())
    if _named(world, source) == _named(world, target):
        raise WrongUsage(_("both are the same place"))
    with _open(world, source, there=True) as one, _open(world, target) as two:
        moved = one.copy_to(two)
        _carry_anchor(world, one, two)
    return moved


def _carry_anchor(world: World, one: Records, two: Records) -> None:
    """The trail stays where it is, and whoever cuts it from now on must be noticed by the new records as well."""
    anchor = one.anchor(world.workspace.audit)
    if anchor is not None:
        two.set_anchor(world.workspace.audit, anchor)


def _open(world: World, word: str, *, there: bool = False) -> Records:
    place = _named(world, word)
    if isinstance(place, Path):
        if there and not place.is_file():
            raise WrongUsage(_("there are no records in {file}").format(file=place))
        return Records.open(place)
    return Records.open(place, folder=world.workspace.private)


def _named(world: World, word: str) -> str | Path:
    if word == HERE:
        return world.place
    if word.startswith(_ENV):
        name = word.removeprefix(_ENV)
        if not world.environ.get(name):
            raise WrongUsage(_("the environment has no {name}").format(name=name))
        return world.environ[name]
    if "://" not in word:
        return Path(word).absolute()
    _refuse_password(word)
    return word


def _refuse_password(url: str) -> None:
    try:
        told = make_url(url).password is not None
    except ArgumentError:
        return  # whoever opens it says what is wrong with it
    if told:
        words = _(
            "a password on the command line can be read by others; put the URL into the environment and say {how}"
        )
        raise WrongUsage(words.format(how="env:NAME"))
