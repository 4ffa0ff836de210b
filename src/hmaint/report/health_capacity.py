"""What fills up, how fast, and when it will be full: the table of the capacity plan and its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.kit.outlook import FEWEST, Heading
from hmaint.model.forecast import Forecast
from hmaint.report.health_figures import figure
from hmaint.report.rows import Row
from hmaint.report.wording import brief

_SOON = 90
"""Days within which 存储容量 must be acted on: a purchase takes a quarter."""
_MOST = 60

METHOD = (
    "预测方法：把历史读数在清理、扩容等突变处分段，取各段内任意两次读数斜率的中位数（Theil–Sen 估计），"
    "经 Mann–Kendall 检验确有趋势才作外推；“预计写满日期”后的区间为 90% 预测区间，读数越少、波动越大区间越宽。"
    f"不足 {FEWEST} 天读数的不作预测，检验不出趋势的写明“无趋势”。预测以现有增长方式不变为前提。"
)


@dataclass(frozen=True, slots=True)
class Plotted:
    """A picture and what is to be read from it."""

    title: str
    image: str
    """As the form's data holds it."""


def capacity_rows(found: Sequence[Forecast], sentences: Sequence[str], now: datetime) -> list[Row]:
    """One row for each figure that fills up, the most urgent first; `sentences` say how each is heading."""
    return [
        {
            "number": number,
            "target": brief(forecast.target),
            "subject": " ".join(brief(word) for word in (forecast.subject, f"({forecast.metric})") if word),
            "now": figure(forecast.value, forecast.unit),
            "monthly": _monthly(forecast),
            "outlook": sentence,
            "soon": _is_soon(forecast, now),
        }
        for number, (forecast, sentence) in enumerate(
            zip(found[:_MOST], sentences[:_MOST], strict=True), start=1
        )
    ]


def _monthly(forecast: Forecast) -> str:
    heading, monthly = forecast.outlook.heading, forecast.monthly
    if monthly is None or heading in (Heading.FEW, Heading.FLAT):
        return "—"
    return f"{'+' if monthly > 0 else '−'}{figure(abs(monthly), forecast.unit)}"


def _is_soon(forecast: Forecast, now: datetime) -> bool:
    if forecast.outlook.heading is Heading.FULL:
        return True
    # The earliest day of the interval decides: a disk that may be full next month is no matter for next year.
    return forecast.early is not None and (forecast.early - now).days <= _SOON


def capacity_conclusion(found: Sequence[Forecast], now: datetime) -> str:
    """What to be done about capacity, in a sentence."""
    if not found:
        return "没有可用于容量规划的历史数据。"
    soon = [forecast for forecast in found if _is_soon(forecast, now)]
    few = sum(forecast.outlook.heading is Heading.FEW for forecast in found)
    rest = f"其中 {few} 项历史读数不足，不作预测。" if few else ""
    if not soon:
        judged = len(found) - few
        calm = f"能够预测的 {judged} 项中没有预计在 {_SOON} 天内写满的。" if judged else "均不能预测。"
        return f"共 {len(found)} 项，{calm}{rest}"
    names = "、".join(f"{brief(each.target)} {brief(each.subject)}".strip() for each in soon[:5])
    more = f" 等 {len(soon)} 项" if len(soon) > 5 else f" 共 {len(soon)} 项"  # noqa: PLR2004 - as many as are named
    return f"{names}{more}可能在 {_SOON} 天内写满，须尽快清理或扩容。{rest}"
