"""What the kinds that look at endpoints have in common: where an endpoint is, and the row a probe brought."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from hmaint.errors import CouldNotLook
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Endpoint, Scalar, Target
from hmaint.model.look import Answer, Ask, Probe, Row, Rows, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.kind import Args, Context

_HTTP = 80
_HTTPS = 443
NTP = 123
DNS = 53
BY_TCP = ("ldap", "smtp", "ftp", "ssh", "dicom", "mllp")
STARTTLS = ("ldap", "smtp", "ftp")

Settings = tuple[tuple[str, Scalar], ...]


@dataclass(frozen=True, slots=True)
class NoArgs(Args):
    """No arguments: whom to ask, and for what, is the endpoint's own."""


class OneProbe:
    """Pure halves of a kind that asks one question: its one row is what the probe brought."""

    risk = Risk.READ
    args: type[Args] = NoArgs
    templates: frozenset[str] = frozenset()

    def __init__(self, probe: str, settings: Callable[[Endpoint], Settings]) -> None:
        self._probe = probe
        self._settings = settings

    def ask(self, args: Args, context: Context) -> Sequence[Ask]:  # noqa: ARG002 - every kind is called alike
        return [Probe(self._probe, self._settings(endpoint(context.target)))]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:  # noqa: ARG002 - as above
        return Table((row_of(answers),))


def own_place(*names: str) -> Callable[[Endpoint], Settings]:
    """Find the place in the first of these fields that the endpoint has; CouldNotLook when it has none."""

    def find(target: Endpoint) -> Settings:
        for name in names:
            if getattr(target, name):
                return place(getattr(target, name))
        raise CouldNotLook(Seen.UNSUPPORTED, f"该端点没有 {'、'.join(names)}")

    return find


def endpoint(target: Target) -> Endpoint:
    """Take the target for an endpoint; CouldNotLook `unsupported` for anything else."""
    if not isinstance(target, Endpoint):
        raise CouldNotLook(Seen.UNSUPPORTED, "只能用于 endpoints")
    return target


def place(text: str) -> tuple[tuple[str, Scalar], tuple[str, Scalar]]:
    """Take `host:port` or `[IPv6]:port` apart into a probe's settings."""
    address, _, port = text.rpartition(":")
    return ("address", address.strip("[]")), ("port", int(port))


def tls_place(target: Endpoint) -> tuple[tuple[str, Scalar], ...]:
    """Find where an endpoint speaks TLS: its `tls`, its https URL, or behind STARTTLS; CouldNotLook elsewhere."""
    if target.tls:
        return place(target.tls)
    for name in STARTTLS:
        if target.starttls and getattr(target, name):
            return *place(getattr(target, name)), ("starttls", name)
    parts = urlsplit(target.url)
    if parts.scheme != "https" or not parts.hostname:
        raise CouldNotLook(Seen.UNSUPPORTED, "该端点不使用 TLS")
    return ("address", parts.hostname), ("port", parts.port or _HTTPS)


def place_or_default(text: str, port: int) -> tuple[tuple[str, Scalar], tuple[str, Scalar]]:
    """Take `host` or `host:port` apart; a bare IPv6 address has no port."""
    if text.startswith("[") or text.count(":") == 1:
        return place(text)
    return ("address", text), ("port", port)


def port_of(target: Endpoint) -> tuple[tuple[str, Scalar], tuple[str, Scalar]]:
    """Find the port behind an endpoint, whatever it speaks; CouldNotLook when it names none."""
    for text in (target.tcp, target.tls, *(getattr(target, name) for name in BY_TCP)):
        if text:
            return place(text)
    parts = urlsplit(target.url)
    if not parts.hostname:
        raise CouldNotLook(Seen.UNSUPPORTED, "该端点没有地址")
    return ("address", parts.hostname), ("port", parts.port or (_HTTPS if parts.scheme == "https" else _HTTP))


def contact(target: Endpoint) -> Sequence[Probe]:
    """What is asked of an endpoint only to see whether it is there."""
    if target.ntp:
        return [Probe("ntp", place_or_default(target.ntp, NTP))]
    if target.dns:
        name = ("name", target.dns)
        return [Probe("dns", (*place_or_default(server, DNS), name)) for server in target.dns_servers]
    return [Probe("tcp", port_of(target))]


def settle_contact(answers: Sequence[Answer]) -> None:
    """Raise CouldNotLook unless every answer to `contact` was one; a port that refuses is none."""
    for answer in answers:
        row = row_of([answer])
        if row.get("open", row.get("answered")) is not True:
            raise CouldNotLook(Seen.UNREACHABLE, str(row["answer"]))


def row_of(answers: Sequence[Answer]) -> Row:
    """Give the one row a probe brought; CouldNotLook says why there is none."""
    (answer,) = answers
    if answer.seen is not Seen.OBSERVED or not isinstance(answer, Rows) or not answer.rows:
        raise CouldNotLook(answer.seen, answer.reason or "没有得到回答")
    return answer.rows[0]
