"""Arguments that several kinds of step have in common, checked while the playbook is read."""

from __future__ import annotations

from typing import Annotated, TypeVar

from hmaint.errors import Bug
from hmaint.kit.clock import seconds
from hmaint.kit.constraint import Check, Within
from hmaint.kit.regex import safe_regex
from hmaint.step.answers import parser_of
from hmaint.step.kind import Args

Own = TypeVar("Own", bound=Args)


def own(args: Args, wanted: type[Own]) -> Own:
    """Arguments as the kind's own type; the engine hands a kind nothing else."""
    if not isinstance(args, wanted):
        raise Bug(f"{type(args).__name__} given where {wanted.__name__} belongs")
    return args


Format = Annotated[str | dict[str, object], Check(parser_of)]
Duration = Annotated[str, Check(seconds)]
Pattern = Annotated[str, Check(safe_regex)]
Tool = Annotated[str, Within(pattern=r"^[A-Za-z0-9_.+-]+$")]
Lines = Annotated[int, Within(ge=1, le=100_000)]
