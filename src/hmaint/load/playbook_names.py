"""Names in conditions and templates, held against what will be there when they are evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import Literal

from hmaint.expr.expression import Use
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.model.inventory import Database, Device, Endpoint, Host

TargetKind = Literal["host", "database", "endpoint", "device"]

TARGETS: Mapping[TargetKind, type[Host | Database | Endpoint | Device]] = {
    "host": Host,
    "database": Database,
    "endpoint": Endpoint,
    "device": Device,
}

# Facts that a visit adds to the inventory's fields; documented in docs/reference/playbooks.md.
_HOST_FACTS = (
    *("os", "kernel", "distribution", "release", "pretty", "cpus"),
    *("init", "uid", "hostname", "uptime", "time", "clock_offset"),
    *("build", "admin", "powershell"),
)
_FACTS: Mapping[TargetKind, tuple[str, ...]] = {
    "host": _HOST_FACTS,
    "database": ("version", "flavour", "uptime", "superuser"),
    "endpoint": (),
    "device": ("sysname", "descr", "vendor", "object_id", "uptime"),
}
_HIDDEN = ("password", "ssh", "snmp", "vars")
_SITE = ("name", "title", "vars")


@dataclass(frozen=True, slots=True)
class Names:
    """What expressions of one step may speak of: declared variables, the site, its target."""

    variables: frozenset[str]
    target: TargetKind

    def faults(self, uses: Iterable[Use], *, columns: bool) -> list[str]:
        """Say why names cannot be there; `columns` tells whether a row's columns are names too."""
        said = [self._fault(use, columns=columns) for use in uses]
        spot = _(" (character {n})")
        return [reason + spot.format(n=use.column) for use, reason in zip(uses, said, strict=True) if reason]

    def _fault(self, use: Use, *, columns: bool) -> str:
        root, *rest = use.path
        known = self._known().get(root)
        if known is not None:
            return _member(root, rest, known)
        # A column may well be called as another sort of target is: df has a `device`.
        if root in TARGETS and (rest or not columns):
            return _("this step looks at a {target}, there is no {name}").format(
                target=self.target, name=root
            )
        if columns and not rest:
            return ""
        words = ("vars", "site", self.target)
        hint = "" if columns else _(" (no columns are read yet)")
        return _("unknown name {name}").format(name=use) + did_you_mean(root, words) + hint

    def _known(self) -> Mapping[str, tuple[str, ...]]:
        return {"vars": tuple(self.variables), "site": _SITE, self.target: attributes(self.target)}


@cache
def attributes(target: TargetKind) -> tuple[str, ...]:
    """List every name behind `host.` and its like: the inventory's fields and the facts of a visit."""
    return (*inventory_fields(target), *_FACTS[target])


@cache
def inventory_fields(target: TargetKind) -> tuple[str, ...]:
    """List the fields a target has in the inventory, without secrets."""
    return tuple(field.name for field in fields(TARGETS[target]) if field.name not in _HIDDEN)


def is_fact(target: TargetKind, name: str) -> bool:
    """Whether only a visit can tell this of a target."""
    return name in _FACTS[target]


def _member(root: str, rest: list[str], known: tuple[str, ...]) -> str:
    if not rest:
        return _("{name} cannot be used as a whole; write {name}.NAME").format(name=root)
    if rest[0] in known:
        return ""
    if root == "vars":
        words = _("variable vars.{name} is declared in no vars:").format(name=rest[0])
    else:
        words = _("{owner} has no {name}").format(owner=root, name=rest[0])
    return words + did_you_mean(rest[0], sorted(known))
