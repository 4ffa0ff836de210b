"""Trainings and pledges on the screen: who was invited and came, who signed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hmaint.cli.format.matter_view import Row, View
from hmaint.duty import pledge as pledges
from hmaint.duty import training as trainings
from hmaint.duty.training import Attendee, attendees, held_on
from hmaint.kit.i18n import _, series
from hmaint.model.matter import Matter

if TYPE_CHECKING:
    from hmaint.app.world import World


class TrainingView(View):
    """When it is or was held, how many came, how far it has come."""

    def columns(self) -> dict[str, str]:
        return {
            "day": _("date"), "topic": _("topic"), "trainer": _("trainer"), "people": _("came / invited"),
            "state": _("state"),
        }  # fmt: skip

    def state(self, matter: Matter) -> str:
        return {
            "planned": _("planned"),
            "invited": _("invited"),
            "held": _("held"),
            "checked": _("held, effect checked"),
            "withdrawn": _("withdrawn"),
        }[trainings.stage_of(matter)]

    def is_open(self, matter: Matter) -> bool:
        return trainings.stage_of(matter) in (trainings.Stage.PLANNED, trainings.Stage.INVITED)

    def facts(self, world: World, matter: Matter) -> Mapping[str, object]:  # noqa: ARG002 - as every view is asked
        people = [_person(each) for each in attendees(matter)]
        held = held_on(matter)
        return {
            _("state"): self.state(matter),
            _("held on"): f"{held:%Y-%m-%d}" if held else "",
            _("people"): people,
        }

    def derived(self, world: World, matter: Matter) -> Mapping[str, object]:  # noqa: ARG002 - as every view is asked
        held = held_on(matter)
        people = [
            {"name": p.name, "staff_number": p.staff_number, "department": p.department, "invited": p.invited,
             "came": p.came, "reason": p.reason or None}
            for p in attendees(matter)
        ]  # fmt: skip
        return {
            "state": str(trainings.stage_of(matter)),
            "held_on": held.isoformat() if held else None,
            "people": people,
        }

    def form(self, matter: Matter) -> str:
        return "training-record" if held_on(matter) else "training-signin"

    def _row(self, world: World, matter: Matter) -> Row:
        people = attendees(matter)
        held = held_on(matter)
        came = sum(each.came is True for each in people) if held else "-"
        return {
            **super()._row(world, matter),
            "day": f"{held:%Y-%m-%d}" if held else matter.text("date"),
            "people": f"{came} / {sum(each.invited for each in people)}",
        }


def _person(one: Attendee) -> str:
    came = {True: _("came"), False: _("did not come"), None: _("invited")}[one.came]
    uninvited = "" if one.invited else _("(not invited)")
    return series(
        filter(None, [one.name, one.staff_number, one.department, f"{came}{uninvited}", one.reason])
    )


class PledgeView(View):
    """Whether somebody has signed, and whether they worked before they had."""

    def columns(self) -> dict[str, str]:
        return {
            "person": _("person"), "role": _("role"), "from_date": _("works here from"), "signed": _("signed on"),
            "state": _("state"),
        }  # fmt: skip

    def state(self, matter: Matter) -> str:
        return {
            "unsigned": _("NOT SIGNED"),
            "signed": _("signed"),
            "left": _("left"),
            "withdrawn": _("withdrawn"),
        }[pledges.stage_of(matter)]

    def is_open(self, matter: Matter) -> bool:
        return pledges.stage_of(matter) is pledges.Stage.UNSIGNED

    def facts(self, world: World, matter: Matter) -> Mapping[str, object]:  # noqa: ARG002 - as every view is asked
        late = (
            _("began to work before having signed")
            if not matter.withdrawn and pledges.began_unsigned(matter)
            else ""
        )
        return {_("state"): self.state(matter), _("to note"): late}

    def derived(self, world: World, matter: Matter) -> Mapping[str, object]:  # noqa: ARG002 - as every view is asked
        signed = pledges.signed_at(matter)
        return {"state": str(pledges.stage_of(matter)), "signed_at": signed.isoformat() if signed else None}

    def _row(self, world: World, matter: Matter) -> Row:
        signed = pledges.signed_at(matter)
        unsigned = pledges.stage_of(matter) is pledges.Stage.UNSIGNED
        return {
            **super()._row(world, matter),
            "signed": f"{signed:%Y-%m-%d}" if signed else "",
            "level": "critical" if unsigned else "",
        }
