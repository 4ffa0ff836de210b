"""An upgrade plan: from its file to one typed value, or every fault of it with its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from hmaint.errors import BadFile, Fault, Place
from hmaint.kit.i18n import _
from hmaint.load.compose import At
from hmaint.load.plan_desk import Desk
from hmaint.load.plan_files import check_files, read_artefacts
from hmaint.load.plan_form import BackupForm, PlanForm, RollbackForm, window_of
from hmaint.load.plan_rules import check_rules
from hmaint.load.plan_step import make_step
from hmaint.load.playbook_kind import Kinds
from hmaint.load.playbook_step import make_step as make_look
from hmaint.load.schema import check, sort_faults
from hmaint.load.yaml import Document, survey_yaml
from hmaint.model.inventory import Secret
from hmaint.model.playbook import Playbook, Step
from hmaint.model.playbook import Risk as Disturbance
from hmaint.model.upgrade import (
    BackupWanted,
    Notice,
    Observation,
    PlanStep,
    Risk,
    Rollback,
    Rollout,
    UpgradePlan,
    Window,
)


def load_plan(path: Path, *, kinds: Kinds) -> UpgradePlan:
    """Load a plan; BadFile with every fault of the file and of the files it names.

    `kinds` are the kinds of looking step that preflight and verify may have. The digest is the SHA-256 of the content,
    whatever its layout and comments.
    """
    document, faults = survey_yaml(path)
    form, wrong = check(PlanForm, document)
    faults += wrong
    if form is None:
        # Steps are looked at even so: all that is wrong is told at once.
        faults += _step_faults(document)
        raise BadFile(sort_faults(faults))
    artefacts, missing = read_artefacts(form, document, path.parent)
    steps, bad = _steps(form, document, frozenset(form.artefacts))
    looks = {name: _looks(name, form, document, kinds, faults) for name in ("preflight", "verify")}
    window = _window(form, document, faults)
    faults += [*missing, *bad, *check_files(form, steps, document, path.parent)]
    faults += check_rules(form, steps, document)
    if faults or window is None:
        raise BadFile(sort_faults(faults))
    written = canonical(document.value)
    digest = hashlib.sha256(written.encode()).hexdigest()
    return UpgradePlan(
        path=path,
        kind=form.kind,
        name=form.plan,
        title=form.title,
        site=form.site,
        from_version=form.from_ or "",
        to_version=form.to or "",
        content=form.content,
        reason=form.reason,
        impact=form.impact,
        window=window,
        approvers=tuple(form.approvers),
        supervisor=form.supervisor,
        steps=tuple(steps),
        preflight=_playbook("preflight", looks["preflight"], form, digest, path),
        verify=_playbook("verify", looks["verify"], form, digest, path),
        digest=digest,
        written=written,
        modules=tuple(form.modules),
        requests=tuple(form.requests),
        applicant=form.applicant,
        artefacts=artefacts,
        backups=tuple(_backup(each) for each in form.backups),
        risks=tuple(Risk(each.risk, each.chance, each.effect, each.measure) for each in form.risks),
        notices=tuple(Notice(each.who, each.how, each.time) for each in form.notices),
        observe=Observation(form.observe.for_, form.observe.every) if form.observe else None,
        rollback=_rollback(form.rollback),
        rollout=Rollout(form.rollout.serial, form.rollout.canary or "", form.rollout.all_or_none),
        point_of_no_return=form.point_of_no_return or "",
        vars=form.vars,
        per_target=form.targets,
        tests=form.tests or "",
        test_report=_beside(path, form.test_report),
        release_notes=_beside(path, form.release_notes),
        stop_when=tuple(form.stop_when),
    )


def canonical(value: object) -> str:
    """A value of YAML as one text that is the same for the same content; secrets are references, by their name."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_told)


def _told(value: object) -> object:
    return (
        f"!{value.source} {value.name}"
        if isinstance(value, Secret) and value.source != "plain"
        else str(value)
    )


def _steps(
    form: PlanForm, document: Document, artefacts: frozenset[str]
) -> tuple[list[PlanStep], list[Fault]]:
    names = frozenset([*form.vars, *(name for each in form.targets.values() for name in each)])
    desks = [Desk(document, ("steps", n), names, artefacts) for n in range(len(form.steps))]
    made = [make_step(desk) for desk in desks]
    return [each for each in made if each is not None], [fault for desk in desks for fault in desk.faults]


def _step_faults(document: Document) -> list[Fault]:
    """What is wrong with steps of a plan whose head is wrong: their own shape alone, as names are not known."""
    value = document.value
    steps = value.get("steps") if isinstance(value, dict) else None
    named = _keys(value, "vars") | {n for each in _values(value, "targets") for n in _keys(each)}
    artefacts = frozenset(_keys(value, "artefacts"))
    found: list[Fault] = []
    for number, _step in enumerate(steps if isinstance(steps, list) else ()):
        desk = Desk(document, ("steps", number), frozenset(named), artefacts)
        make_step(desk)
        found += desk.faults
    return found


def _keys(value: object, name: str | None = None) -> set[str]:
    inner = value.get(name) if name is not None and isinstance(value, dict) else value
    return {str(key) for key in inner} if isinstance(inner, dict) else set()


def _values(value: object, name: str) -> Iterable[object]:
    inner = value.get(name) if isinstance(value, dict) else None
    return inner.values() if isinstance(inner, dict) else ()


def _looks(
    name: str, form: PlanForm, document: Document, kinds: Kinds, faults: list[Fault]
) -> tuple[Step, ...]:
    variables = frozenset([*form.vars, *(each for own in form.targets.values() for each in own)])
    made: list[Step] = []
    for number in range(len(getattr(form, name))):
        at: At = (name, number)
        step, wrong = make_look(document, at, kinds, variables)
        faults += wrong
        if step is not None and step.risk > Disturbance.READ:
            words = _("{name} only looks; {kind} changes things")
            faults.append(Fault(document.place((*at, "do")), words.format(name=name, kind=step.do)))
        elif step is not None:
            made.append(step)
    return tuple(made)


def _playbook(name: str, steps: tuple[Step, ...], form: PlanForm, digest: str, path: Path) -> Playbook:
    return Playbook(
        f"{form.plan}/{name}", form.title, "", steps, dict(form.vars), digest, Place(str(path), 1, 1)
    )


def _window(form: PlanForm, document: Document, faults: list[Fault]) -> Window | None:
    try:
        return window_of(form.window)
    except ValueError as wrong:
        faults.append(Fault(document.key_place(("window",)), str(wrong)))
        return None


def _backup(form: BackupForm) -> BackupWanted:
    return BackupWanted(form.name, form.max_age, form.of or "")


def _rollback(form: str | RollbackForm) -> Rollback:
    if isinstance(form, str):
        return replace(Rollback(), mode="ask" if form == "ask" else "auto")
    return Rollback(form.mode, form.on_overrun)


def _beside(path: Path, name: str | None) -> Path | None:
    return None if name is None else path.parent / name
