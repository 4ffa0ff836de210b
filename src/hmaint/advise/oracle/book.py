"""The looks and the rules of Oracle, in the order they are taken."""

from __future__ import annotations

from collections.abc import Mapping

from hmaint.advise.draft import Manner
from hmaint.advise.facts import Facts
from hmaint.advise.limits import DAY
from hmaint.advise.oracle import indexes, live, settings, statements, structure
from hmaint.advise.oracle.looks import LOOKS
from hmaint.advise.rules import Rule
from hmaint.model.look import Row

__all__ = ["LOOKS", "RULES", "cautions", "remember"]

_MANNER = Manner("oracle")
_TOPICS = (
    *settings.TOPICS,
    *statements.TOPICS,
    *live.TOPICS,
    *indexes.TOPICS,
    *structure.TOPICS,
)
RULES: tuple[Rule, ...] = tuple(_MANNER.rule(topic) for topic in _TOPICS)


def remember(facts: Facts) -> Mapping[str, tuple[Row, ...]]:  # noqa: ARG001 - all books are called alike
    """Nothing: what the shared pool holds changes too fast to be compared from run to run."""
    return {}


def cautions(facts: Facts) -> tuple[str, ...]:
    """What limits the judgement of the whole server."""
    told = [
        (
            "未使用诊断包、调优包的任何视图；Oracle 的规则按官方参考手册写成，并在录制的数据上验证，"
            "没有在真实服务器上运行过"
        )
    ]
    if facts.uptime is None or facts.uptime < DAY:
        told.append("启动不足 24 小时或不知道何时启动：累计的数目不能代表平时")
    return tuple(told)
