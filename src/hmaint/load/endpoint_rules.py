"""What an endpoint must get right beyond the types of its values: one way of being asked, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hmaint.kit.i18n import _, series
from hmaint.kit.text import one_line
from hmaint.load.compose import At
from hmaint.load.site_view import SiteView, Written, Wrong, mapping

ASKED_BY = ("url", "tcp", "tls", "ntp", "dns", "ldap", "smtp", "ftp", "ssh", "dicom", "mllp")
"""The keys of which an endpoint has exactly one: each says where it is, and what it speaks."""

_GOES_WITH: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("expect", "contains", "json"), ("url",)),
    "starttls": ("ldap", "smtp", "ftp"),
    **dict.fromkeys(("called", "calling"), ("dicom",)),
}


def endpoint_rule(view: SiteView) -> Iterator[Wrong]:
    """Find endpoints that are asked by nothing or by two ways, and keys that belong to another way."""
    for at, name, endpoint in view.entries("endpoints"):
        given = [key for key in ASKED_BY if key in endpoint]
        if len(given) != 1:
            too_many = _("endpoint {name} has {keys} together, only one can stand")
            words = too_many if given else _("endpoint {name} lacks one of {keys}")
            told = series(given or ASKED_BY)
            yield Wrong(at, words.format(name=one_line(name, 64), keys=told), key=True)
        else:
            yield from _strangers(at, endpoint, given[0])
        yield from _resolvers(at, endpoint)


def _strangers(at: At, endpoint: Written, given: str) -> Iterator[Wrong]:
    words = _("{key} goes only with {keys}")
    for key, ways in _GOES_WITH.items():
        if key in endpoint and given not in ways:
            yield Wrong((*at, key), words.format(key=key, keys=series(ways)), key=True)


def _resolvers(at: At, endpoint: Written) -> Iterator[Wrong]:
    dns = mapping(endpoint.get("dns"))
    if "servers" in dns and not dns["servers"]:
        yield Wrong((*at, "dns", "servers"), _("must not be empty"), key=True)
