"""What must hold between the parts of a plan: ids, the point of no return, windows, people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hmaint.errors import Fault
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.load.plan_form import PlanForm
from hmaint.load.yaml import Document
from hmaint.model.upgrade import PlanStep


def check_rules(form: PlanForm, steps: Sequence[PlanStep], document: Document) -> list[Fault]:
    """Complain of what no single part of a plan shows."""
    return [
        *_of_its_kind(form, document),
        *_repeated(form, document),
        *_point_of_no_return(form, steps, document),
        *_people(form, document),
        *_times(form, document),
        *_backups(form, document),
    ]


def _of_its_kind(form: PlanForm, document: Document) -> Iterator[Fault]:
    """An upgrade tells versions, tests, risks and how it is verified; a data-fix only puts rows right."""
    fixes = form.kind == "data-fix"
    for name, given in (
        ("from", form.from_), ("to", form.to), ("tests", form.tests), ("risks", form.risks), ("verify", form.verify),
    ):  # fmt: skip
        if not fixes and not given:
            yield Fault(document.key_place((name,)), _("{name} is missing").format(name=name))
    for number, step in enumerate(form.steps):
        kind = step.get("do") if isinstance(step, dict) else None
        if isinstance(kind, str) and (kind not in ("fix", "ask") if fixes else kind == "fix"):
            words = _("a data-fix has steps of kind fix and ask only, and no other plan has a fix")
            yield Fault(document.place(("steps", number, "do")), words)


def _repeated(form: PlanForm, document: Document) -> Iterator[Fault]:
    for part in ("steps", "preflight", "verify"):
        first: dict[object, int] = {}
        for number, step in enumerate(getattr(form, part)):
            name = step.get("id") if isinstance(step, dict) else None
            if isinstance(name, str) and first.setdefault(name, number) != number:
                place = document.place((part, first[name], "id"))
                words = _("id {id} is used already, at {place}").format(id=name, place=place)
                yield Fault(document.place((part, number, "id")), words)


def _point_of_no_return(form: PlanForm, steps: Sequence[PlanStep], document: Document) -> Iterator[Fault]:
    """Each step that cannot be taken back lies at the declared point or behind it."""
    written = [step.get("id") for step in form.steps if isinstance(step, dict)]
    point = form.point_of_no_return
    if point is not None and point not in written:
        words = _("no step {name}").format(name=point)
        names = [str(each) for each in written]
        yield Fault(document.place(("point_of_no_return",)), words + meant(point, names))
        return
    behind = len(written) if point is None else written.index(point)
    for step in steps:
        if step.irreversible and written.index(step.id) < behind:
            words = _(
                "step {id} cannot be taken back: say point_of_no_return with it or a step before it, so that whoever"
                " approves knows"
            )
            yield Fault(step.place, words.format(id=step.id))


def _people(form: PlanForm, document: Document) -> Iterator[Fault]:
    if form.applicant and form.applicant in form.approvers:
        words = _("{name} cannot approve what he or she applies for")
        place = document.place(("approvers", form.approvers.index(form.applicant)))
        yield Fault(place, words.format(name=form.applicant))
    for number, name in enumerate(form.approvers):
        if name in form.approvers[:number]:
            yield Fault(
                document.place(("approvers", number)), _("{name} stands here twice").format(name=name)
            )


def _times(form: PlanForm, document: Document) -> Iterator[Fault]:
    if form.observe and form.observe.every > form.observe.for_:
        words = _("every is longer than for: nothing would be looked at")
        yield Fault(document.place(("observe", "every")), words)
    if form.observe and not form.verify:
        yield Fault(
            document.key_place(("observe",)), _("observe asks verify again and again, and there is no verify")
        )


def _backups(form: PlanForm, document: Document) -> Iterator[Fault]:
    names = [each.name for each in form.backups]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield Fault(
                document.place(("backups", number, "name")), _("{name} stands here twice").format(name=name)
            )
