"""Arguments of a step, checked when the file is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hmaint.errors import Fault
from hmaint.expr.template import Template, compile_shell, compile_template
from hmaint.load.argument_form import form_of
from hmaint.load.compose import At
from hmaint.load.playbook_kind import SHELL, StepKind, texts
from hmaint.load.schema import check
from hmaint.load.yaml import Document


def check_args(kind: StepKind[Any], document: Document, step: At) -> tuple[object, list[Fault]]:
    """Make the arguments of the step at a path as its kind has them, or None; faults at their places."""
    raw = document.value
    for part in step:
        raw = raw[part]  # type: ignore[index] # the caller has walked this way
    at: At = (*step, "with")
    if not isinstance(raw, dict) or raw.get("with") is None:
        place = document.key_place(at if isinstance(raw, dict) and "with" in raw else (*step, "do"))
        document, at = Document({"with": {}}, {(): place}, document.path, {}), ("with",)
    form, faults = check(form_of(kind.args), document, at)  # type: ignore[arg-type]  # a class can be hashed
    return form.made if form else None, faults


def templates_in(name: str, value: object, at: At) -> Iterator[tuple[At, Template | ValueError]]:
    """Every text with `{{` inside one argument, compiled, or the reason why it cannot be."""
    for place, text in texts(value, at):
        try:
            yield place, (compile_shell if name == SHELL else compile_template)(text)
        except ValueError as wrong:
            yield place, wrong
