"""Who has signed a pledge of secrecy, who works here without one, and what is kept of an identity number. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from unicodedata import normalize

from hmaint.kit.i18n import _
from hmaint.model.matter import Matter

_NUMBER = re.compile(r"\d{17}[\dXx]|\d{15}")
_MASKED = re.compile(r"\d{0,6}[*＊]{4,}[\dXx]{0,4}")


class Stage(StrEnum):
    """How a person stands."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"
    LEFT = "left"
    WITHDRAWN = "withdrawn"


def stage_of(pledge: Matter) -> Stage:
    """Whether the pledge is signed; somebody who left still keeps what they pledged."""
    if pledge.withdrawn:
        return Stage.WITHDRAWN
    if pledge.first("left"):
        return Stage.LEFT
    return Stage.SIGNED if pledge.first("signed") else Stage.UNSIGNED


def signed_at(pledge: Matter) -> datetime | None:
    """When it was signed; None where it was not."""
    first = pledge.first("signed")
    return first.at if first else None


def began_unsigned(pledge: Matter) -> bool:
    """Whether the person began to work before having signed."""
    signed, began = signed_at(pledge), date.fromisoformat(pledge.text("from_date"))
    return signed is None or signed.date() > began


def has_signed(person: str, pledges: Iterable[Matter]) -> bool:
    """Whether somebody of that name has a signed pledge that stands."""
    return any(each.text("person") == person and stage_of(each) is Stage.SIGNED for each in pledges)


def masked_identity(number: str) -> str:
    """The first and last four digits of an identity number, all that is ever kept; ValueError for what is none.

    >>> masked_identity("11010519491231002X")
    '1101**********002X'
    """
    plain = re.sub(r"[\s-]", "", normalize("NFKC", number))
    if _MASKED.fullmatch(plain):
        return plain
    if not _NUMBER.fullmatch(plain):
        raise ValueError(_("this is no number of an identity card"))
    return plain[:4] + "*" * (len(plain) - 8) + plain[-4:].upper()
