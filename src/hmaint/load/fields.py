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
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import N_, _, series
from hmaint.kit.regex import safe_regex
from hmaint.load import addresses
from hmaint.load.names import slug
from hmaint.model.inventory import Secret

T = TypeVar("T")


class Entry(BaseModel):
    """A mapping in a file: types are strict, unknown keys refused, nothing at all is an empty mapping."""

    # Values are never shown: the one that is wrong may be a password.
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return {} if value is None else value


def _line(text: str) -> str:
    if not text.strip():
        raise ValueError(_("must not be empty"))
    if not text.isprintable():
        raise ValueError(_("must not hold line breaks or control characters"))
    return text


def _word(text: str) -> str:
    if text.startswith("-"):
        raise ValueError(_("must not begin with -"))
    return _line(text)


def _absolute(text: str) -> str:
    if not re.match(r"/|[A-Za-z]:[\\/]", text):
        raise ValueError(_("must be an absolute path, beginning with /"))
    return _line(text)


def _instance(text: str) -> str:
    if not re.fullmatch(r"[^\W\d][\w$#]{0,15}", text):
        raise ValueError(_("must be the name of an instance alone, such as SQLEXPRESS"))
    return text


def _duration(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError(_(_NO_DURATION))  # noqa: TRY004 - pydantic counts ValueErrors only
    try:
        length = seconds(value)
    except ValueError:
        raise ValueError(_(_NO_DURATION)) from None
    if not 0 < length < _LONGEST:
        raise ValueError(_("must be above 0 and below 10 years"))
    return length


_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)")
_POWERS = {"B": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def _size(value: object) -> object:
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(_("must be a size with its unit, such as 500KB, 20MB or 1.5GB"))
    number, unit = found.groups()
    # KB and KiB alike are 1024 bytes here, as `ls -h`, `du -h` and the operating systems show them.
    return int(float(number) * 1024 ** _POWERS[unit[0]])


def _digest(text: str) -> str:
    if not re.fullmatch(r"[0-9a-fA-F]{64}", text):
        raise ValueError(_("must be a SHA-256 in 64 hexadecimal digits"))
    return text.lower()


def _encoding(name: str) -> str:
    try:
        "中".encode(name, "replace").decode(name, "replace")
    except (LookupError, ValueError):
        common = _("; common ones: {names}").format(names=series(_ENCODINGS))
        hint = did_you_mean(name.lower(), _ENCODINGS) or common
        raise ValueError(_("is no known encoding") + hint) from None
    return name


def _ae_title(text: str) -> str:
    if not re.fullmatch(r"[ -\[\]-~]{1,16}", text) or not text.strip():
        raise ValueError(_("must be 1 to 16 plain characters, as DICOM names its applications"))
    return text.strip()


def _pattern(text: str) -> str:
    try:
        compiled = safe_regex(text)
    except ValueError as error:
        raise ValueError(_("is no usable regular expression: {reason}").format(reason=error)) from None
    if compiled.search(""):
        raise ValueError(_("fits even the empty text and would hide everything"))
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
_NO_DURATION = N_("must be a duration with its unit, such as 90s, 15m, 2h or 3d")
_ENCODINGS = ["utf-8", "gb18030", "gbk", "gb2312", "big5", "latin-1"]

Name = Annotated[str, AfterValidator(slug)]
Line = Annotated[str, Field(max_length=500), AfterValidator(_line)]
Word = Annotated[str, Field(max_length=500), AfterValidator(_word)]
FilePath = Annotated[str, Field(max_length=1000), AfterValidator(_line)]
AbsolutePath = Annotated[str, Field(max_length=1000), AfterValidator(_absolute)]
Instance = Annotated[str, AfterValidator(_instance)]
Duration = Annotated[float, BeforeValidator(_duration)]
Size = Annotated[int, BeforeValidator(_size)]
Digest = Annotated[str, AfterValidator(_digest)]
Port = Annotated[int, Field(ge=1, le=65_535)]
Address = Annotated[str, AfterValidator(addresses.address)]
HostPort = Annotated[str, AfterValidator(addresses.host_port)]
Place = Annotated[str, AfterValidator(addresses.place)]
AeTitle = Annotated[str, AfterValidator(_ae_title)]
Url = Annotated[str, AfterValidator(addresses.url)]
User = Annotated[str, AfterValidator(addresses.user)]
Encoding = Annotated[str, AfterValidator(_encoding)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Password = InstanceOf[Secret] | str
Title = Annotated[str, Field(max_length=200), BeforeValidator(_nothing_is_text), AfterValidator(_title)]
Listed = Annotated[tuple[T, ...], BeforeValidator(_list_is_tuple)]
Named = Annotated[dict[Name, T], BeforeValidator(_nothing_is_mapping)]
Vars = Annotated[dict[str, object], BeforeValidator(_nothing_is_mapping)]
