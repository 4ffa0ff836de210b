"""Whether a contract's criteria fit what is known of an incident: yes, no, or cannot be told from what was said."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal

from hmaint.model.incident import Facts
from hmaint.model.incident_words import SCOPES
from hmaint.model.predicate import Among, Compare, Either, Every, Fact, Predicate

_WIDE = ("department", "hospital")
_SLIGHT = ("minor", "slow", "none")
_OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "==": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
Answer = bool | None
"""None: what is known does not tell."""


def fits(predicate: Predicate, facts: Facts, level: str = "") -> Answer:
    """Whether a criterion is fulfilled. A duration counts as reached from the start: its clock would be over by then.

    What a person affirmed or denied, word for word, is so.
    """
    match predicate:
        case Fact(name):
            return _said(name, facts)
        case Compare():
            return _compared(predicate, facts, level)
        case Among(field, values):
            word = _word(field, facts, level)
            return None if not word else bool({word, SCOPES.get(word, word)} & set(values))
        case Every(parts):
            return _every([fits(part, facts, level) for part in parts])
        case Either(parts):
            return _either([fits(part, facts, level) for part in parts])


def missing(predicate: Predicate, facts: Facts) -> tuple[str, ...]:
    """Name the criteria that what is known does not answer, in the contract's words."""
    match predicate:
        case Every(parts) | Either(parts):
            return tuple(word for part in parts for word in missing(part, facts))
        case _:
            return (words(predicate),) if fits(predicate, facts) is None else ()


def fulfilled(predicate: Predicate, facts: Facts) -> tuple[str, ...]:
    """Name the criteria that are fulfilled, in the contract's words; of alternatives only those that are so wholly."""
    if not fits(predicate, facts):
        return ()
    match predicate:
        case Every(parts) | Either(parts):
            return tuple(word for part in parts for word in fulfilled(part, facts))
        case _:
            return (words(predicate),)


def words(predicate: Predicate) -> str:
    """Say one criterion as the contract writes it."""
    match predicate:
        case Fact(name):
            return name
        case Compare(field, sign, value, unit):
            said = f"{round(value.total_seconds() / 60)} 分钟" if isinstance(value, timedelta) else str(value)
            return f"{field} {sign} {said}{' ' if unit else ''}{unit}"
        case Among(field, values):
            return f"{field}：{'、'.join(values)}"
        case Every(parts):
            return "且".join(map(words, parts))
        case Either(parts):
            return "或".join(map(words, parts))


def _every(answers: Iterable[Answer]) -> Answer:
    seen = list(answers)
    return False if False in seen else None if None in seen else True


def _either(answers: Iterable[Answer]) -> Answer:
    seen = list(answers)
    return True if True in seen else None if None in seen else False


def _compared(asked: Compare, facts: Facts, level: str) -> Answer:
    if words(asked) in facts.affirmed or words(asked) in facts.denied:
        return words(asked) in facts.affirmed
    if isinstance(asked.value, timedelta):
        return True
    if isinstance(asked.value, Decimal):
        rooms = _rooms(facts) if "范围" in asked.field or "室" in asked.unit else facts.users
        return None if rooms is None else _OPERATORS[asked.operator](Decimal(rooms), asked.value)
    word = _word(asked.field, facts, level)
    if not word:
        return None
    return (str(asked.value) in (word, SCOPES.get(word))) == (asked.operator == "==")


def _rooms(facts: Facts) -> int | None:
    """How many rooms are struck; the whole hospital is more than one, even uncounted."""
    return 2 if facts.rooms is None and facts.scope == "hospital" else facts.rooms


def _word(field: str, facts: Facts, level: str) -> str:
    return {"level": level, "scope": facts.scope, "type": facts.type, "difficulty": facts.difficulty}.get(
        field, ""
    )


def _said(name: str, facts: Facts) -> Answer:
    if name in facts.affirmed or name in facts.denied:
        return name in facts.affirmed
    for marks, answer in _PHRASES:
        if all(mark in name for mark in marks):
            return answer(facts)
    return None


def _stopped(*kinds: str) -> Callable[[Facts], Answer]:
    return lambda facts: facts.interruption in kinds if facts.interruption else None


def _affects(effect: str) -> Callable[[Facts], Answer]:
    return lambda facts: effect in facts.effects if facts.effects else None


def _all_care(facts: Facts) -> Answer:
    grave = _either([_affects("treatment")(facts), _stopped("full", "key")(facts)])
    return _every([facts.scope == "hospital" if facts.scope else None, grave])


def _of_department(facts: Facts) -> Answer:
    if facts.interruption in _SLIGHT:
        return False
    return facts.scope in _WIDE if facts.scope else None


_PHRASES: tuple[tuple[tuple[str, ...], Callable[[Facts], Answer]], ...] = (
    (("生命安全",), _affects("safety")),
    (("患者安全",), _affects("safety")),
    (("整体诊疗",), _all_care),
    (("非核心",), _stopped("minor")),
    (("性能下降",), _stopped("slow")),
    (("完全中断",), _stopped("full")),
    (("业务中断",), _stopped("full")),
    (("关键功能",), _stopped("full", "key")),
    (("核心功能",), _stopped("full", "key")),
    (("科室", "业务"), _of_department),
    (("个人",), lambda facts: facts.scope == "person" if facts.scope else None),
)
"""What words of contracts mean in facts; the first that fits. What is not here, a person affirms."""
