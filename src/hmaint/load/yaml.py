"""The one door through which YAML comes in: strict, bounded, and every value knows its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from hmaint.errors import BadFile, Fault, Place
from hmaint.load.compose import At, Composer, TooMuch
from hmaint.load.decode import MAX_BYTES, controls, read_bytes, shown, text_of
from hmaint.load.syntax import explain

# libyaml is twenty times faster and comes with every wheel; without it the same rules hold, slower.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENOUGH = 100


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain values (dict, list, str, int, float, bool, None, Secret) with all places.

    `places` holds where each value stands, `keys` where the key before it stands.
    """

    value: object
    places: Mapping[At, Place]
    path: str
    keys: Mapping[At, Place]

    def place(self, at: At) -> Place:
        """Where a value stands, or the nearest thing around it that has a place."""
        return next(
            (self.places[at[:n]] for n in range(len(at), -1, -1) if at[:n] in self.places), Place(self.path)
        )

    def key_place(self, at: At) -> Place:
        """Where the key before a value stands; the value's own place when it stands in a list."""
        return self.keys.get(at) or self.place(at)


def read_yaml(path: Path, *, max_bytes: int = MAX_BYTES) -> Document:
    """Read one YAML file; BadFile with every fault found, in the order of the file."""
    return _sound(*survey_yaml(path, max_bytes=max_bytes))


def parse_yaml(text: str, name: str) -> Document:
    """Parse YAML text; `name` stands for the file in places. BadFile with every fault found."""
    return _sound(*_survey(text, name))


def survey_yaml(path: Path, *, max_bytes: int = MAX_BYTES) -> tuple[Document, list[Fault]]:
    """Read one YAML file whose faults do not hide its outline: they are handed back beside it.

    So the caller can add what it finds itself and report everything at once. BadFile where nothing can be
    made of the file.
    """
    return survey_bytes(read_bytes(path, max_bytes), path)


def survey_bytes(data: bytes, path: Path) -> tuple[Document, list[Fault]]:
    """Like `survey_yaml`, of a file that was read already."""
    name = shown(path)
    return _survey(text_of(data, name), name)


def _survey(text: str, name: str) -> tuple[Document, list[Fault]]:
    text = text.removeprefix("\ufeff")
    if faults := controls(text, name):
        raise BadFile(faults)
    composer = Composer(name)
    try:
        composer.take(yaml.parse(text, Loader=_LOADER))
    except TooMuch:
        raise BadFile(composer.faults[:_ENOUGH]) from None
    except yaml.YAMLError as error:
        raise BadFile([*composer.faults[:_ENOUGH], explain(error, text, name)]) from None
    return Document(composer.value, composer.places, name, composer.keys), composer.faults[:_ENOUGH]


def _sound(document: Document, faults: list[Fault]) -> Document:
    if faults:
        raise BadFile(faults)
    return document
