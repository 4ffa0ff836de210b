"""The files a plan names: there, readable, and what the plan says they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from hmaint.errors import Fault
from hmaint.expr.template import compile_template
from hmaint.kit.i18n import _
from hmaint.load.plan_desk import StepArgs
from hmaint.load.plan_form import PlanForm
from hmaint.load.plan_kinds import SqlForm, TemplateForm
from hmaint.load.plan_secrets import telling_variables, written_out
from hmaint.load.yaml import Document
from hmaint.model.upgrade import Artefact, PlanStep

_PIECE = 1 << 20
TEMPLATE_MOST = 64_000
"""Bytes of a template; larger files are artefacts."""


def read_artefacts(
    form: PlanForm, document: Document, folder: Path
) -> tuple[tuple[Artefact, ...], list[Fault]]:
    """Hold each artefact against its hash; those that are sound, and what is wrong with the others."""
    sound, faults = list[Artefact](), list[Fault]()
    for name, each in form.artefacts.items():
        path = folder / each.file
        try:
            size, digest = _hashed(path)
        except OSError as error:
            words = _("{file} cannot be read: {reason}")
            reason = words.format(file=each.file, reason=error.strerror)
            faults.append(Fault(document.place(("artefacts", name, "file")), reason))
            continue
        if digest != each.sha256:
            words = _("{file} has another SHA-256: {digest}")
            reason = words.format(file=each.file, digest=digest)
            faults.append(Fault(document.place(("artefacts", name, "sha256")), reason))
            continue
        sound.append(Artefact(name, path, digest, size))
    return tuple(sound), faults


def check_files(
    form: PlanForm, steps: Sequence[PlanStep], document: Document, folder: Path
) -> Iterator[Fault]:
    """Complain of further files that are not there, and of templates that are none."""
    for name in ("test_report", "release_notes"):
        given = getattr(form, name)
        if given is not None and not (folder / given).is_file():
            yield Fault(document.place((name,)), _("{file} is not there").format(file=given))
    places = {_id(each): n for n, each in enumerate(form.steps)}
    for step in steps:
        args = step.args.with_ if isinstance(step.args, StepArgs) else None
        if isinstance(args, TemplateForm) and (reason := _template_fault(folder / args.source)):
            yield Fault(document.place(("steps", places[step.id], "with", "source")), reason)
    yield from _secrets(form, steps, document, folder)


def _secrets(form: PlanForm, steps: Sequence[PlanStep], document: Document, folder: Path) -> Iterator[Fault]:
    """Complain of passwords that stand in clear in scripts and in variables."""
    for name in dict.fromkeys(name for step in steps for name in _scripts(step)):
        line = _line_of_secret(folder / form.artefacts[name].file)
        if line:
            words = _(
                "{file} line {n}: a password seems to be written out; keep it with hmaint secret set, and let a shell"
                " step that names it below secrets give it by stdin"
            )
            reason = words.format(file=form.artefacts[name].file, n=line)
            yield Fault(document.place(("artefacts", name, "file")), reason)
    for at, variables in (
        (("vars",), form.vars),
        *((("targets", name), own) for name, own in form.targets.items()),
    ):
        for name in telling_variables(variables):
            words = _(
                "{name} seems to be a password written out; keep it with hmaint secret set and name it below secrets"
            )
            yield Fault(document.place((*at, name)), words.format(name=name))


def _scripts(step: PlanStep) -> Iterator[str]:
    """The artefacts a step runs as SQL."""
    if isinstance(step.args, StepArgs) and isinstance(step.args.with_, SqlForm):
        undo = step.args.undo
        yield from filter(
            None, (step.args.with_.script, undo.get("script") if isinstance(undo, dict) else None)
        )


def _line_of_secret(path: Path) -> int:
    with suppress(OSError):
        return written_out(path.read_bytes().decode("utf-8", "replace"), "sql")
    return 0


def template_text(path: Path) -> str:
    """The text of a template; ValueError, with the reason, for one that cannot be used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        words = _("{file} cannot be read: {reason}")
        raise ValueError(words.format(file=path.name, reason=error.strerror)) from None
    if len(content) > TEMPLATE_MOST:
        raise ValueError(_("a template of more than {n} bytes; make it an artefact").format(n=TEMPLATE_MOST))
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ValueError(_("the template is no UTF-8 text")) from None


def _template_fault(path: Path) -> str:
    try:
        text = template_text(path)
        compile_template(text)
    except ValueError as wrong:
        return str(wrong)
    if line := written_out(text, "text"):
        words = _(
            "{file} line {n}: a password seems to be written out; keep it with hmaint secret set, and let a shell"
            " step that names it below secrets give it by stdin"
        )
        return words.format(file=path.name, n=line)
    return ""


def _id(written: object) -> object:
    return written.get("id") if isinstance(written, dict) else None


def _hashed(path: Path) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()
