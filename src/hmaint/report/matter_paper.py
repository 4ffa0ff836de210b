"""What every paper made of one record shares: the parties, the record's number, when it was made, and its hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Inventory
from hmaint.model.matter import Matter
from hmaint.report.digest import digest
from hmaint.report.neutral import neutralise
from hmaint.report.particulars import parties
from hmaint.report.wording import moment

Row = dict[str, object]
UNTOLD = "未记录"
"""Stands where a form insists on words and the record has none: nothing is made up."""


def paper(
    matter: Matter, inventory: Inventory, title: str, said: Mapping[str, object], generated_at: datetime
) -> dict[str, object]:
    """Put what a record says on a form, under the head all forms have."""
    data = {
        **parties(inventory, matter.site, title),
        "number": matter.id,
        "record": matter.id,
        **said,
        "version": 1,
        "generated_at": moment(generated_at),
    }
    clean = neutralise(data)
    assert isinstance(clean, dict)  # noqa: S101 - a mapping stays one; this tells the type checker
    return {**clean, "digest": digest(clean)}


def told(matter: Matter, *names: str) -> dict[str, object]:
    """What was told under some names, as text; empty where nothing was."""
    return {name: matter.text(name) for name in names}


def told_or(matter: Matter, *names: str) -> dict[str, object]:
    """The same for what a form insists on."""
    return {name: matter.text(name) or UNTOLD for name in names}


def numbered(
    rows: Iterable[Mapping[str, str]], columns: Sequence[str], must: Sequence[str] = ()
) -> list[Row]:
    """Rows with numbers; what a form insists on and nobody told is said to be untold."""
    return [
        {
            "number": number,
            **{name: row.get(name, "") or (UNTOLD if name in must else "") for name in columns},
        }
        for number, row in enumerate(rows, start=1)
    ]


def who(matter: Matter, name: str) -> str:
    """The person told, else whoever put the matter on record."""
    return matter.text(name) or (matter.opening.operator if matter.opening else UNTOLD)


def when(at: datetime) -> str:
    """A moment as forms write it; one of midnight was told as a day."""
    local = at.astimezone(CHINA)
    return f"{local:%Y-%m-%d}" if not (local.hour or local.minute) else moment(local)


def when_told(text: str) -> str:
    """A day or moment of a record as forms write it."""
    return when(datetime.fromisoformat(text)) if "T" in text else text
