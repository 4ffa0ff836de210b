"""The words an inventory is made of, as types that check themselves."""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    model_validator,
)

from hmaint.kit.clock import seconds
from hmaint.kit.regex import safe_regex
from hmaint.kit.registry import nearest
from hmaint.load import addresses
from hmaint.load.names import slug
from hmaint.model.inventory import Secret

T = TypeVar("T")


class Entry(BaseModel):
    """A mapping in a file: types are strict, unknown keys refused, nothing at all is an empty mapping."""

    # Values are never shown: the one that is wrong may be a password.
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return {} if value is None else value


def _line(text: str) -> str:
    if not text.strip():
        raise ValueError("不能是空的")
    if not text.isprintable():
        raise ValueError("里不能有换行和控制字符")
    return text


def _word(text: str) -> str:
    if text.startswith("-"):
        raise ValueError("不能以 - 开头")
    return _line(text)


def _absolute(text: str) -> str:
    if not re.match(r"/|[A-Za-z]:[\\/]", text):
        raise ValueError("要写绝对路径，以 / 开头")
    return _line(text)


def _duration(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("要写带单位的时长，例如 90s、15m、2h、3d")  # noqa: TRY004 - pydantic counts ValueErrors only
    try:
        length = seconds(value)
    except ValueError:
        raise ValueError("要写带单位的时长，例如 90s、15m、2h、3d") from None
    if not 0 < length < _LONGEST:
        raise ValueError("要大于 0，小于 10 年")
    return length


def _encoding(name: str) -> str:
    try:
        "中".encode(name, "replace").decode(name, "replace")
    except (LookupError, ValueError):
        near = nearest(name.lower(), _ENCODINGS)
        hint = f"，是否想写 {near}？" if near else f"；常用：{'、'.join(_ENCODINGS)}"
        raise ValueError(f"不是认识的字符编码{hint}") from None
    return name


def _pattern(text: str) -> str:
    try:
        compiled = safe_regex(text)
    except ValueError as error:
        raise ValueError(f"不是可以使用的正则表达式：{error}") from None
    if compiled.search(""):
        raise ValueError("连空文字也匹配，会把所有内容都遮住")
    return text


def _nothing_is_mapping(value: object) -> object:
    return {} if value is None else value


def _list_is_tuple(value: object) -> object:
    return tuple(value or ()) if value is None or isinstance(value, list) else value


def _nothing_is_text(value: object) -> object:
    return "" if value is None else value


def _title(text: str) -> str:
    return _line(text) if text else text


_LONGEST = 10 * 366 * 86_400
_ENCODINGS = ["utf-8", "gb18030", "gbk", "gb2312", "big5", "latin-1"]

Name = Annotated[str, AfterValidator(slug)]
Line = Annotated[str, Field(max_length=500), AfterValidator(_line)]
Word = Annotated[str, Field(max_length=500), AfterValidator(_word)]
FilePath = Annotated[str, Field(max_length=1000), AfterValidator(_line)]
AbsolutePath = Annotated[str, Field(max_length=1000), AfterValidator(_absolute)]
Duration = Annotated[float, BeforeValidator(_duration)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Address = Annotated[str, AfterValidator(addresses.address)]
HostPort = Annotated[str, AfterValidator(addresses.host_port)]
Url = Annotated[str, AfterValidator(addresses.url)]
User = Annotated[str, AfterValidator(addresses.user)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Password = InstanceOf[Secret] | str
Title = Annotated[str, Field(max_length=200), BeforeValidator(_nothing_is_text), AfterValidator(_title)]
Listed = Annotated[tuple[T, ...], BeforeValidator(_list_is_tuple)]
Named = Annotated[dict[Name, T], BeforeValidator(_nothing_is_mapping)]
Vars = Annotated[dict[str, object], BeforeValidator(_nothing_is_mapping)]
