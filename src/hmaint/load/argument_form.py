"""The arguments of a kind of step as a form that a file is held against, made of the noun's own annotations."""

from __future__ import annotations

import dataclasses
import types
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Union, cast, get_args, get_origin, get_type_hints

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    create_model,
    model_validator,
)

from hmaint.kit.constraint import Check, Within


class ArgumentForm(BaseModel):
    """What stands under `with:`; unknown names are refused, and what its `noun` refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
    noun: ClassVar[type]
    _made: object = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> ArgumentForm:
        given = {name: getattr(self, name) for name in type(self).model_fields}
        self._made = self.noun(
            **{name: v.made if isinstance(v, ArgumentForm) else v for name, v in given.items()}
        )
        return self

    @property
    def made(self) -> object:
        """The noun of what was given."""
        return self._made


@cache
def form_of(noun: type) -> type[ArgumentForm]:
    """The form of a noun, field for field; `Within` and `Check` in its annotations are the form's."""
    hints = get_type_hints(noun, include_extras=True)
    fields: dict[str, Any] = {
        each.name: (_told(hints[each.name]), _default(each)) for each in dataclasses.fields(noun)
    }
    form = create_model(noun.__name__, __base__=ArgumentForm, __doc__=noun.__doc__, **fields)
    form.noun = noun
    return form


def fitting(noun: type, name: str, value: object) -> object:
    """A value as the named argument of a noun has it; ValueError with the reason where it has no place there."""
    try:
        return _adapter(noun, name).validate_python(value)
    except ValidationError as wrong:
        reasons = "；".join(error["msg"] for error in wrong.errors(include_url=False, include_input=False))
        raise ValueError(f"{name}：{reasons}") from None


@cache
def _adapter(noun: type, name: str) -> TypeAdapter[object]:
    return TypeAdapter(form_of(noun).model_fields[name].rebuild_annotation())


def _default(each: dataclasses.Field[Any]) -> object:
    if each.default_factory is not dataclasses.MISSING:
        return Field(default_factory=each.default_factory)
    return ... if each.default is dataclasses.MISSING else each.default


def _told(hint: object) -> object:
    """An annotation in pydantic's words, at any depth."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        base, *marks = parts
        return Annotated[(_told(base), *(_mark(mark) for mark in marks))]
    if origin is Literal or not parts:
        return form_of(hint) if dataclasses.is_dataclass(hint) and isinstance(hint, type) else hint
    inside = tuple(_told(part) for part in parts)
    return Union[inside] if origin in {Union, types.UnionType} else cast("Any", origin)[inside]  # noqa: UP007 - of parts known at run time


def _mark(mark: object) -> object:
    match mark:
        case Within():
            bounds = {name: bound for name, bound in mark._asdict().items() if bound is not None}
            return Field(**bounds)
        case Check():
            return AfterValidator(_checking(mark))
    return mark


def _checking(mark: Check) -> Any:  # noqa: ANN401 - pydantic's own signature
    def check(value: object) -> object:
        mark.passes(value)
        return value

    return check
