"""How each kind of record is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from hmaint.cli.format.change import ChangeView
from hmaint.cli.format.matter_view import Row, View
from hmaint.cli.format.training import PledgeView, TrainingView
from hmaint.kit.i18n import N_, _
from hmaint.model.ledgers.warning import OUTCOMES
from hmaint.model.matter import Matter

if TYPE_CHECKING:
    from hmaint.app.world import World


class _LogView(View):
    """Visits told by hand; how many inspections stand beside them on the table."""

    def footer(self, world: World, found: Sequence[Matter]) -> Sequence[str]:  # noqa: ARG002 - as every view is asked
        words = _(
            "Inspections add their own rows to the table (`hmaint runs list`); the whole of it: hmaint log report"
        )
        return [words]


class _DowntimeView(View):
    """From when to when."""

    def rows(self, world: World, found: Sequence[Matter]) -> list[Row]:
        return [{**self._row(world, each), "from": _from(each), "length": _length(each)} for each in found]


def _from(matter: Matter) -> str:
    return f"{matter.opening.at:%H:%M}" if matter.opening else ""


def _length(matter: Matter) -> str:
    if not matter.opening:
        return ""
    minutes = round((datetime.fromisoformat(matter.text("until")) - matter.opening.at).total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02} min"


class _WarningView(View):
    """How far a problem has come: warned so often, verified or not, deducted for."""

    def state(self, matter: Matter) -> str:
        if matter.withdrawn:
            return super().state(matter)
        times = len(matter.all("warned")) + len(matter.all("repeated"))
        said = [_("warned {n} times").format(n=times)]
        last = matter.last("verified")
        if last is not None:
            said.append(_(OUTCOMES[str(last.body["outcome"])]))
        if matter.first("deducted"):
            said.append(_("deducted"))
        return ", ".join(said)


VIEWS: Mapping[str, View] = {
    "log": _LogView({"servers": N_("servers"), "system": N_("system"), "remark": N_("remark")}),
    "training": TrainingView(forms=("training-signin", "training-record")),
    "change": ChangeView(forms=("customisation-report",)),
    "meeting": View({"name": N_("meeting"), "decisions": N_("decisions")}, ("meeting-minutes",)),
    "patch": View(
        {"window": N_("window"), "patches": N_("patches"), "skipped": N_("not updated")}, ("patch-record",)
    ),
    "vuln": View(
        {"scope": N_("scope"), "findings": N_("vulnerabilities"), "unexamined": N_("not examined")},
        ("vulnerability-record",),
    ),
    "drill": View({"name": N_("drill"), "scenario": N_("scenario")}, ("drill-record",)),
    "pledge": PledgeView(forms=("confidentiality-pledge",)),
    "restart": View(
        {"target": N_("target"), "decision": N_("decision"), "reason": N_("reason")}, ("tuning-record",)
    ),
    "performed": View({"clause": N_("clause"), "what": N_("what was done")}),
    "count": View({"clause": N_("clause"), "quantity": N_("quantity"), "what": N_("which")}),
    "warning": _WarningView({"issue": N_("problem"), "problem_class": N_("class")}),
    "downtime": _DowntimeView(
        {"from": N_("from"), "length": N_("how long"), "planned": N_("planned"), "reason": N_("reason")}
    ),
}
