"""One step of a plan file, from YAML to the model, with every fault it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from hmaint.expr.template import compile_shell, compile_template
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.load.paths import inside
from hmaint.load.plan_desk import Desk, StepArgs
from hmaint.load.plan_form import StepForm
from hmaint.load.plan_kinds import PLAN_KINDS, PlanKind
from hmaint.load.plan_secrets import Language, leaks, written_out
from hmaint.load.plan_undo import check_undo
from hmaint.load.playbook_names import Names, TargetKind
from hmaint.load.playbook_selector import make_selector
from hmaint.load.schema import check
from hmaint.load.yaml import Document
from hmaint.model.playbook import Selector
from hmaint.model.upgrade import PlanStep
from hmaint.model.upgrade_kind import ActKind


def make_step(desk: Desk) -> PlanStep | None:
    """Make the step a desk stands at; None where it has any fault, which are then on the desk."""
    form, faults = check(StepForm, desk.document, desk.at)
    desk.faults += faults
    if form is None:
        return None
    kind = PLAN_KINDS.get(form.do)
    if kind is None:
        words = _("no kind of step {name}").format(name=form.do)
        desk.complain(words + meant(form.do, sorted(PLAN_KINDS)), "do")
        return None
    selector = _selector(form, kind, desk)
    args = _arguments(kind, desk)
    _check_texts(form, kind, selector, desk)
    irreversible = check_undo(form, kind, args, desk)
    _check_artefacts(args, desk)
    if desk.faults or args is None:
        return None
    return PlanStep(
        form.id,
        form.title,
        _kind(form.do),
        selector,
        StepArgs(args, form.probe, form.undo, form.undone),
        desk.document.place((*desk.at, "id")),
        estimate=form.estimate,
        timeout=form.timeout or max(300.0, 3 * form.estimate),
        interruptible=form.interruptible,
        outage=form.outage,
        irreversible=irreversible,
        owner=form.owner,
        secrets=dict(form.secrets),
    )


def _kind(word: str) -> ActKind:
    return word  # type: ignore[return-value] # it is a key of PLAN_KINDS, whose keys these are


def _selector(form: StepForm, kind: PlanKind, desk: Desk) -> Selector | None:
    if form.on is None:
        if kind.needs_target:
            on = " · ".join(f"{each}s" for each in sorted(kind.on))
            desk.complain(_("{kind} wants on: {kinds}").format(kind=form.do, kinds=on))
        return None
    selector = make_selector(form.on, lambda reason, below: desk.complain(reason, "on", *below))
    if selector.kind not in kind.on:
        words = _("{kind} is not for a {target}").format(kind=form.do, target=selector.kind)
        desk.complain(words + (meant("", sorted(f"{each}s" for each in kind.on)) if kind.on else ""), "on")
    return selector


def _arguments(kind: PlanKind, desk: Desk) -> BaseModel | None:
    given = inside(desk.document.value, desk.at)
    assert isinstance(given, dict)  # noqa: S101 - its form was made
    if given.get("with") is not None:
        args, faults = check(kind.form, desk.document, (*desk.at, "with"))
    else:
        place = desk.document.key_place((*desk.at, "with" if "with" in given else "do"))
        args, faults = check(
            kind.form, Document({"with": {}}, {(): place}, desk.document.path, {}), ("with",)
        )
    desk.faults += faults
    return args


def _check_texts(form: StepForm, kind: PlanKind, selector: Selector | None, desk: Desk) -> None:
    target: TargetKind = selector.kind if selector else "host"
    names = Names(desk.variables, target)
    for at, text, shell in _texts(form, kind):
        if not shell and "{{" in text and at[0] == "with" and str(at[1]) not in kind.templates:
            desk.complain(_("{name} cannot hold {{{{ }}}}").format(name=at[1]), *at)
            continue
        try:
            template = (compile_shell if shell else compile_template)(text) if "{{" in text else None
        except ValueError as wrong:
            desk.complain(f"{at[-1]}: {wrong}", *at)
            continue
        for reason in names.faults(template.uses, columns=False) if template else ():
            desk.complain(f"{at[-1]}: {reason}", *at)
        for reason in leaks(text, form.secrets) if shell else _shown(text, "text"):
            desk.complain(reason, *at)
    for at, statement in _statements(form, kind):
        for reason in _shown(statement, "sql"):
            desk.complain(reason, *at)


def _shown(text: str, language: Language) -> Iterator[str]:
    if line := written_out(text, language):
        yield _(
            "a password seems to be written out (line {n} of it); keep it with hmaint secret set, and let a shell step"
            " that names it below secrets give it by stdin"
        ).format(n=line)


def _statements(form: StepForm, kind: PlanKind) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every statement that stands in the plan itself, with its place."""
    if "database" not in kind.on:
        return
    lists = {
        ("with", "statements"): form.with_.get("statements"),
        ("undo",): form.undo,
        ("probe",): form.probe,
    }
    for at, found in lists.items():
        for number, each in enumerate(found if isinstance(found, list) else ()):
            text = each.get("sql") if isinstance(each, dict) else each
            if isinstance(text, str):
                yield (*at, number), text


def _texts(form: StepForm, kind: PlanKind) -> Iterator[tuple[tuple[str | int, ...], str, bool]]:
    """Every text of a step: where it stands, and whether it is for a shell."""
    for name, value in form.with_.items():
        if isinstance(value, str):
            yield ("with", name), value, name in kind.scripts
    if "host" in kind.on:
        for name in ("probe", "undo", "undone"):
            if isinstance(text := getattr(form, name), str):
                yield (name,), text, True


def _check_artefacts(args: BaseModel | None, desk: Desk) -> None:
    wanted: Mapping[str, object] = (
        {} if args is None else {n: getattr(args, n, None) for n in ("artefact", "script")}
    )
    for word, name in wanted.items():
        if isinstance(name, str) and name not in desk.artefacts:
            words = _("no artefact {name}").format(name=name)
            desk.complain(
                words + (meant(name, sorted(desk.artefacts)) if desk.artefacts else ""), "with", word
            )
