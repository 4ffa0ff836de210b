"""Arguments that several kinds of step have in common, checked while the playbook is read."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from hmaint.errors import Bug
from hmaint.kit.clock import seconds
from hmaint.kit.regex import safe_regex
from hmaint.step.answers import parser_of
from hmaint.step.kind import Args

Own = TypeVar("Own", bound=Args)


def own(args: Args, wanted: type[Own]) -> Own:
    """Arguments as the kind's own type; the engine hands a kind nothing else."""
    if not isinstance(args, wanted):
        raise Bug(f"{type(args).__name__} given where {wanted.__name__} belongs")
    return args


def _known_format(form: str | dict[str, object]) -> str | dict[str, object]:
    parser_of(form)
    return form


def _duration(text: str) -> str:
    seconds(text)
    return text


def _pattern(text: str) -> str:
    safe_regex(text)
    return text


Format = Annotated[str | dict[str, object], AfterValidator(_known_format)]
Duration = Annotated[str, AfterValidator(_duration)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Tool = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+-]+$")]
Lines = Annotated[int, Field(ge=1, le=100_000)]
