"""服务考核表 and 扣款计算单 told from an assessment."""

from __future__ import annotations

from hmaint.app.assessment import assess
from hmaint.app.told import Told
from hmaint.app.world import World
from hmaint.duty.assessment import Indicator, Topic
from hmaint.errors import WrongUsage
from hmaint.kit.i18n import _

FORM, DEDUCTIONS = "service-assessment", "deduction-sheet"


def told_of(world: World, site: str, period: str = "") -> Told:
    """Tell how a service did in a period. Raises as `assess` does."""
    from hmaint.report.assessment import service_assessment  # noqa: PLC0415 - only who makes a document needs it

    found = assess(world, site, period)
    data = service_assessment(
        found.contract, site, world.inventory, found.span, found.indicators, found.standstill,
        found.questions, world.clock.now(),
    )  # fmt: skip
    return Told(data, (found.span.name,), found.span.first)


def deductions_of(world: World, site: str, period: str = "") -> Told:
    """Tell what may be deducted for a period. WrongUsage where the contract has no rules for that."""
    from hmaint.report.deduction import deduction_sheet  # noqa: PLC0415 - only who makes a document needs it

    found = assess(world, site, period)
    if found.reckoning is None:
        words = _("contract {name} has no rules to deduct by")
        raise WrongUsage(words.format(name=found.contract.name))
    solved: Indicator = next(each for each in found.indicators if each.topic is Topic.SOLUTION)
    data = deduction_sheet(
        found.contract, site, world.inventory, found.span, found.reckoning, solved, found.questions,
        world.clock.now(),
    )  # fmt: skip
    return Told(data, (found.span.name,), found.span.first)
