"""The kind of step that asks resolvers for a name, and sees whether they agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from hmaint.errors import CouldNotLook
from hmaint.kit.frozen import dataclass
from hmaint.model.inventory import Endpoint
from hmaint.model.look import Answer, Ask, Probe, Row, Rows, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.arguments import own
from hmaint.step.endpoints import DNS, endpoint, place_or_default
from hmaint.step.kind import Args, Context


@dataclass(frozen=True, slots=True)
class DnsArgs(Args):
    """`of: answers` gives a row a resolver, `of: agreement` one row in all."""

    of: Literal["answers", "agreement"] = "answers"


class Dns:
    """Pure halves: one question a resolver; a resolver that was not heard is never taken for one that agrees."""

    risk = Risk.READ
    args: type[Args] = DnsArgs
    templates: frozenset[str] = frozenset()

    def ask(self, args: Args, context: Context) -> Sequence[Ask]:  # noqa: ARG002 - every kind is called alike
        target = endpoint(context.target)
        if not target.dns:
            raise CouldNotLook(Seen.UNSUPPORTED, "该端点没有 dns")
        asked = ("name", target.dns)
        return [Probe("dns", (*place_or_default(server, DNS), asked)) for server in target.dns_servers]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:
        target = endpoint(context.target)
        heard = list(zip(target.dns_servers, answers, strict=True))
        rows = [{"server": server, **row} for server, answer in heard if (row := _row(answer)) is not None]
        silent = [(server, answer) for server, answer in heard if _row(answer) is None]
        if own(args, DnsArgs).of == "answers":
            bad = any(row["answered"] is not True for row in rows)
        else:
            rows = [dict(_agreement(target, rows))] if rows else []
            bad = any(row["agree"] is False or row["expected"] is False for row in rows)
        if silent and not bad:
            raise _unheard(silent)
        return Table(tuple(rows), cut=bool(silent))


def _row(answer: Answer) -> Row | None:
    fine = answer.seen is Seen.OBSERVED and isinstance(answer, Rows) and answer.rows
    return answer.rows[0] if fine and isinstance(answer, Rows) else None


def _unheard(silent: Sequence[tuple[str, Answer]]) -> CouldNotLook:
    told = "；".join(f"{server}：{answer.reason or '没有得到回答'}" for server, answer in silent)
    return CouldNotLook(silent[0][1].seen, told)


def _agreement(target: Endpoint, rows: Sequence[Row]) -> Row:
    """Whether all say the same, and what they should; `expected` is True where nothing is asked for."""
    said = {str(row["addresses"]) for row in rows}
    wanted = set(target.dns_answers)
    right = not wanted or all(set(text.split("、")) == wanted for text in said)
    told = "；".join(f"{row['server']} 答 {row['addresses'] or row['answer']}" for row in rows)
    return {"agree": len(said) == 1, "expected": right, "answers": told}


KIND = Dns()
