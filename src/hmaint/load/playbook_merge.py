"""Steps and variables of all files of a playbook, merged into one list and one set of defaults."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hmaint.errors import Fault, Place
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.load.playbook_kind import Kinds
from hmaint.load.playbook_sheets import Included, Sheet
from hmaint.load.playbook_step import make_step
from hmaint.model.playbook import Step

Vars = Mapping[str, object]


@dataclass(slots=True)
class Desk:
    """Makes the steps of sheets, each step once, and collects what is wrong with them.

    `names` are all variables that some file declares.
    """

    kinds: Kinds
    names: frozenset[str]
    faults: list[Fault] = field(default_factory=list)
    made: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    merged: dict[str, Vars] = field(default_factory=dict)

    def steps_of(self, sheet: Sheet) -> tuple[Step, ...]:
        """List the steps of what a sheet includes, as tags select, then its own; each counts once."""
        path = sheet.document.path
        if path not in self.made:
            steps = [step for included in sheet.included for step in self._selected(sheet, included)]
            steps += self._own(sheet)
            self.made[path] = tuple({step.place: step for step in steps}.values())
        return self.made[path]

    def variables_of(self, sheet: Sheet) -> Vars:
        """Merge the defaults of what a sheet includes, with its own above them."""
        path = sheet.document.path
        if path not in self.merged:
            self.merged[path] = self._merge(sheet)
        return self.merged[path]

    def check_ids(self, sheets: Iterable[Sheet]) -> None:
        """Complain of every id that two steps bear, sound or not, selected or not."""
        first: dict[object, Place] = {}
        for sheet in sheets:
            for number, step in enumerate(sheet.head.steps):
                if isinstance(step, dict) and isinstance(step.get("id"), str):
                    place = sheet.document.place(("steps", number, "id"))
                    other = first.setdefault(step["id"], place)
                    if other is not place:
                        words = _("id {id} is used already, at {place}")
                        self.faults.append(Fault(place, words.format(id=step["id"], place=other)))

    def _own(self, sheet: Sheet) -> Iterator[Step]:
        for number in range(len(sheet.head.steps)):
            step, faults = make_step(sheet.document, ("steps", number), self.kinds, self.names)
            self.faults += faults
            if step is not None:
                yield step

    def _selected(self, sheet: Sheet, included: Included) -> Iterator[Step]:
        steps = self.steps_of(included.sheet)
        known = sorted({tag for step in steps for tag in step.tags})
        for number, tag in enumerate(included.tags):
            # Steps that are wrong were not made, and their tags are not known here.
            if tag not in known and not self.faults:
                self._unknown_tag(sheet, included, number, known)
        return (step for step in steps if not included.tags or set(included.tags) & set(step.tags))

    def _unknown_tag(self, sheet: Sheet, included: Included, number: int, known: list[str]) -> None:
        tag = included.tags[number]
        words = _("{name} has no step with tag {tag}").format(name=included.sheet.head.name, tag=tag)
        reason = words + meant(tag, known)
        self.faults.append(Fault(sheet.document.place((*included.at, "tags", number)), reason))

    def _merge(self, sheet: Sheet) -> Vars:
        merged: dict[str, object] = {}
        for included in sheet.included:
            for name, value in self.variables_of(included.sheet).items():
                if name not in sheet.head.vars and merged.get(name, value) != value:
                    self._conflict(sheet, included, name)
                merged[name] = value
        return {**merged, **sheet.head.vars}

    def _conflict(self, sheet: Sheet, included: Included, name: str) -> None:
        words = _(
            "the default of variable {name} in {other} differs from that in a playbook included before; "
            "write it in vars:"
        )
        reason = words.format(name=name, other=included.sheet.head.name)
        self.faults.append(Fault(sheet.document.place(included.at), reason))
