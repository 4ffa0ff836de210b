"""The judgement of a step, from its form to the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

from hmaint.expect.parse import BadExpectation, operands, parse_rule
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _, series
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
        several = _("exactly one of {names} belongs to a step, now there are {chosen}")
        words = several if chosen else _("exactly one of {names} belongs to a step, now there is none")
        complain(words.format(names=series(JUDGEMENTS), chosen=series(chosen)), ())
        return Keep()
    if form.found is not None:
        return Found(Level(form.found))
    if form.changed is not None:
        return _changed(form.changed, target, complain)
    if chosen == ["expect"]:
        return _expect(form, complain, complain_of_key)
    if form.keep is None:
        complain(_("{name} is empty and asks for nothing").format(name=chosen[0]), (chosen[0],))
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
        complain(_("{name} is empty and asks for nothing").format(name="expect"), ("expect",))
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
        complain(_("at least one of new and gone needs a level, else nothing is asked"), ("changed",))
    if form.against and form.against not in (known := declared_lists(target)):
        words = _("{target} has no list {name}").format(target=target, name=form.against)
        complain(words + meant(form.against, known), ("changed", "against"))
    return Changed(tuple(form.key), Level(form.new), Level(form.gone), form.against, form.lasting)


def declared_lists(target: TargetKind) -> tuple[str, ...]:
    """Name the lists an inventory may declare for a target."""
    return tuple(field.name for field in fields(TARGETS[target]) if field.default == ())
