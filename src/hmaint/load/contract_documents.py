"""Which documents a contract's profile wants with every quarter: its obligations, by the names of its documents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hmaint.duty.papers import FORMS
from hmaint.load.contract import FOLDER
from hmaint.load.schema import validate
from hmaint.load.yaml import read_yaml
from hmaint.model.wanted import Rhythm, Wanted

_RHYTHMS: Mapping[str | None, Rhythm] = {
    "day": "month",
    "week": "week",
    "month": "month",
    "quarter": "quarter",
}
"""A daily duty is told month by month. Longer periods have no end in every quarter."""


class _Document(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    id: str
    name: str
    if_any: bool = False


class _Obligation(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    id: str
    per: Literal["day", "week", "month", "quarter", "half_year", "year", "contract", "continuous"] | None = (
        None
    )
    evidence: list[str] = []


class _Occasion(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    id: str
    deliver: str | list[str] = []
    evidence: list[str] = []


class _Profile(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    documents: list[_Document] = []
    obligations: list[_Obligation] = []
    triggered: list[_Occasion] = []
    on_demand: list[_Occasion] = []


def load_wanted(root: Path, name: str) -> tuple[Wanted, ...] | None:
    """Read what the contract of that name wants with a quarter; None where there is no such profile.

    BadFile where what is read here is wrong; the rest of the profile is another's to read.
    """
    path = root / FOLDER / f"{name}.yaml"
    if not name or not path.is_file():
        return None
    profile = validate(_Profile, read_yaml(path))
    known = {document.id: document for document in profile.documents}
    found: dict[tuple[str, str], Wanted] = {}
    for wanted in (*_regular(profile, known), *_occasional(profile, known)):
        # What is due regularly is not once more due on an occasion.
        if wanted.rhythm != "if_any" or not any(title == wanted.title for title, _rhythm in found):
            found.setdefault((wanted.title, wanted.rhythm), wanted)
    return tuple(found.values())


def _regular(profile: _Profile, known: Mapping[str, _Document]) -> list[Wanted]:
    return [
        _wanted(document, known, "if_any" if _if_any(document, known) else _RHYTHMS[duty.per], duty.id)
        for duty in profile.obligations
        if duty.per in _RHYTHMS
        for document in duty.evidence
    ]


def _occasional(profile: _Profile, known: Mapping[str, _Document]) -> list[Wanted]:
    """What is owed on an occasion, or in a period that does not end with every quarter."""
    seldom = [(duty.id, duty.evidence) for duty in profile.obligations if duty.per not in _RHYTHMS]
    occasions = [
        (each.id, [*([each.deliver] if isinstance(each.deliver, str) else each.deliver), *each.evidence])
        for each in (*profile.triggered, *profile.on_demand)
    ]
    return [
        _wanted(document, known, "if_any", clause)
        for clause, documents in (*seldom, *occasions)
        for document in documents
    ]


def _if_any(document: str, known: Mapping[str, _Document]) -> bool:
    return document in known and known[document].if_any


def _wanted(document: str, known: Mapping[str, _Document], rhythm: Rhythm, clause: str) -> Wanted:
    title = known[document].name if document in known else document
    return Wanted(title, FORMS.get(document, ""), rhythm, clause)
