"""The judgement of a step, from its form to the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

from hmaint.expect.parse import BadExpectation, operands, parse_rule
from hmaint.load.compose import At
from hmaint.load.playbook_form import JUDGEMENTS, ChangedForm, StepForm
from hmaint.load.playbook_names import TARGETS, TargetKind
from hmaint.model.playbook import Changed, Expect, Found, Judgement, Keep, Level, Matcher, Rule

Complain = Callable[[str, At], None]
"""Note a fault at a path below the step."""

ComplainOfKey = Callable[[str, At], None]


def make_judgement(
    form: StepForm, target: TargetKind, given: set[str], complain: Complain, complain_of_key: ComplainOfKey
) -> Judgement:
    """Make the judgement; what is wrong with it is complained of, and Keep stands in for it."""
    chosen = [name for name in JUDGEMENTS if name in given]
    if len(chosen) != 1:
        said = f"，现在写了 {'、'.join(chosen)}" if chosen else "，现在一个也没有"
        complain(f"{'、'.join(JUDGEMENTS)} 必须写且只能写一个{said}", ())
        return Keep()
    if form.found is not None:
        return Found(Level(form.found))
    if form.changed is not None:
        return _changed(form.changed, target, complain)
    if chosen == ["expect"]:
        return _expect(form, complain, complain_of_key)
    if form.keep is None:
        complain(f"{chosen[0]} 是空的，什么也没有要求", (chosen[0],))
    return Keep()


def operands_of(judgement: Judgement, form: StepForm) -> Iterator[tuple[At, object]]:
    """Find every operand of a judgement with its path below the step."""
    for rule in judgement.rules if isinstance(judgement, Expect) else ():
        for at, matcher in _matchers(rule, (form.expect or {})[rule.column]):
            yield from operands(matcher, ("expect", rule.column, *at))


def _matchers(rule: Rule, written: object) -> Iterator[tuple[At, Matcher]]:
    for level, matcher in rule.bad:
        yield (str(level),), matcher
    if rule.must is not None:
        yield ("must",) if isinstance(written, dict) and "must" in written else (), rule.must


def _expect(form: StepForm, complain: Complain, complain_of_key: ComplainOfKey) -> Judgement:
    if not form.expect:
        complain("expect 是空的，什么也没有要求", ("expect",))
        return Keep()
    rules = []
    for column, data in form.expect.items():
        try:
            rules.append(parse_rule(column, data))
        except BadExpectation as wrong:
            (complain_of_key if wrong.of_key else complain)(str(wrong), ("expect", column, *wrong.at))
    return Expect(tuple(rules))


def _changed(form: ChangedForm, target: TargetKind, complain: Complain) -> Judgement:
    if form.new == form.gone == "ok":
        complain("new 与 gone 至少写一个级别，否则什么也没有要求", ("changed",))
    if form.against and form.against not in (known := declared_lists(target)):
        complain(f"{target} 没有列表 {form.against}；可以写 {'、'.join(known)}", ("changed", "against"))
    return Changed(tuple(form.key), Level(form.new), Level(form.gone), form.against)


def declared_lists(target: TargetKind) -> tuple[str, ...]:
    """Name the lists an inventory may declare for a target."""
    return tuple(field.name for field in fields(TARGETS[target]) if field.default == ())
