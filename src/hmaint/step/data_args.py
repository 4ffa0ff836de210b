"""What a data check may ask: one assertion about the rows of one table, in words and never in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Annotated, Literal

from hmaint.kit.clock import seconds
from hmaint.kit.constraint import Within
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _, series
from hmaint.kit.redact import is_personal
from hmaint.model.inventory import Scalar
from hmaint.step.arguments import Duration, Pattern
from hmaint.step.kind import Args

_SIGN = r"[^\x00-\x1f\"'`\[\]⟦⟧|;:\\.*+"
_WORD = rf"{_SIGN} ](?:{_SIGN}]*{_SIGN} ])?"
"""Names are quoted before they are sent; signs in which a reader would doubt where one ends are not allowed."""
LEFTOVERS = (
    r"(?i)(^|_)(tmp|temp|bak|backup|old|copy|test|del|delete)([_0-9]|$)",
    r"_(19|20)\d{4,6}(_|$)",
    r"备份|临时|测试|作废",
)

Column = Annotated[str, Within(pattern=f"^{_WORD}$", max_length=128)]
Columns = Annotated[tuple[Column, ...], Within(min_length=1, max_length=16)]
Table = Annotated[str, Within(pattern=rf"^(?:{_WORD}\.)?{_WORD}$", max_length=257)]
Values = Annotated[tuple[Scalar, ...], Within(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True)
class Range(Args):
    """Both bounds belong to what is allowed; one may be left out."""

    column: Column
    min: int | float | str | None = None
    max: int | float | str | None = None

    def __post_init__(self) -> None:
        if self.min is None and self.max is None:
            raise ValueError(_("range needs min, max or both"))


@dataclass(frozen=True, slots=True)
class Codes(Args):
    """The only values a column may have."""

    column: Column
    allowed: Values


@dataclass(frozen=True, slots=True)
class There(Args):
    """Columns of another table."""

    table: Table
    columns: Columns


@dataclass(frozen=True, slots=True)
class Owner(Args):
    """Columns that must have their counterpart in another table."""

    columns: Columns
    of: There

    def __post_init__(self) -> None:
        if len(self.columns) != len(self.of.columns):
            raise ValueError(_("columns and of.columns must be equally many"))


@dataclass(frozen=True, slots=True)
class Other(Args):
    """A code table that should say the same, in this database or another one of the site."""

    table: Table
    key: Columns
    database: str = ""
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class InStep(Args):
    """A code table held against another one: by key, and the columns beside it in their order."""

    key: Columns
    other: Other
    columns: tuple[Column, ...] = ()
    only_in: Literal["either", "here", "there"] = "either"
    rows: Annotated[int, Within(ge=1, le=100_000)] = 20_000

    def __post_init__(self) -> None:
        if (len(self.key), len(self.columns)) != (len(self.other.key), len(self.other.columns)):
            raise ValueError(_("key and columns must be as many as those of the other table"))


@dataclass(frozen=True, slots=True)
class Leftovers(Args):
    """Patterns of names that a table of a production database should not have, and the exceptions."""

    names: tuple[Pattern, ...] = LEFTOVERS
    ignore: tuple[Pattern, ...] = ()


@dataclass(frozen=True, slots=True)
class Since(Args):
    """Only rows of the last days, by a column of time."""

    column: Column
    days: Annotated[int, Within(ge=1, le=36_600)]


FORMS = ("not_negative", "range", "required", "unique", "owner", "order", "values", "in_step", "leftovers")
"""The assertions; exactly one belongs to a step."""


@dataclass(frozen=True, slots=True)
class DataArgs(Args):
    """`table` and one assertion; `only` and `since` say of which rows, `keys` by what a sample is shown.

    `samples` at most so many, `personal` columns never. Fewer rows than `at_least` prove nothing.
    """

    table: Table | None = None
    not_negative: Columns | None = None
    range: Range | None = None
    required: Columns | None = None
    unique: Columns | None = None
    owner: Owner | None = None
    order: Annotated[tuple[Column, ...], Within(min_length=2, max_length=8)] | None = None
    values: Codes | None = None
    in_step: InStep | None = None
    leftovers: Leftovers | None = None
    only: Mapping[Column, Scalar | tuple[Scalar, ...]] = field(default_factory=dict)
    since: Since | None = None
    keys: tuple[Column, ...] = ()
    personal: tuple[Column, ...] = ()
    samples: Annotated[int, Within(ge=0, le=20)] = 5
    at_least: Annotated[int, Within(ge=1)] = 1
    limit: Duration | None = None

    @property
    def form(self) -> str:
        """Which assertion it is."""
        return next(name for name in FORMS if getattr(self, name) is not None)

    def __post_init__(self) -> None:
        self._one_assertion()
        self._shows_nobody()

    def _one_assertion(self) -> None:
        given = [name for name in FORMS if getattr(self, name) is not None]
        if len(given) != 1:
            words = _("exactly one of {names} belongs to a data check, now there are {chosen}")
            raise ValueError(words.format(names=series(FORMS), chosen=series(given) or "0"))
        if (self.table is None) != (given == ["leftovers"]):
            raise ValueError(
                _("leftovers looks at all tables and takes no table")
                if self.table
                else _("a data check needs its table")
            )
        if (self.in_step or self.leftovers) and (self.only or self.since or self.keys):
            raise ValueError(_("only, since and keys do not go with {name}").format(name=self.form))
        if self.limit is not None and not seconds(self.limit):
            raise ValueError(_("limit must be above 0"))

    def _shows_nobody(self) -> None:
        shown = [*self.keys, *(self.in_step.key if self.in_step else ())]
        bad = [name for name in shown if is_personal(name) or name in self.personal]
        if bad:
            words = _("{names} would show persons as samples; leave keys out, or name another column")
            raise ValueError(words.format(names=series(bad)))
