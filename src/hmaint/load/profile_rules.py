"""What must hold between the parts of a profile: ids are unique, and what is named exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from hmaint.errors import Fault
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.load.profile_rules_time import calendar_rules, date_rules, immediate_rules, window_rules
from hmaint.load.profile_rules_words import condition_rules, criteria_rules
from hmaint.load.profile_view import Part, ProfileView, text, texts
from hmaint.load.site_view import Wrong, mapping
from hmaint.load.yaml import Document

_DOCUMENTS = (
    ("deliver", "triggered"),
    ("evidence", "obligations"),
    ("evidence", "on_demand"),
    ("parts", "documents"),
)
_SINGLE = (
    ("requirements", "form"), ("upgrade", "after", "doc"), ("upgrade", "record", "doc"), ("backup", "drill", "doc"),
)  # fmt: skip
_READABLE = {
    "triggered": {"within", "calendar"},
    "obligations": {"per"},
    "quotas": {"per", "limit"},
    "clock": {"limit", "calendar", "from", "until"},
    "rule": {"base"},
    "after": {"within"},
}
"""What a reading may change of which kind of clause."""


def cross_faults(document: Document) -> list[Fault]:
    """Find every fault between parts; the shape of each is another's to check."""
    view = ProfileView(Part((), mapping(document.value)))
    return [
        Fault(document.key_place(wrong.at) if wrong.key else document.place(wrong.at), wrong.message)
        for rule in _RULES
        for wrong in rule(view)
    ]


def _unique(view: ProfileView) -> Iterator[Wrong]:
    groups: list[Iterable[Part]] = [
        [*view.clauses(), *view.rules()],
        view.classes(),
        *(view.root.parts(section) for section in ("channels", "documents", "ambiguities")),
        view.root.parts("upgrade", "gates"),
        view.root.parts("deductions", "classes"),
        *(part.parts("clocks") for part in view.classes()),
        *(part.parts("readings") for part in view.root.parts("ambiguities")),
    ]
    for group in groups:
        yield from _twice(group)


def _twice(group: Iterable[Part]) -> Iterator[Wrong]:
    seen: set[str] = set()
    for part in group:
        if part.id and part.id in seen:
            yield Wrong((*part.at, "id"), _("{id} is there already; ids are unique").format(id=part.id))
        seen.add(part.id)


def _documents(view: ProfileView) -> Iterator[Wrong]:
    known = view.ids("documents")
    for key, section in _DOCUMENTS:
        for part in view.root.parts(section):
            yield from _named(part, key, known)
    for part in (*view.root.parts("security"), *view.root.parts("upgrade", "gates")):
        for key in ("deliver", "doc"):
            yield from _named(part, key, known)
    for *path, key in _SINGLE:
        holder = view.root
        for step in path:
            holder = holder.below(step)
        yield from _named(holder, key, known)


def _named(part: Part, key: str, known: list[str]) -> Iterator[Wrong]:
    value = part.value.get(key)
    given = [((*part.at, key, number), word) for number, word in texts(value)]
    given += [((*part.at, key), text(value))] if text(value) else []
    for at, word in given:
        if word not in known:
            words = _("no document {name} is listed under documents").format(name=word)
            yield Wrong(at, words + (meant(word, known) if known else ""))


def _ambiguities(view: ProfileView) -> Iterator[Wrong]:
    known = view.named()
    for part in view.root.parts("ambiguities"):
        for number, word in texts(part.value.get("about")):
            if word not in known:
                words = _("nothing in this contract is called {name}").format(name=word)
                yield Wrong((*part.at, "about", number), words + meant(word, sorted(known)))
        for reading in part.parts("readings"):
            yield from _changes(view, reading)


def _changes(view: ProfileView, reading: Part) -> Iterator[Wrong]:
    readable, changes = _readable(view), reading.below("changes")
    for name, change in changes.value.items():
        at = (*changes.at, str(name))
        if name not in readable:
            words = _("nothing that can be read otherwise is called {name}").format(name=name)
            yield Wrong(at, words + meant(str(name), sorted(readable)), key=True)
            continue
        for key in mapping(change):
            if key not in readable[str(name)]:
                words = _("{key} of {name} cannot be read otherwise, only: {keys}")
                keys = ", ".join(sorted(readable[str(name)]))
                yield Wrong((*at, str(key)), words.format(key=key, name=name, keys=keys), key=True)
        calendar = text(mapping(change).get("calendar"))
        if calendar and calendar not in dict(view.calendars()):
            yield Wrong((*at, "calendar"), _("no calendar {name} is listed").format(name=calendar))


def _readable(view: ProfileView) -> dict[str, set[str]]:
    """What may be changed, by the name it is changed under."""
    found = {
        part.id: _READABLE[section]
        for section in ("triggered", "obligations", "quotas")
        for part in view.root.parts(section)
    }
    found |= {
        f"{part.id}.{clock.id}": _READABLE["clock"]
        for part in view.classes()
        for clock in part.parts("clocks")
    }
    found |= {rule.id: _READABLE["rule"] for rule in view.rules()}
    after = view.root.below("upgrade").below("after")
    return found | {text(after.value.get("clause")): _READABLE["after"]}


_RULES: tuple[Callable[[ProfileView], Iterator[Wrong]], ...] = (
    _unique,
    _documents,
    _ambiguities,
    calendar_rules,
    window_rules,
    immediate_rules,
    date_rules,
    condition_rules,
    criteria_rules,
)
