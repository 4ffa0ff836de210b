"""Arguments of a step: checked when the file is read, rendered when the step is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Protocol, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from hmaint.errors import Bug, Fault
from hmaint.expr.evaluate import Scope
from hmaint.expr.template import Template, compile_shell, compile_template
from hmaint.kit.i18n import _
from hmaint.load.compose import At
from hmaint.load.schema import check
from hmaint.load.yaml import Document
from hmaint.model.playbook import Risk, Step

SHELL = "run"
"""An argument of this name is text for a shell, whatever the kind: its values are quoted."""

A_co = TypeVar("A_co", bound=BaseModel, covariant=True)


class StepKind(Protocol[A_co]):
    """What the loader must know of a kind of step."""

    @property
    def risk(self) -> Risk: ...
    @property
    def args(self) -> type[A_co]: ...
    @property
    def templates(self) -> frozenset[str]: ...


Kinds = Mapping[str, StepKind[BaseModel]]


def check_args(
    kind: StepKind[BaseModel], document: Document, step: At
) -> tuple[BaseModel | None, list[Fault]]:
    """Make the arguments of the step at a path as its kind has them; faults at their places."""
    raw = document.value
    for part in step:
        raw = raw[part]  # type: ignore[index] # the caller has walked this way
    if isinstance(raw, dict) and raw.get("with") is not None:
        return check(kind.args, document, (*step, "with"))
    place = document.key_place((*step, "with" if isinstance(raw, dict) and "with" in raw else "do"))
    return check(kind.args, Document({"with": {}}, {(): place}, document.path, {}), ("with",))


def templates_in(name: str, value: object, at: At) -> Iterator[tuple[At, Template | ValueError]]:
    """Every text with `{{` inside one argument, compiled, or the reason why it cannot be."""
    for place, text in _texts(value, at):
        try:
            yield place, (compile_shell if name == SHELL else compile_template)(text)
        except ValueError as wrong:
            yield place, wrong


def render_args(step: Step, kind: StepKind[A_co], scope: Scope) -> A_co:
    """Render the templatable arguments of a step.

    Text that is wholly one `{{ }}` becomes the value itself, shell text has every value quoted. Raises
    Undefined for a missing name and ValueError when a value has no place in the argument.
    """
    args = step.args
    if not isinstance(args, kind.args):
        raise Bug(_("step {id} has arguments of another kind").format(id=step.id))
    rendered = {
        name: _fitting(kind.args, name, _rendered(name, value, scope))
        for name in kind.templates & type(args).model_fields.keys()
        if any(_texts(value := getattr(args, name), ()))
    }
    return args.model_copy(update=rendered) if rendered else args


def _texts(value: object, at: At) -> Iterator[tuple[At, str]]:
    match value:
        case str() if "{{" in value:
            yield at, value
        case dict():
            for key, item in value.items():
                yield from _texts(item, (*at, key))
        case list() | tuple():
            for number, item in enumerate(value):
                yield from _texts(item, (*at, number))


def _rendered(name: str, value: object, scope: Scope) -> object:
    match value:
        case str() if "{{" in value:
            return (
                compile_shell(value).shell(scope) if name == SHELL else compile_template(value).native(scope)
            )
        case dict():
            return {key: _rendered(name, item, scope) for key, item in value.items()}
        case list() | tuple():
            return tuple(_rendered(name, item, scope) for item in value)
    return value


def _fitting(args: type[BaseModel], name: str, value: object) -> object:
    try:
        return _adapter(args, name).validate_python(value)
    except ValidationError as wrong:
        reasons = "；".join(error["msg"] for error in wrong.errors(include_url=False, include_input=False))
        raise ValueError(f"{name}：{reasons}") from None


@cache
def _adapter(args: type[BaseModel], name: str) -> TypeAdapter[object]:
    return TypeAdapter(args.model_fields[name].rebuild_annotation())
