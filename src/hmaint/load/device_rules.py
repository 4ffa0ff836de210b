"""What a device must get right beyond the types of its values: whoever is asked by SNMP needs all of one version."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.load.compose import At
from hmaint.load.site_view import SiteView, Written, Wrong, mapping
from hmaint.model.inventory import Secret

_VERSION_3_ONLY = ("user", "auth", "privacy", "context")


def wrong_devices(view: SiteView) -> Iterator[Wrong]:
    """Find devices without an address, and those that lack what their version of SNMP wants."""
    above = {**mapping(view.defaults.get("snmp")), **mapping(view.site.get("snmp"))}
    for at, name, device in view.entries("devices"):
        label = one_line(name, 64)
        if "address" not in device:
            yield Wrong(at, _("device {name} lacks address").format(name=label), key=True)
        own = mapping(device.get("snmp"))
        yield from _lacking((*at, "snmp") if own else at, label, {**above, **own})
        yield from _misplaced((*at, "snmp"), own, str({**above, **own}.get("version", "3")))


def written_out(view: SiteView) -> Iterator[tuple[At, str]]:
    """Find every community and every password of SNMP that is written into the file."""
    for at, snmp in (*view.snmp(), (("defaults", "snmp"), mapping(view.defaults.get("snmp")))):
        if isinstance(snmp.get("community"), str):
            yield (*at, "community"), "community"
        for part in ("auth", "privacy"):
            if isinstance(mapping(snmp.get(part)).get("password"), str):
                yield (*at, part, "password"), "password"


def _lacking(at: At, name: str, snmp: Written) -> Iterator[Wrong]:
    version = str(snmp.get("version", "3"))
    words = _("device {name} lacks {key} for SNMP version {version}")
    need = "user" if version == "3" else "community"
    if version in {"1", "2c", "3"} and not _given(snmp.get(need)):
        yield Wrong(at, words.format(name=name, key=need, version=version), key=True)
    if version == "3" and snmp.get("privacy") is not None and snmp.get("auth") is None:
        yield Wrong(at, _("device {name} has privacy without auth").format(name=name), key=True)


def _misplaced(at: At, own: Written, version: str) -> Iterator[Wrong]:
    wrong = _VERSION_3_ONLY if version in {"1", "2c"} else ("community",) if version == "3" else ()
    for key in wrong:
        if _given(own.get(key)):
            words = _("{key} does not go with SNMP version {version}")
            yield Wrong((*at, key), words.format(key=key, version=version), key=True)


def _given(value: object) -> bool:
    return isinstance(value, Secret) or bool(value)
