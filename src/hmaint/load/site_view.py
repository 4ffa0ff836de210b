"""A site as it was written, read without trusting its types, for the rules that compare entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hmaint.load.compose import At

Written = Mapping[object, object]


def mapping(value: object) -> Written:
    """Take a value for a mapping; anything else counts as empty, the schema complains of it."""
    return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something a rule objects to; `key` points at the key before the value."""

    at: At
    message: str
    key: bool = False


@dataclass(frozen=True, slots=True)
class SiteView:
    """One site with the path it stands at and the defaults it starts from."""

    at: At
    site: Written
    defaults: Written

    def names(self, section: str) -> list[str]:
        """List the names a section declares."""
        return [name for name in mapping(self.site.get(section)) if isinstance(name, str)]

    def entries(self, section: str) -> Iterator[tuple[At, str, Written]]:
        """Go through a section's entries that are mappings or empty."""
        for name, entry in mapping(self.site.get(section)).items():
            if isinstance(name, str) and (entry is None or isinstance(entry, Mapping)):
                yield (*self.at, section, name), name, mapping(entry)

    def ssh(self) -> Iterator[tuple[At, Written]]:
        """Go through every `ssh:` of the site itself."""
        yield (*self.at, "ssh"), mapping(self.site.get("ssh"))
        for at, _, host in self.entries("hosts"):
            yield (*at, "ssh"), mapping(host.get("ssh"))

    def snmp(self) -> Iterator[tuple[At, Written]]:
        """Go through every `snmp:` of the site itself."""
        yield (*self.at, "snmp"), mapping(self.site.get("snmp"))
        for at, _, device in self.entries("devices"):
            yield (*at, "snmp"), mapping(device.get("snmp"))

    def vars(self) -> Iterator[tuple[At, Written]]:
        """Go through every `vars:` of the site itself."""
        yield (*self.at, "vars"), mapping(self.site.get("vars"))
        for section in ("hosts", "databases", "endpoints", "devices", "backups"):
            for at, _, entry in self.entries(section):
                yield (*at, "vars"), mapping(entry.get("vars"))


def views(document: object) -> Iterator[SiteView]:
    """Go through the sites of an inventory document."""
    root = mapping(document)
    for name, site in mapping(root.get("sites")).items():
        if isinstance(name, str | int):
            yield SiteView(("sites", name), mapping(site), mapping(root.get("defaults")))
