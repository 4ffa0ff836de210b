"""What must hold of conditions in a profile: levels, words and facts they name are ones that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.load.predicate import facts_of, fields_of, read_predicate
from hmaint.load.profile_view import Part, ProfileView, text, texts
from hmaint.load.site_view import Wrong, mapping
from hmaint.model.predicate import Predicate

COUNTS = ("same_issue_warnings", "warnings")
FACTS = ("occurred", "severe_consequence_or_loss", "severe_consequence_or_major_loss")
"""What deductions may hang on."""


def condition_rules(view: ProfileView) -> Iterator[Wrong]:
    """Conditions look at levels and sorts of faults, deductions at warnings and consequences."""
    fields = _fields(view)
    for part in view.root.parts("triggered"):
        if (predicate := _read(part.value.get("when"))) is not None:
            yield from _wrong(part, predicate, fields, ())
    for part in view.rules():
        if (predicate := _read(part.value.get("when"))) is not None:
            yield from _wrong(part, predicate, dict.fromkeys(COUNTS, ()), FACTS)
        elif part.value.get("when") is None and part.value.get("on") is None:
            yield Wrong(part.at, _("a rule says when it holds: when: CONDITION or on: EVENT"))


def criteria_rules(view: ProfileView) -> Iterator[Wrong]:
    """Criteria are either all or any, and some at least."""
    for part in view.classes():
        yield from _criteria(part.below("criteria"))


def _criteria(part: Part) -> Iterator[Wrong]:
    if not part.value:
        return
    if set(part.value) <= {"all", "any"} and len([key for key in part.value if part.value[key]]) != 1:
        yield Wrong(part.at, _("criteria are either all: […] or any: […]"))
    for key in ("all", "any"):
        for inner in part.parts(key):
            yield from _criteria(inner)


def _fields(view: ProfileView) -> Mapping[str, tuple[str, ...]]:
    """The fields of a fault, each with the words it may have; no words: any."""
    dimensions = mapping(mapping(view.root.value.get("incident")).get("dimensions"))
    classes = tuple(part.id for part in view.root.parts("incident", "classes"))
    found = {str(name): tuple(word for _n, word in texts(words)) for name, words in dimensions.items()}
    return {**found, "level": tuple(view.levels()), "class": classes}


def _wrong(
    part: Part, predicate: Predicate, fields: Mapping[str, tuple[str, ...]], facts: tuple[str, ...]
) -> Iterator[Wrong]:
    at = (*part.at, "when")
    for field, words in fields_of(predicate):
        if field not in fields:
            yield Wrong(at, _("{field} is no field here").format(field=field) + meant(field, sorted(fields)))
            continue
        for word in words:
            if fields[field] and word not in fields[field]:
                words_ = _("{field} is never {word}").format(field=field, word=word)
                yield Wrong(at, words_ + meant(word, fields[field]))
    for fact in facts_of(predicate):
        if fact not in facts:
            yield Wrong(
                at, _("{fact} is no fact here").format(fact=fact) + (meant(fact, facts) if facts else "")
            )


def _read(value: object) -> Predicate | None:
    try:
        return read_predicate(text(value)) if text(value) else None
    except ValueError:
        return None  # the schema complains of it
