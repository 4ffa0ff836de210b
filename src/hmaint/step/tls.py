"""The kind of step that reads the certificate of a service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from hmaint.errors import Bug
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Scalar
from hmaint.model.look import Answer, Ask, Probe, Row, Table
from hmaint.model.playbook import Risk
from hmaint.step.arguments import own
from hmaint.step.endpoints import endpoint, row_of, tls_place
from hmaint.step.kind import Args, Context


@dataclass(frozen=True, slots=True)
class TlsArgs(Args):
    """`of: certificate` reads the certificate, `of: versions` which old versions of TLS are still taken.

    Where to look is the endpoint's `tls`, its https `url`, or behind `starttls`.
    """

    of: Literal["certificate", "versions"] = "certificate"


_LEAST_BITS = {"RSA": 2048, "DSA": 2048, "EC": 224}
_PROBES = {"certificate": "tls", "versions": "tls_versions"}


class Tls:
    """Pure halves: one certificate asked for; `days` (whole days left, negative once over) counted from now.

    `chain_ok` and `hostname_ok` tell what is so whether or not the endpoint says `verify: false`; a playbook leaves
    out the endpoints whose certificates nobody promised with `when: endpoint.verify`.
    """

    risk = Risk.READ
    args: type[Args] = TlsArgs
    templates: frozenset[str] = frozenset()

    def ask(self, args: Args, context: Context) -> Sequence[Ask]:
        return [Probe(_PROBES[own(args, TlsArgs).of], tls_place(endpoint(context.target)))]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:
        if own(args, TlsArgs).of == "versions":
            return Table((row_of(answers),))
        if context.now is None:
            raise Bug("a certificate cannot be read without knowing the time")
        return Table((_row(row_of(answers), context.now),))


def _row(seen: Row, now: datetime) -> dict[str, Scalar]:
    begins, ends = (datetime.fromisoformat(str(seen[name])) for name in ("not_before", "not_after"))
    timely = "证书已过期" if ends < now else "证书尚未生效" if begins > now else ""
    return {
        "days": (ends - now) // timedelta(days=1),
        "subject": seen["subject"],
        "issuer": seen["issuer"],
        "expires": ends.astimezone(now.tzinfo).strftime("%Y-%m-%d %H:%M"),
        "protocol": seen["protocol"],
        "key": seen["key"],
        "key_bits": seen["key_bits"],
        "key_weak": _weak(seen),
        "signature": seen["signature"],
        "hostname_ok": seen["hostname_ok"],
        "chain_ok": seen["chain_ok"],
        "problem": "；".join(word for word in (timely, str(seen["problem"])) if word),
    }


def _weak(seen: Row) -> bool | None:
    """Whether the key is shorter than today's least; None where its kind is not known."""
    kind, bits = str(seen["key"]), seen["key_bits"]
    if not kind or not isinstance(bits, int):
        return None
    return bits < _LEAST_BITS.get(kind, 0)


KIND = Tls()
