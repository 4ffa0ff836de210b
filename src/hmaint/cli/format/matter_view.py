"""What a kind of record shows in a list and beside its history; most kinds show what was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import N_, _
from hmaint.kit.text import one_line
from hmaint.model.matter import Matter

if TYPE_CHECKING:
    from hmaint.app.world import World

Row = Mapping[str, object]
_TEXT = 48
_ROWS = 4
DAY = N_("date")


@dataclass(frozen=True)
class View:
    """How a kind is shown; a kind that means more than it says has a class of its own."""

    heads: Mapping[str, str] = field(default_factory=dict)
    """Field or reckoned name → heading, a message id."""
    forms: tuple[str, ...] = ()

    def columns(self) -> dict[str, str]:
        """The columns behind number and site."""
        return {"day": _(DAY), **{name: _(head) for name, head in self.heads.items()}}

    def rows(self, world: World, found: Sequence[Matter]) -> list[Row]:
        """What is reckoned for each row of a list, in place of what was told."""
        return [self._row(world, each) for each in found]

    def facts(self, world: World, matter: Matter) -> Mapping[str, object]:  # noqa: ARG002 - others reckon with it
        """What follows from one, label → words, shown below what was told."""
        state = self.state(matter)
        return {_("state"): state} if state else {}

    def derived(self, world: World, matter: Matter) -> Mapping[str, object]:  # noqa: ARG002 - as above
        """The same for programs."""
        return {"state": "withdrawn" if matter.withdrawn else "recorded"}

    def footer(self, world: World, found: Sequence[Matter]) -> Sequence[str]:  # noqa: ARG002 - as above
        """What all of them come to, a line each."""
        return ()

    def state(self, matter: Matter) -> str:
        """In a word."""
        return _("withdrawn") if matter.withdrawn else ""

    def is_open(self, matter: Matter) -> bool:  # noqa: ARG002 - as above
        """Whether something is still to be done about it; most kinds tell what is over."""
        return True

    def form(self, matter: Matter) -> str:  # noqa: ARG002 - as above
        """The paper form it is written on."""
        return self.forms[0]

    def _row(self, world: World, matter: Matter) -> Row:  # noqa: ARG002 - as above
        return {
            "day": day_words(matter),
            "state": self.state(matter),
            **short(matter, self.heads),
            **firsts(matter, self.heads),
        }


def short(matter: Matter, names: Mapping[str, str]) -> dict[str, str]:
    """Long words cut to what a list has room for."""
    found = {name: matter.text(name) for name in names if isinstance(matter.body.get(name), str)}
    return {name: one_line(text, _TEXT) for name, text in found.items() if len(text) > _TEXT or "\n" in text}


def firsts(matter: Matter, names: Mapping[str, str]) -> dict[str, list[str]]:
    """Of rows what each is about: the first few of them, and how many more."""
    found = {}
    for name in names:
        if rows := matter.rows(name):
            told = [one_line(next(iter(row.values()), ""), _TEXT) for row in rows]
            found[name] = told[:_ROWS] + (
                [_("… and {n} more").format(n=len(told) - _ROWS)] if len(told) > _ROWS else []
            )
    return found


def day_words(matter: Matter) -> str:
    """The day a matter is listed under."""
    first = matter.opening or matter.history[0]
    return f"{first.at.astimezone(CHINA):%Y-%m-%d}"
