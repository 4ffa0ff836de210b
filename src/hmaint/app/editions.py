"""Editions of database dictionaries: one file an edition in the workspace, never written over."""

from __future__ import annotations

import re
from pathlib import Path

from hmaint.app.world import World
from hmaint.errors import BadFile, Fault, Place
from hmaint.kit.i18n import _
from hmaint.model.dictionary import Dictionary
from hmaint.model.inventory import Database
from hmaint.report.dictionary_codec import decode, encode
from hmaint.report.versions import write_version

FOLDER = "dictionary"


def meanings_path(world: World, database: Database) -> Path:
    """Where people write what tables and columns of a database mean."""
    return world.workspace.root / FOLDER / database.site / f"{database.name}.yaml"


def last_edition(world: World, database: Database) -> tuple[int, Dictionary] | None:
    """The newest edition kept; BadFile when its file was damaged."""
    numbered = _kept(world, database)
    if not numbered:
        return None
    path = numbered[max(numbered)]
    try:
        _number, dictionary = decode(path.read_text("utf-8"))
    except (OSError, ValueError) as wrong:
        words = _("the edition cannot be read: {reason}; put it back from a backup, or remove it")
        raise BadFile([Fault(Place(str(path)), words.format(reason=wrong))]) from wrong
    return max(numbered), dictionary


def edition_path(world: World, database: Database, number: int) -> Path:
    """The file of one edition."""
    return _folder(world, database) / f"{database.name}-{number:04}.json"


def keep_edition(world: World, database: Database, dictionary: Dictionary, number: int) -> Path:
    """Write an edition."""
    content = encode(dictionary, number).encode()
    return write_version(edition_path(world, database, number), lambda _version: content)


def _kept(world: World, database: Database) -> dict[int, Path]:
    name = re.compile(rf"{re.escape(database.name)}-(\d+)\.json")
    folder = _folder(world, database)
    files = folder.iterdir() if folder.is_dir() else ()
    return {int(found[1]): path for path in files if (found := name.fullmatch(path.name))}


def _folder(world: World, database: Database) -> Path:
    return world.workspace.root / FOLDER / database.site / "editions"
