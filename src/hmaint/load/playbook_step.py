"""One step of a playbook file, from YAML to the model, with every fault it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hmaint.errors import Fault, Place
from hmaint.expr.condition import compile_condition
from hmaint.expr.expression import Use
from hmaint.expr.template import Template, compile_template
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.load.compose import At
from hmaint.load.paths import inside
from hmaint.load.playbook_args import check_args, templates_in
from hmaint.load.playbook_form import StepForm
from hmaint.load.playbook_judgement import make_judgement, operands_of
from hmaint.load.playbook_kind import Kinds
from hmaint.load.playbook_names import Names
from hmaint.load.playbook_salvage import salvage
from hmaint.load.playbook_selector import make_selector
from hmaint.load.schema import check
from hmaint.load.yaml import Document
from hmaint.model.playbook import Judgement, Level, Risk, Selector, Step

_STAND_INS = {"id": "no.id", "title": "-", "do": "", "on": "hosts"}


@dataclass(slots=True)
class _Desk:
    """Where one step is worked on and its faults are collected."""

    document: Document
    at: At
    names: Names
    faults: list[Fault] = field(default_factory=list)
    deaf: frozenset[str] = frozenset()
    """Keys whose shape is wrong already: nothing more is said of them."""

    def complain(self, reason: str, at: At) -> None:
        if self.deaf.isdisjoint(at[:1]):
            self.faults.append(Fault(self._place((*self.at, *at)), reason))

    def _place(self, at: At) -> Place:
        # An empty value stands nowhere a person can see; its key does.
        empty = at in self.document.places and inside(self.document.value, at) is None
        return self.document.key_place(at) if empty else self.document.place(at)

    def complain_of_key(self, reason: str, at: At) -> None:
        if self.deaf.isdisjoint(at[:1]):
            self.faults.append(Fault(self.document.key_place((*self.at, *at)), reason))

    def check_names(self, uses: Iterable[Use], at: At, *, columns: bool) -> None:
        if "on" in self.deaf:
            return
        for reason in self.names.faults(tuple(uses), columns=columns):
            self.complain(_spoken(_called(at), reason), at)


def make_step(
    document: Document, at: At, kinds: Kinds, variables: frozenset[str]
) -> tuple[Step | None, list[Fault]]:
    """Make the step at a path of a document; None with its faults when it has any.

    `variables` are all names that some `vars:` of the playbook declares.
    """
    given = inside(document.value, at)
    form, faults = check(StepForm, document, at)
    deaf: frozenset[str] = frozenset()
    if form is None:
        form, deaf = salvage(StepForm, given, _STAND_INS)
    if form is None:
        return None, faults
    desk = _Desk(document, at, Names(variables, "host"), faults, deaf)
    selector = make_selector(form.on, lambda reason, below: desk.complain(reason, ("on", *below)))
    desk.names = Names(variables, selector.kind)
    keys = set(given) if isinstance(given, dict) else set()
    judgement = make_judgement(form, selector.kind, keys, desk.complain, desk.complain_of_key)
    _check_conditions(form, desk)
    _check_texts(form, desk)
    _check_operands(judgement, form, desk)
    args, risk = _make_args(form, kinds, desk)
    _check_platform(form, selector, kinds, desk)
    if desk.faults:
        return None, desk.faults
    place = document.place((*at, "id"))
    bare = Step(form.id, form.title, form.do, selector, args, judgement, place, risk=risk)
    return _with_words(bare, form), []


def _with_words(step: Step, form: StepForm) -> Step:
    return replace(
        step,
        category=form.category,
        when=form.when,
        why=form.why,
        where=form.where,
        subject=form.subject,
        empty=Level(form.empty),
        missing=_missing(form),
        says=form.says,
        advice=form.advice,
        source=form.source,
        privilege=form.privilege,
        metrics=tuple((name, name.rpartition(".")[2], unit) for name, unit in form.metrics.items()),
        delta=tuple(form.delta),
        counter=form.counter,
        tags=tuple(form.tags),
    )


def _spoken(name: str, reason: object) -> str:
    return _("{name}: {reason}").format(name=name, reason=reason)


def _called(at: At) -> str:
    return str(at[1] if at[0] == "with" else at[0])


def _missing(form: StepForm) -> Level:
    """A tool that is not installed does not apply; a table or file that is named and not there may well be lost."""
    return Level(
        form.missing or ("unknown" if form.do in {"sql", "file", "powershell", "data"} else "skipped")
    )


def _check_conditions(form: StepForm, desk: _Desk) -> None:
    for name, source, columns in (("when", form.when, False), ("where", form.where, True)):
        if not source:
            continue
        if "{{" in source:
            words = _("{name} is an expression, write it without {{{{ }}}}")
            desk.complain(words.format(name=name), (name,))
            continue
        try:
            uses = compile_condition(source).uses
        except ValueError as wrong:
            desk.complain(_spoken(name, wrong), (name,))
        else:
            desk.check_names(uses, (name,), columns=columns)


def _check_texts(form: StepForm, desk: _Desk) -> None:
    for name, text, columns in (
        ("says", form.says, True),
        ("advice", form.advice, True),
        ("why", form.why, False),
    ):
        if template := _compiled(text, (name,), desk):
            desk.check_names(template.uses, (name,), columns=columns)


def _check_operands(judgement: Judgement, form: StepForm, desk: _Desk) -> None:
    for at, operand in operands_of(judgement, form):
        if isinstance(operand, str) and "{{" in operand and (template := _compiled(operand, at, desk)):
            desk.check_names(template.uses, at, columns=False)


def _compiled(text: str, at: At, desk: _Desk) -> Template | None:
    try:
        return compile_template(text)
    except ValueError as wrong:
        desk.complain(_spoken(str(at[0]), wrong), at)
        return None


def _make_args(form: StepForm, kinds: Kinds, desk: _Desk) -> tuple[object, Risk]:
    kind = kinds.get(form.do)
    if kind is None:
        desk.complain(
            _("no kind of step {name}").format(name=form.do) + meant(form.do, sorted(kinds)), ("do",)
        )
        return None, Risk.READ
    if "with" in desk.deaf:
        return None, kind.risk
    args, faults = check_args(kind, desk.document, desk.at)
    no_template = _("{name} cannot hold {{{{ }}}}")
    misplaced = [
        Fault(desk.document.place((*desk.at, *at)), no_template.format(name=name))
        for name, value in form.with_.items()
        if name not in kind.templates
        for at, _template in templates_in(name, value, ("with", name))
    ]
    # Whatever else such a value is not follows from the template it should not be.
    places = {fault.place for fault in misplaced}
    desk.faults += [*misplaced, *(fault for fault in faults if fault.place not in places)]
    for name in form.with_.keys() & kind.templates:
        _check_templates(name, form.with_[name], desk)
    return args, kind.risk


def _check_platform(form: StepForm, selector: Selector, kinds: Kinds, desk: _Desk) -> None:
    """A kind speaks the language of some platforms; a host of another must not be sent it."""
    if selector.kind != "host" or form.do not in kinds or "on" in desk.deaf:
        return
    spoken = getattr(kinds[form.do], "platforms", frozenset({"linux"}))
    for platform in selector.match.get("platform", ("linux",)):
        if platform not in spoken and platform in {"linux", "windows"}:
            words = _("{kind} does not run on {platform} hosts; write on: {{hosts: {{platform: {other}}}}}")
            other = ", ".join(sorted(spoken))
            desk.complain(words.format(kind=form.do, platform=platform, other=other), ("do",))


def _check_templates(name: str, value: object, desk: _Desk) -> None:
    for at, template in templates_in(name, value, ("with", name)):
        if isinstance(template, ValueError):
            desk.complain(_spoken(name, template), at)
        else:
            desk.check_names(template.uses, at, columns=False)
