"""Rules: what a rule is, and the list of all of them by engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from hmaint.advise.facts import Facts, in_range
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Advice, Chapter, Judged

Find = Callable[[Facts], Iterable[Advice]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing that could be tuned. `find` is pure; it raises CouldNotLook where it cannot judge.

    `source` says where the rule and its threshold come from. `since` and `before` give, by flavour, the versions
    it holds for; a flavour in `never` does not have what it is about.
    """

    id: str
    engine: str
    chapter: Chapter
    title: str
    find: Find
    source: str
    needs: tuple[str, ...] = ()
    """The looks it reads; one that was cut makes it judged in part."""
    since: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    never: tuple[str, ...] = ()


def judge(rule: Rule, facts: Facts) -> Judged:
    """Put one rule to what was seen; whatever it stumbles over is its own row, never the end of the others."""
    named = Judged(rule.id, rule.title, rule.chapter)
    if not _holds(rule, facts):
        return _with(named, skipped=f"不适用于 {facts.flavour or facts.engine} {facts.version}")
    try:
        for name in rule.needs:
            facts.rows(name)
        found = tuple(rule.find(facts))
    except CouldNotLook as unseen:
        return _with(named, unexamined=unseen.reason)
    except (ArithmeticError, LookupError, TypeError, ValueError) as surprise:
        return _with(named, unexamined=f"读到的数据与预期不符（{type(surprise).__name__}），不作判断")
    cut = "对象太多，只判断了读到的部分" if facts.cut(*rule.needs) else ""
    return _with(named, advice=found, unexamined=cut)


def _holds(rule: Rule, facts: Facts) -> bool:
    flavour = facts.flavour or facts.engine
    if flavour in rule.never:
        return False
    return in_range(facts.version, rule.since.get(flavour), rule.before.get(flavour))


def _with(
    named: Judged, *, advice: tuple[Advice, ...] = (), unexamined: str = "", skipped: str = ""
) -> Judged:
    return Judged(named.rule, named.title, named.chapter, advice, unexamined, skipped)
