"""What the parts of a contract's profile have in common: names, words, lengths of time, conditions."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from hmaint.kit.i18n import _
from hmaint.load.limits import bounded, counted, day_text, read_limit
from hmaint.load.predicate import read_criterion, read_predicate
from hmaint.model.limit import Limit
from hmaint.model.predicate import Either, Every, Predicate


class Form(BaseModel):
    """Part of a profile; unknown keys are refused."""

    # What stands within others needs no validator of its own.
    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


def _limit(text: str) -> str:
    read_limit(text)
    return text


def _predicate(text: str) -> str:
    read_predicate(text)
    return text


def _criterion(text: str) -> str:
    read_criterion(text)
    return text


def _share(text: str) -> str:
    if not 0 <= Decimal(text) <= 1:
        raise ValueError(_("{text} is no share between 0 and 1").format(text=text))
    return text


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Words = Annotated[str, Field(min_length=1, max_length=2_000)]
Texts = list[Words]
Term = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,63}$")]
"""A word of the schema: an event, an act, a condition."""
LimitText = Annotated[str, AfterValidator(_limit)]
PredicateText = Annotated[str, AfterValidator(_predicate)]
CriterionText = Annotated[str, AfterValidator(_criterion)]
DayText = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(day_text)]
Share = Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,6})?$"), AfterValidator(_share)]
"""Quoted, so that no figure of money ever passes through a binary fraction."""
Amount = Annotated[str, Field(pattern=r"^[0-9]{1,12}(\.[0-9]{1,2})?$")]
Count = Annotated[int, Field(ge=0, le=10_000)]
Period = Literal["day", "week", "month", "quarter", "half_year", "year", "contract", "continuous"]


class SpanForm(Form):
    """A number and its unit."""

    n: Count
    unit: Literal["workday", "month", "day", "hour", "minute"]


Length = LimitText | SpanForm


class CriteriaForm(Form):
    """Criteria that belong together: all of them, or any."""

    all: list[CriterionText | CriteriaForm] | None = Field(default=None, min_length=1)
    any: list[CriterionText | CriteriaForm] | None = Field(default=None, min_length=1)


def limit_of(length: str | SpanForm | None) -> Limit | None:
    """Make the limit; None where the text has no figure."""
    if length is None:
        return None
    return read_limit(length) if isinstance(length, str) else bounded(counted(length.n, length.unit))


def criteria_of(form: str | CriteriaForm | None) -> Predicate | None:
    """Make the predicate of criteria; None where the contract gives none."""
    if form is None:
        return None
    if isinstance(form, str):
        return read_criterion(form)
    every = [found for part in form.all or () if (found := criteria_of(part)) is not None]
    either = [found for part in form.any or () if (found := criteria_of(part)) is not None]
    both = [Every(tuple(every))] if every else []
    both += [Either(tuple(either))] if either else []  # type: ignore[list-item]  # both are predicates
    return both[0] if len(both) == 1 else Every(tuple(both))
