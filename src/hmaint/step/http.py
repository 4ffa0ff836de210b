"""The kind of step that asks for a page and compares the answer with what it should be."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.errors import CouldNotLook
from hmaint.kit.frozen import dataclass
from hmaint.model.look import Answer, Ask, Probe, Seen, Table
from hmaint.model.playbook import Risk
from hmaint.step.arguments import own
from hmaint.step.endpoints import endpoint, row_of
from hmaint.step.kind import Args, Context


@dataclass(frozen=True, slots=True)
class HttpArgs(Args):
    """What is not given is the endpoint's own: `url`, `expect` (a status), `contains` (text of the page)."""

    url: str | None = None
    expect: int | None = None
    contains: str | None = None


class Http:
    """Pure halves: one GET asked for, its answer read; `json` and `json_ok` where the endpoint names a field.

    `as_expected` holds the answer against `expect` (without one: any status from 200 to 399) and `contains`.
    """

    risk = Risk.READ
    args: type[Args] = HttpArgs
    templates = frozenset({"url", "contains"})

    def ask(self, args: Args, context: Context) -> Sequence[Ask]:
        given, target = own(args, HttpArgs), endpoint(context.target)
        url = given.url or target.url
        if not url:
            raise CouldNotLook(Seen.UNSUPPORTED, "该端点没有 url")
        expect = target.expect if given.expect is None else given.expect
        contains = target.contains if given.contains is None else given.contains
        settings = (("url", url), ("expect", expect), ("contains", contains), ("verify", target.verify))
        # A page of another address has fields of its own.
        wants = bool(target.json_path) and given.url is None
        field = (("json_path", target.json_path), ("json_equals", target.json_equals)) if wants else ()
        return [Probe("http", (*settings, *field))]

    def read(self, args: Args, context: Context, answers: Sequence[Answer]) -> Table:  # noqa: ARG002 - every kind is called alike
        return Table((row_of(answers),))


KIND = Http()
