"""What is put on record about each kind of matter: its events, and what is told with each of them, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from hmaint.kit.frozen import dataclass

Sort = Literal["text", "word", "day", "when", "moment", "number", "choice", "flag", "rows"]
"""`text` may have several lines, `word` has one. `number` is kept as text (Decimal), `day` as 2026-03-05, `when` as a
day or RFC 3339, `moment` as RFC 3339 only, `flag` as true or false. `rows` are several mappings of `columns` and add
up over the entries."""
ADDING: tuple[Sort, ...] = ("rows",)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is told with an event."""

    name: str
    help: str
    """A message id: what it means, as help and prompts say it."""
    sort: Sort = "word"
    required: bool = False
    ask: bool = False
    """Asked for at a terminal though it may be left out."""
    choices: Mapping[str, str] = field(default_factory=dict)
    """What may stand in it, and the message id of how people call that."""
    columns: tuple[str, ...] = ()
    """Of rows: the first must be told. On the command line they stand in this order, with | between them."""
    option: str = ""
    """Its option where that is not its name: `--person` for `people`."""
    from_mail: bool = False
    """Whether the sender of an e-mail that is given as evidence says it."""

    @property
    def flag(self) -> str:
        """Its option on the command line."""
        return "--" + (self.option or self.name).replace("_", "-")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to a matter once or several times."""

    name: str
    """As entries keep it: planned, attended, delivered."""
    says: str
    """A message id: how people call it."""
    fields: tuple[Field, ...]
    bare: bool = False
    """Whether that it happened is enough to be told."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that can be told of one kind of matter."""

    kind: str
    prefix: str
    says: str
    """A message id: what one of them is called."""
    events: tuple[Event, ...]
    """The first one opens a matter."""
    starts: bool = False
    """Whether nothing can have happened to a matter before it was opened."""

    @property
    def opening(self) -> Event:
        """The event that opens a matter."""
        return self.events[0]

    def event(self, name: str) -> Event:
        """The event of that name; KeyError when there is none."""
        return {each.name: each for each in self.events}[name]

    @property
    def fields(self) -> Mapping[str, Field]:
        """Every field of every event by its name; one name means one thing throughout."""
        return {each.name: each for event in self.events for each in event.fields}
