"""Many entries at once from a YAML file: strict, every fault with its place, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, create_model
from pydantic import Field as Key

from hmaint.load.entry_values import read_row, read_value
from hmaint.load.schema import validate
from hmaint.load.yaml import read_yaml
from hmaint.model.ledger import Event, Field

KEY = "records"
"""The one key of the file; below it stands a list of mappings."""
_MOST = 5000


@dataclass(frozen=True, slots=True)
class Told:
    """What one mapping of a file tells: of a new matter its site, of one on record its number."""

    values: Mapping[str, object]
    site: str
    matter: str
    at: str
    evidence: tuple[Path, ...]


def read_entries(path: Path, event: Event, *, opens: bool) -> tuple[Told, ...]:
    """Read a file of entries of one event. BadFile with every fault at its line and column."""
    read = validate(file_model(event, opens=opens), read_yaml(path))
    return tuple(_told(each, event, path.parent) for each in getattr(read, KEY))


def file_model(event: Event, *, opens: bool) -> type[BaseModel]:
    """The shape of such a file; its JSON Schema is for editors."""
    record = _model(
        "Record",
        {
            **({"site": (str, "")} if opens else {"id": (str, ...)}),
            "at": (str, ""),
            "evidence": (list[str], Key(default_factory=list)),
            **{each.name: _shape(each) for each in event.fields},
        },
    )
    listed = Annotated[list[record], Key(min_length=1, max_length=_MOST)]  # type: ignore[valid-type] # made just now
    return _model("Records", {KEY: (listed, ...)})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


def _model(name: str, fields: Mapping[str, object]) -> type[BaseModel]:
    return cast("type[BaseModel]", create_model(name, __base__=_Strict, **cast("Any", fields)))


def _shape(field: Field) -> tuple[object, object]:
    missing = ... if field.required else None
    if field.sort == "rows":
        cell = Annotated[str, BeforeValidator(_plain)]
        row = _model("Row", {name: (cell, ... if name == field.columns[0] else "") for name in field.columns})
        rows = Annotated[list[row], Key(min_length=1 if field.required else 0)]  # type: ignore[valid-type] # as above
        return (rows, ... if field.required else Key(default_factory=list))
    if field.sort == "flag":
        return (bool if field.required else bool | None, missing)
    before = [BeforeValidator(_figure)] if field.sort == "number" else []
    kind = Annotated[(str, *before, AfterValidator(_reader(field)))]
    return (kind if field.required else kind | None, missing)


def _reader(field: Field) -> Callable[[str], object]:
    return lambda told: read_value(field, told)


def _figure(value: object) -> object:
    """A number may stand without quotes."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _plain(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _told(read: BaseModel, event: Event, folder: Path) -> Told:
    given = read.model_dump()
    values: dict[str, object] = {}
    for each in event.fields:
        value = given[each.name]
        if each.sort == "rows" and value:
            values[each.name] = [read_row(each, row) for row in value]
        elif value is not None and value != []:
            values[each.name] = value
    evidence = tuple(folder / name for name in given["evidence"])
    return Told(values, given.get("site", ""), given.get("id", ""), given["at"], evidence)
