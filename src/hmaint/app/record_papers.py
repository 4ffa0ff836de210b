"""The paper forms of what people put on record: one matter each, found by its number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from hmaint.app.matter_list import find, standing_matters
from hmaint.app.record_days import day_of
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.duty.papers import TUNING
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import _
from hmaint.model.document import Standing
from hmaint.model.ledger import Ledger
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.drill import DRILL
from hmaint.model.ledgers.meeting import MEETING
from hmaint.model.ledgers.pledge import PLEDGE
from hmaint.model.ledgers.training import TRAINING
from hmaint.model.ledgers.upkeep import PATCH, RESTART, VULNERABILITY
from hmaint.model.matter import Matter

if TYPE_CHECKING:  # the Word libraries take a quarter of a second that most commands need not pay
    from hmaint.report.meeting import HandedIn

Data = dict[str, object]
_WEEKS = 92
"""Days before a first meeting within which a paper was handed in for it: a quarter."""


def told_of(world: World, site: str, form: str, number: str) -> Told:
    """Tell a record on its form; the newest one of the site where none is named.

    WrongUsage where there is none, it belongs to another site, or it was withdrawn.
    """
    ledger, tell = PAPERS[form]
    matter = _matter(world, ledger, site, number)
    return Told(tell(world, matter), (matter.id,), day_of(matter))


def _matter(world: World, ledger: Ledger, site: str, number: str) -> Matter:
    if not number:
        known = standing_matters(world, ledger, site)
        if not known:
            words = _("nothing of this kind is on record of site {site}")
            raise WrongUsage(words.format(site=site))
        return known[-1]
    matter = find(world, ledger, number)
    if matter.site != site:
        words = _("{number} belongs to site {site}")
        raise WrongUsage(words.format(number=matter.id, site=matter.site))
    if matter.withdrawn:
        raise WrongUsage(_("{number} was withdrawn: open a new one").format(number=matter.id))
    return matter


def _signin(world: World, training: Matter) -> Data:
    from hmaint.report.training import training_signin  # noqa: PLC0415 - see above

    return training_signin(training, world.inventory, world.clock.now())


def _training(world: World, training: Matter) -> Data:
    from hmaint.report.training import training_record  # noqa: PLC0415 - see above

    if training.first("attended") is None:
        words = _(
            "{number} was not held yet: put down who came with `hmaint training attend`, or write its sign-in sheet"
        )
        raise WrongUsage(words.format(number=training.id))
    sheets = [
        each.number
        for each in world.records.documents.listed(training.site, "training-signin")
        if training.id in each.sources
    ]
    return training_record(training, world.inventory, sheets[0] if sheets else "", world.clock.now())


def _change(world: World, change: Matter) -> Data:
    from hmaint.report.customisation import customisation_report  # noqa: PLC0415 - see above

    return customisation_report(change, world.inventory, world.clock.now())


def _meeting(world: World, meeting: Matter) -> Data:
    from hmaint.report.meeting import meeting_minutes  # noqa: PLC0415 - see above

    before = _before(world, MEETING, meeting)
    papers = _handed_in(world, meeting, before)
    return meeting_minutes(meeting, world.inventory, papers, before, world.clock.now())


def _handed_in(world: World, meeting: Matter, before: Matter | None) -> list[HandedIn]:
    """What was handed in since the last meeting, and before this one was over."""
    from hmaint.report.meeting import HandedIn  # noqa: PLC0415 - see above

    day = day_of(meeting)
    since = day_of(before) if before else date.fromordinal(day.toordinal() - _WEEKS)
    found = []
    for document in world.records.documents.listed(meeting.site):
        for handling in document.handlings:
            on = handling.at.astimezone(CHINA).date()
            if handling.standing is Standing.SUBMITTED and since < on <= day:
                found.append((on, HandedIn(document.title, document.number, f"{on:%Y-%m-%d}")))
    return [each for _on, each in sorted(found, key=lambda one: (one[0], one[1].number))]


def _patch(world: World, patch: Matter) -> Data:
    from hmaint.report.upkeep import patch_record  # noqa: PLC0415 - see above

    return patch_record(patch, world.inventory, world.clock.now())


def _vulnerability(world: World, check: Matter) -> Data:
    from hmaint.report.upkeep import vulnerability_record  # noqa: PLC0415 - see above

    run = world.records.run(check.text("run")) if check.text("run") else None
    before = _before(world, VULNERABILITY, check)
    return vulnerability_record(check, world.inventory, run, before, world.clock.now())


def _restart(world: World, restart: Matter) -> Data:
    from hmaint.report.upkeep import restart_record  # noqa: PLC0415 - see above

    return restart_record(restart, world.inventory, world.clock.now())


def _drill(world: World, drill: Matter) -> Data:
    from hmaint.report.drill import drill_record  # noqa: PLC0415 - see above

    return drill_record(drill, world.inventory, world.clock.now())


def _pledge(world: World, pledge: Matter) -> Data:
    from hmaint.report.pledge import confidentiality_pledge  # noqa: PLC0415 - see above

    return confidentiality_pledge(pledge, world.inventory, world.clock.now())


def _before(world: World, ledger: Ledger, matter: Matter) -> Matter | None:
    """The one of the same kind and site that happened last before this one."""
    earlier = [each for each in standing_matters(world, ledger, matter.site) if day_of(each) < day_of(matter)]
    return earlier[-1] if earlier else None


PAPERS: dict[str, tuple[Ledger, Callable[[World, Matter], Data]]] = {
    "training-signin": (TRAINING, _signin),
    "training-record": (TRAINING, _training),
    "customisation-report": (CHANGE, _change),
    "meeting-minutes": (MEETING, _meeting),
    "patch-record": (PATCH, _patch),
    "vulnerability-record": (VULNERABILITY, _vulnerability),
    TUNING: (RESTART, _restart),
    "drill-record": (DRILL, _drill),
    "confidentiality-pledge": (PLEDGE, _pledge),
}
"""Form → whose records it is told from, and how."""
