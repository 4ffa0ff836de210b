"""Incidents that came again: those a person linked, those of one cause, and those that read alike and may be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from unicodedata import normalize

from hmaint.model.incident import Incident

ALIKE = 0.45
"""The share of two reports' pairs of characters that must be the same for one to be offered as the other's return."""
_KEPT = re.compile(r"[^\w\u4e00-\u9fff]+")
_FEWEST = 3
"""Pairs; less text than that says nothing."""


def alike(incident: Incident, others: Iterable[Incident], most: int = 3) -> list[Incident]:
    """Earlier incidents of the same site that read like this one, the likest first; linked ones are not offered."""
    own = _pairs(incident.what)
    earlier = (
        each
        for each in others
        if each.site == incident.site
        and each.id != incident.id
        and each.reported <= incident.reported
        and each.id not in incident.links
    )
    ranked = sorted(((_share(own, _pairs(each.what)), each) for each in earlier), key=lambda pair: -pair[0])
    return [each for share, each in ranked if share >= ALIKE][:most]


def repeats(incidents: Sequence[Incident]) -> list[tuple[Incident, ...]]:
    """The groups of incidents that are one trouble: linked with each other, or solved as having the same cause.

    Each group by the time of report, the groups by their newest member, newest first.
    """
    known = {each.id: each for each in incidents}
    root = {number: number for number in known}

    def top(number: str) -> str:
        while root[number] != number:
            number = root[number]
        return number

    causes: dict[tuple[str, str], str] = {}
    for each in incidents:
        same = [link for link in each.links if link in known]
        cause = _plain(each.texts.get("root_cause") or each.texts.get("cause", ""))
        if cause:
            same.append(causes.setdefault((each.site, cause), each.id))
        for other in same:
            root[top(other)] = top(each.id)
    groups: dict[str, list[Incident]] = {}
    for each in incidents:
        groups.setdefault(top(each.id), []).append(each)
    found = [tuple(sorted(group, key=_when)) for group in groups.values() if len(group) > 1]
    return sorted(found, key=lambda group: _when(group[-1]), reverse=True)


def _when(incident: Incident) -> tuple[object, str]:
    return incident.reported, incident.id


def _plain(text: str) -> str:
    return _KEPT.sub("", normalize("NFKC", text)).casefold()


def _pairs(text: str) -> frozenset[str]:
    plain = _plain(text)[:400]
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    if min(len(one), len(other)) < _FEWEST:
        return 0.0
    return len(one & other) / len(one | other)
