"""附件3 客户化维护报告 as data: a change from the request to the promise."""

from __future__ import annotations

from datetime import date, datetime

from hmaint.duty.change import promised_on
from hmaint.model.inventory import Inventory
from hmaint.model.matter import Matter
from hmaint.report.matter_paper import paper, told, when, who

TITLE = "客户化维护报告"


def customisation_report(change: Matter, inventory: Inventory, generated_at: datetime) -> dict[str, object]:
    """Fill annex 3; what was not told is left to the hand."""
    asked, delivered = change.first("asked"), change.first("delivered")
    said = {
        **told(
            change, "requester", "module", "details", "kind", "description", "analysis", "solution", "result"
        ),
        "engineer": who(change, "engineer"),
        "asked_at": when(asked.at) if asked else "",
        "done_at": when(delivered.at) if delivered else "",
        "wanted_by": change.text("wanted_by"),
        "promised": _day(promised_on(change)),
    }
    return paper(change, inventory, TITLE, said, generated_at)


def _day(day: date | None) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日" if day else ""
