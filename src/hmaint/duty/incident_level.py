"""Which level and classes a contract gives an incident: proposed with the reason, for a person to confirm."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hmaint.duty.incident_criteria import fits, fulfilled, missing
from hmaint.kit.frozen import dataclass
from hmaint.model.contract_incident import FaultClass, Incidents
from hmaint.model.incident import Course, Facts, Incident


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a contract's own criteria say of an incident."""

    level: str
    """Empty where the contract has no levels."""
    classes: tuple[str, ...]
    reasons: tuple[str, ...]
    """Why, one sentence a level or class; Chinese, as documents quote them."""


def propose(facts: Facts, terms: Incidents) -> Proposal:
    """Propose by what is known: the gravest level whose criteria are fulfilled, and the classes that fit.

    Where no level can be told, the gravest that is not excluded: too strict is the mistake that harms nobody.
    """
    level, why = _level(facts, terms.levels)
    classes = [(each, reason) for each in terms.classes if (reason := _class(each, facts))]
    if terms.classes and not any(each.clocks for each, _reason in classes):
        classes = [(each, "无法判定，各类时限一并计时") for each in terms.classes]
    said = [f"{each.name}：{reason}" for each, reason in classes]
    return Proposal(level, tuple(each.id for each, _reason in classes), (*why, *said))


def level_in_force(incident: Incident | Course, terms: Incidents) -> str:
    """The level that counts, as `in_force` tells it."""
    given = any(each.id == incident.level for each in terms.levels)
    return incident.level if given else _level(incident.facts, terms.levels)[0]


def in_force(incident: Incident, terms: Incidents) -> tuple[str, tuple[str, ...]]:
    """The level and classes that count: what a person said, else what is proposed; no level where there are none."""
    proposed = propose(incident.facts, terms)
    known = {each.id for each in terms.classes}
    classes = tuple(each for each in incident.classes if each in known) or proposed.classes
    return level_in_force(incident, terms), classes


def _level(facts: Facts, levels: tuple[FaultClass, ...]) -> tuple[str, list[str]]:
    answers = [(each, fits(each.criteria, facts) if each.criteria else None) for each in levels]
    sure = next((each for each, answer in answers if answer), None)
    if sure is None:
        open_ones = [each for each, answer in answers if answer is None]
        return (open_ones[0].id, [_undecided(open_ones[0], facts)]) if open_ones else ("", [])
    graver = [each for each, answer in answers[: levels.index(sure)] if answer is None]
    reason = (
        f"{sure.id} {sure.name}：符合“{'；'.join(fulfilled(sure.criteria, facts))}”" if sure.criteria else ""
    )
    return sure.id, [reason, *(f"{each.id} 未排除，{_asks(each, facts)}" for each in graver)]


def _undecided(level: FaultClass, facts: Facts) -> str:
    return f"{level.id} {level.name}：无法排除，{_asks(level, facts)}"


def _asks(level: FaultClass, facts: Facts) -> str:
    open_ones = missing(level.criteria, facts) if level.criteria else ()
    return f"尚不知道“{'；'.join(open_ones)}”" if open_ones else "合同没有写明条件"


def _class(kind: FaultClass, facts: Facts) -> str:
    """Why a class fits; empty where it does not. By its criteria, else by what its name says."""
    if kind.criteria is not None:
        return "；".join(fulfilled(kind.criteria, facts))
    rule = next((rule for marks, rule in _RULES if _named(kind, marks)), None)
    return "；".join(rule(facts)) if rule else ""


def _named(kind: FaultClass, marks: tuple[str, ...]) -> bool:
    return any(mark in kind.name or mark == kind.id for mark in marks)


def _grave(facts: Facts) -> bool:
    return facts.interruption in ("full", "key") or facts.scope in ("department", "hospital")


def _emergency(facts: Facts) -> Iterator[str]:
    if facts.sudden:
        yield "突发"
    if "safety" in facts.effects:
        yield "影响患者安全"
    if facts.request == "disaster":
        yield "系统灾难"
    if facts.type in ("virus", "intrusion"):
        yield "病毒或入侵"
    if facts.interruption == "full":
        yield "业务中断"


def _simple(facts: Facts) -> Iterator[str]:
    if facts.difficulty == "simple":
        yield "难度：简单"


def _routine(facts: Facts) -> Iterator[str]:
    if facts.difficulty not in ("simple", "complex") and not _grave(facts):
        yield "未影响科室以上业务"


def _other(facts: Facts) -> Iterator[str]:
    if facts.difficulty == "complex" or (facts.difficulty != "simple" and _grave(facts)):
        yield "难度：复杂" if facts.difficulty == "complex" else "影响科室以上业务或关键功能"


def _asked(*requests: str) -> Callable[[Facts], Iterator[str]]:
    names = {"consult": "咨询", "training": "培训", "upgrade": "升级", "disaster": "系统灾难"}

    def rule(facts: Facts) -> Iterator[str]:
        if facts.request in requests:
            yield f"请求类型：{names.get(facts.request, facts.request)}"

    return rule


def _failure(facts: Facts) -> Iterator[str]:
    if facts.interruption in ("full", "key") or facts.type in ("server", "device", "line"):
        yield "系统或关键功能不可用"


def _error(facts: Facts) -> Iterator[str]:
    if not list(_failure(facts)):
        yield "功能错误，业务未中断"


def _fault(facts: Facts) -> Iterator[str]:
    if facts.request not in ("consult", "training", "upgrade"):
        yield "故障报修"


_RULES: tuple[tuple[tuple[str, ...], Callable[[Facts], Iterator[str]]], ...] = (
    (("灾难",), _asked("disaster")),
    (("紧急", "突发"), _emergency),
    (("简单",), _simple),
    (("日常故障",), _routine),
    (("其他",), _other),
    (("咨询",), _asked("consult")),
    (("培训", "升级"), _asked("training", "upgrade")),
    (("应用系统故障",), _failure),
    (("错误",), _error),
    (("故障",), _fault),
)
"""What a class is for by its name, where the contract gives no criteria; the first whose words the name has."""
