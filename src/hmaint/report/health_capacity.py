"""What fills up, how fast, and when it will be full: the table of the capacity plan and its pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hmaint.kit.outlook import FEWEST, Heading
from hmaint.model.forecast import Forecast
from hmaint.report.health_figures import figure
from hmaint.report.rows import Row
from hmaint.report.wording import brief, several

_SOON = 90
"""Days within which 存储容量 must be acted on: a purchase takes a quarter."""
_MOST, _NAMED = 60, 6

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
    """One row for each figure whose course can be told, the most urgent first; `sentences` say how it is heading."""
    tellable = [each for each in zip(found, sentences, strict=True) if not _is_few(each[0])]
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
        for number, (forecast, sentence) in enumerate(tellable[:_MOST], start=1)
    ]


def _is_few(forecast: Forecast) -> bool:
    return forecast.outlook.heading is Heading.FEW


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
    """What to be done about capacity, in a sentence, and what nothing can be said of yet."""
    if not found:
        return "没有可用于容量规划的历史数据。"
    few = [forecast for forecast in found if _is_few(forecast)]
    return _judged(found, len(found) - len(few), now) + _too_few(few)


def _judged(found: Sequence[Forecast], judged: int, now: datetime) -> str:
    soon = [forecast for forecast in found if _is_soon(forecast, now)]
    if soon:
        named = several([_name(each) for each in soon], _NAMED)
        return f"{named}，可能在 {_SOON} 天内写满，须尽快清理或扩容。"
    return f"能够预测的 {judged} 项中没有预计在 {_SOON} 天内写满的。" if judged else ""


def _too_few(few: Sequence[Forecast]) -> str:
    if not few:
        return ""
    named = several([_name(each) for each in few], _NAMED)
    return f"{named}，历史读数不足 {FEWEST} 天，不作预测，累积后再列入。"


def _name(forecast: Forecast) -> str:
    return f"{brief(forecast.target)} {brief(forecast.subject)}".strip()
