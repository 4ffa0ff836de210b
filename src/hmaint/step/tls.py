"""The kind of step that reads the certificate of a service."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from hmaint.errors import Bug
from hmaint.model.inventory import Scalar
from hmaint.model.look import Answer, Ask, Probe, Row, Table
from hmaint.model.playbook import Risk
from hmaint.step.endpoints import endpoint, row_of, tls_place
from hmaint.step.kind import Args, Context


class TlsArgs(Args):
    """No arguments: where to look is the endpoint's `tls`, or its https `url`."""


class Tls:
    """Pure halves: one certificate asked for; `days` (whole days left, negative once over) counted from now.

    `chain_ok` and `hostname_ok` tell what is so whether or not the endpoint says `verify: false`; a playbook leaves
    out the endpoints whose certificates nobody promised with `when: endpoint.verify`.
    """

    risk = Risk.READ
    args: type[Args] = TlsArgs
    templates: frozenset[str] = frozenset()

    def ask(self, args: Args, context: Context) -> Sequence[Ask]:  # noqa: ARG002 - every kind is called alike
        return [Probe("tls", tls_place(endpoint(context.target)))]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:  # noqa: ARG002 - as above
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
        "hostname_ok": seen["hostname_ok"],
        "chain_ok": seen["chain_ok"],
        "problem": "；".join(word for word in (timely, str(seen["problem"])) if word),
    }


KIND = Tls()
