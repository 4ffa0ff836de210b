"""Conditions in a contract as data: facts compared with what is written, joined by and / or; no code, no functions."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Literal, TypeAlias

from hmaint.kit.frozen import dataclass

Comparison = Literal["==", "!=", ">", ">=", "<", "<="]
Value: TypeAlias = str | Decimal | timedelta | bool


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so or not, in the contract's own words or by a name such as `occurred`."""

    name: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against one value: `level == P1`, `warnings >= 3`, `时长 > PT15M`, `影响范围 > 1 个检查室`."""

    field: str
    operator: Comparison
    value: Value
    unit: str = ""
    """What a number counts, in words (`个检查室`); empty for most."""


@dataclass(frozen=True, slots=True)
class Among:
    """A field is one of some words: `scope in [科室, 全院]`."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All parts hold."""

    parts: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one part holds."""

    parts: tuple[Predicate, ...]


Predicate: TypeAlias = Fact | Compare | Among | Every | Either
