"""What people tell of a matter, as text on a command line or in a file, turned into what an entry keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.kit.text import harmless
from hmaint.kit.when import read_day, read_when
from hmaint.model.ledger import Field

_LONGEST = {"word": 500, "text": 8000}
_MOST = Decimal(1_000_000)
_CELL = 2000
_CODE = re.compile(r"[0-9A-Za-z ._/:-]*")
"""Numbers and dates are the same in full width; names and sentences keep their Chinese punctuation."""


def read_value(field: Field, told: str) -> object:
    """Read one value of a field (one of several, where it has several). ValueError, with words for people."""
    return _READERS[field.sort](field, told)


def read_row(field: Field, cells: Mapping[str, str]) -> dict[str, str]:
    """Read one row by its columns; the first must be told. ValueError, with words for people."""
    read = {name: _cell(cells.get(name) or "") for name in field.columns}
    if not read[field.columns[0]]:
        raise ValueError(_("{name} is missing").format(name=field.columns[0]))
    return {name: text for name, text in read.items() if text}


def _cell(text: str) -> str:
    clean = harmless(text).strip()
    if len(clean) > _CELL:
        raise ValueError(_("is longer than {n} characters").format(n=_CELL))
    plain = normalize("NFKC", clean)
    return plain if _CODE.fullmatch(plain) else clean


def _text(field: Field, told: str) -> str:
    clean = harmless(told).strip()
    clean = " ".join(clean.split()) if field.sort == "word" else clean
    if not clean:
        raise ValueError(_("must not be empty"))
    longest = _LONGEST[field.sort]
    if len(clean) > longest:
        raise ValueError(_("is longer than {n} characters").format(n=longest))
    return clean


def _day(_field: Field, told: str) -> str:
    return read_day(told).isoformat()


def _when(_field: Field, told: str) -> str:
    return read_when(told).text


def _exactly(_field: Field, told: str) -> str:
    found = read_when(told)
    if found.whole_day:
        raise ValueError(_("{text} has no time of the day: write 2026-03-05 14:30").format(text=told))
    return found.text


def _number(_field: Field, told: str) -> str:
    try:
        number = Decimal(normalize("NFKC", told).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= _MOST:
        raise ValueError(_("{text} is no number such as 3 or 2.5").format(text=harmless(told)[:40]))
    return format(number.normalize(), "f")


def _choice(field: Field, told: str) -> str:
    word = normalize("NFKC", told).strip()
    if word in field.choices:
        return word
    called = {_(name): code for code, name in field.choices.items()}
    if word in called:
        return called[word]
    raise ValueError(_("there is no {text}").format(text=harmless(told)[:40]) + meant(word, field.choices))


def _row(field: Field, told: str) -> dict[str, str]:
    cells = normalize("NFKC", told).split("|") if "|" not in told and "｜" in told else told.split("|")
    if len(cells) > len(field.columns):
        words = _("{text} has more than {n} parts: {columns}")
        raise ValueError(
            words.format(text=harmless(told)[:60], n=len(field.columns), columns="|".join(field.columns))
        )
    return read_row(field, dict(zip(field.columns, cells, strict=False)))


_READERS: Mapping[str, Callable[[Field, str], object]] = {
    "text": _text,
    "word": _text,
    "day": _day,
    "when": _when,
    "moment": _exactly,
    "number": _number,
    "choice": _choice,
    "rows": _row,
}


def missing(fields: Sequence[Field], told: Mapping[str, object]) -> list[Field]:
    """Which fields must be told and are not."""
    return [each for each in fields if each.required and each.name not in told]
