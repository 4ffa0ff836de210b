"""Values from YAML to typed models: strict, every fault at once, each at its own line and column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from hmaint.errors import BadFile, Fault, Place
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.load import complaints
from hmaint.load.annotations import known_enum, known_keys
from hmaint.load.compose import At
from hmaint.load.paths import inside, locate, replaced
from hmaint.load.yaml import Document

M = TypeVar("M", bound=BaseModel)
_FROM_LIST = {"tuple_type": tuple, "frozen_set_type": frozenset, "set_type": set}
_PASSES = 20
"""Containers within containers that may be turned from list to tuple; no schema of ours nests deeper."""


@dataclass(frozen=True, slots=True)
class _Complaint:
    at: At
    kind: str
    value: object
    context: Mapping[str, object]
    message: str
    name: str
    of_key: bool


def validate(model: type[M], document: Document, at: At = ()) -> M:
    """Make the model of what stands at a path of a document; BadFile with every fault at its place.

    Types are strict: `"1"` is no number, `1` no text; lists serve where the model has tuples or sets.
    """
    made, faults = check(model, document, at)
    if made is None or faults:
        raise BadFile(faults)
    return made


def check(model: type[M], document: Document, at: At = ()) -> tuple[M | None, list[Fault]]:
    """Like `validate`, with the faults handed back so that a caller can add its own."""
    value = inside(document.value, at)
    if value is None and not at:
        return None, [Fault(Place(document.path), _("the file is empty"))]
    made, found = _made(model, value)
    faults = [_fault(group, model, document, at) for group in _grouped(found)]
    return made, sort_faults(faults)


def sort_faults(faults: list[Fault]) -> list[Fault]:
    """Put faults in the order of the file and drop repetitions."""
    return sorted(dict.fromkeys(faults), key=lambda fault: (fault.place.line, fault.place.column))


def _made(model: type[M], value: object) -> tuple[M | None, list[_Complaint]]:
    for _pass in range(_PASSES):
        try:
            return model.model_validate(value, strict=True), []
        except ValidationError as error:
            found = [_complaint(entry, value) for entry in error.errors(include_url=False)]
        converted = _converted(model, value, found)
        if converted is value:
            break
        value = converted
    return None, found


def _complaint(entry: Mapping[str, object], value: object) -> _Complaint:
    raw = entry["loc"]
    loc = raw if isinstance(raw, tuple) else ()
    context = entry.get("ctx")
    at = locate(value, loc)
    return _Complaint(
        at,
        str(entry["type"]),
        inside(value, at),
        context if isinstance(context, Mapping) else {},
        str(entry["msg"]),
        str(loc[-1]) if loc else "",
        bool(loc) and loc[-1] == "[key]",
    )


def _converted(model: type[BaseModel], value: object, found: list[_Complaint]) -> object:
    for complaint in found:
        if complaint.kind in _FROM_LIST and isinstance(complaint.value, list) and _hashable(complaint):
            value = replaced(value, complaint.at, _FROM_LIST[complaint.kind](complaint.value))
        elif complaint.kind == "is_instance_of" and (member := _member(model, complaint)) is not None:
            value = replaced(value, complaint.at, member)
    return value


def _hashable(complaint: _Complaint) -> bool:
    items = complaint.value if isinstance(complaint.value, list) else []
    return complaint.kind == "tuple_type" or not any(isinstance(item, list | dict) for item in items)


def _member(model: type[BaseModel], complaint: _Complaint) -> Enum | None:
    enum = known_enum(model, complaint.at)
    return next((member for member in enum or () if member.value == complaint.value), None)


def _grouped(found: list[_Complaint]) -> list[list[_Complaint]]:
    # Every branch of a union complains; those that found another type fall silent where one got deeper.
    above = {complaint.at[:n] for complaint in found for n in range(len(complaint.at))}
    # Likewise where one took the type and minds the value itself.
    minded = {complaint.at for complaint in found if not _typed(complaint) and not complaint.of_key}
    groups: dict[object, list[_Complaint]] = {}
    for number, complaint in enumerate(found):
        typed = _typed(complaint)
        if not (typed and complaint.at in above | minded):
            groups.setdefault(complaint.at if typed else number, []).append(complaint)
    return list(groups.values())


def _typed(complaint: _Complaint) -> bool:
    return complaints.wanted(complaint.kind, complaint.context) is not None and not complaint.of_key


def _fault(group: list[_Complaint], model: type[BaseModel], document: Document, root: At) -> Fault:
    complaint = group[0]
    at = (*root, *complaint.at)
    if complaint.kind == "missing":
        return Fault(document.key_place(at), _("{name} is missing").format(name=complaint.name))
    if complaint.kind == "extra_forbidden":
        known = known_keys(model, complaint.at[:-1])
        return Fault(document.key_place(at), complaints.unknown_key(complaint.name, known))
    if complaint.of_key:
        return Fault(document.key_place(at), _key_words(complaint))
    return Fault(_value_place(document, at), _value_words(group, model))


def _value_place(document: Document, at: At) -> Place:
    # An empty value stands nowhere a person can see; its key does.
    return document.key_place(at) if inside(document.value, at) is None else document.place(at)


def _key_words(complaint: _Complaint) -> str:
    if complaint.kind == "string_type":
        return _("{name} is a number; as a name it wants quotes").format(name=complaint.at[-1])
    return complaints.other(f"{one_line(str(complaint.at[-1]), 40)} ", complaint.kind, complaint.context, "")


def _value_words(group: list[_Complaint], model: type[BaseModel]) -> str:
    first = group[0]
    named = [part for part in first.at if isinstance(part, str)]
    label = f"{one_line(named[-1], 40)} " if named else ""
    wants = [complaints.wanted(one.kind, one.context) for one in group]
    if wants[0] is not None:
        return complaints.mistyped(label, [want for want in wants if want], first.value)
    if first.kind in {"literal_error", "enum"}:
        return complaints.not_among(label, str(first.context.get("expected")), first.value)
    if enum := known_enum(model, first.at):
        return complaints.not_among(label, " ".join(f"'{member.value}'" for member in enum), first.value)
    return complaints.other(label, first.kind, first.context, first.message)
