"""What a playbook must know of a kind of step, and the arguments of one rendered when it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hmaint.errors import Bug
from hmaint.expr.expression import Scope
from hmaint.expr.template import compile_shell, compile_template
from hmaint.kit.i18n import _
from hmaint.model.playbook import Risk, Step

if TYPE_CHECKING:
    from hmaint.load.compose import At

SHELL = "run"
"""An argument of this name is text for a shell, whatever the kind: its values are quoted."""

A_co = TypeVar("A_co", covariant=True)


class StepKind(Protocol[A_co]):
    """What the loader must know of a kind of step; `args` is a frozen dataclass with slots."""

    @property
    def risk(self) -> Risk: ...
    @property
    def args(self) -> type[A_co]: ...
    @property
    def templates(self) -> frozenset[str]: ...


Kinds = Mapping[str, StepKind[Any]]


def render_args(step: Step, kind: StepKind[A_co], scope: Scope) -> A_co:
    """Render the templatable arguments of a step.

    Text that is wholly one `{{ }}` becomes the value itself, shell text has every value quoted. Raises
    Undefined for a missing name and ValueError when a value has no place in the argument.
    """
    args = step.args
    if not isinstance(args, kind.args):
        raise Bug(_("step {id} has arguments of another kind").format(id=step.id))
    templated = {
        name: value
        for name in kind.templates
        if hasattr(args, name) and any(texts(value := getattr(args, name), ()))
    }
    if not templated:
        return args
    from hmaint.load.argument_form import fitting  # noqa: PLC0415 - loads pydantic, which most steps do not need

    rendered = copy(args)
    for name, value in templated.items():
        # Beside the other arguments it was held when the file was read.
        object.__setattr__(rendered, name, fitting(kind.args, name, _rendered(name, value, scope)))
    return rendered


def texts(value: object, at: At) -> Iterator[tuple[At, str]]:
    """Every text with `{{` inside one argument, with its place."""
    match value:
        case str() if "{{" in value:
            yield at, value
        case dict():
            for key, item in value.items():
                yield from texts(item, (*at, key))
        case list() | tuple():
            for number, item in enumerate(value):
                yield from texts(item, (*at, number))


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
