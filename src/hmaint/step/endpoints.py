"""What the kinds that look at endpoints have in common: where an endpoint is, and the row a probe brought."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Endpoint, Scalar, Target
from hmaint.model.look import Answer, Row, Rows, Seen

_HTTP = 80
_HTTPS = 443


def endpoint(target: Target) -> Endpoint:
    """Take the target for an endpoint; CouldNotLook `unsupported` for anything else."""
    if not isinstance(target, Endpoint):
        raise CouldNotLook(Seen.UNSUPPORTED, "只能用于 endpoints")
    return target


def place(text: str) -> tuple[tuple[str, Scalar], tuple[str, Scalar]]:
    """Take `host:port` or `[IPv6]:port` apart into a probe's settings."""
    address, _, port = text.rpartition(":")
    return ("address", address.strip("[]")), ("port", int(port))


def tls_place(target: Endpoint) -> tuple[tuple[str, Scalar], tuple[str, Scalar]]:
    """Find where an endpoint speaks TLS: its `tls`, or its https URL; CouldNotLook when it does not."""
    if target.tls:
        return place(target.tls)
    parts = urlsplit(target.url)
    if parts.scheme != "https" or not parts.hostname:
        raise CouldNotLook(Seen.UNSUPPORTED, "该端点不使用 TLS")
    return ("address", parts.hostname), ("port", parts.port or _HTTPS)


def port_of(target: Endpoint) -> tuple[tuple[str, Scalar], tuple[str, Scalar]]:
    """Find the port behind an endpoint, whatever it speaks; CouldNotLook when it names none."""
    if target.tcp or target.tls:
        return place(target.tcp or target.tls)
    parts = urlsplit(target.url)
    if not parts.hostname:
        raise CouldNotLook(Seen.UNSUPPORTED, "该端点没有地址")
    return ("address", parts.hostname), ("port", parts.port or (_HTTPS if parts.scheme == "https" else _HTTP))


def row_of(answers: Sequence[Answer]) -> Row:
    """Give the one row a probe brought; CouldNotLook says why there is none."""
    (answer,) = answers
    if answer.seen is not Seen.OBSERVED or not isinstance(answer, Rows) or not answer.rows:
        raise CouldNotLook(answer.seen, answer.reason or "没有得到回答")
    return answer.rows[0]
