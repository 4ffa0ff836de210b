"""升级记录 as data: every upgrade of a period that came to its end, in one running table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Inventory
from hmaint.model.period import Period
from hmaint.report.upgrade_paper import Row, length, numbered, upgrade_paper

TITLE = "升级记录"
_UNENDED = {"paused": "未结束，已暂停", "running": "未结束（进行中或已中断）"}


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that came to its end, as it is on record."""

    run: str
    matter: str
    site: str
    kind: str
    title: str
    before: str
    after: str
    content: str
    modules: str
    impact: str
    state: str
    begun: datetime
    ended: datetime
    outage: tuple[datetime, datetime] | None = None
    window_end: datetime | None = None
    operator: str = ""
    left: str = ""
    """Targets that kept the new version while the others were put back."""


def upgrade_log(
    upgrades: Sequence[Ended], period: Period, inventory: Inventory, site: str, generated_at: datetime
) -> dict[str, object]:
    """Tell the upgrades of a period in their order, those that have not ended behind them."""
    last = f"{period.last:%Y-%m-%d}"
    said = {
        "period": f"{period.words}（{period.first:%Y-%m-%d} 至 {last}）",
        "upgrades": numbered([_row(each) for each in upgrades]),
    }
    return upgrade_paper(inventory, site, TITLE, period.name, said, generated_at)


def _row(each: Ended) -> Row:
    states = {
        "done": "成功",
        "rolled_back": "未成功，已回退到原版本",
        "needs_person": "未完成，须人工处理",
    } | _UNENDED
    partly = f"部分完成：{each.left} 已升级，其余已回退到原版本" if each.left else ""
    down = "不停业务"
    if each.outage:
        least = "" if each.state in ("done", "rolled_back") else "至少"
        down = f"停业务{least} {length((each.outage[1] - each.outage[0]).total_seconds())}"
    return {
        "day": f"{each.begun.astimezone(CHINA):%Y-%m-%d}",
        "content": each.content or each.title,
        "modules": each.modules or "未填写",
        "running": f"{partly or states.get(each.state, each.state)}（{each.run}）",
        "scope": f"{each.impact or '未填写'}；{down}",
        "versions": f"{each.before} → {each.after}\n{each.matter}",
    }
