"""Masks what must never be kept: credentials, people, and this run's own secrets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from threading import Lock

from hmaint.kit.credentials import find_credentials
from hmaint.kit.glance import Glance
from hmaint.kit.hit import MARKS, Hit
from hmaint.kit.keylines import KeyLines
from hmaint.kit.literals import find_literals, forms
from hmaint.kit.persons import find_persons, is_figure_column
from hmaint.kit.regex import safe_regex
from hmaint.kit.torn import CUT, find_torn

Scalar = str | int | float | bool | None

_WINDOW = 1024
_MOST_KNOWN, _LONGEST_KNOWN = 1024, 4096
_CARD = 18
_LEAST_CARD = 10 ** (_CARD - 2)
"""A number below it has fewer characters, a minus among them, than a card."""
_SECRET_COLUMN = re.compile(
    r"(?:^|(?<!empty)(?<!has)(?<!no)(?<!is)_)(?:passw(?:or)?d|passwd|pwd|passphrase|secret|token"
    r"|authentication_string|rolpassword)$|口令$|密码$"
)
_PERSON_COLUMN = re.compile(
    r"(?P<mobile>(?:^|_)(?:mobile|phone|tel|telephone|sjh|lxdh)(?:_?(?:no|number))?$|(?:手机|电话)(?:号码?)?$)"
    r"|(?P<id_card>(?:^|_)(?:id_?card|sfzh|idno|id_no)(?:_?(?:no|number))?$|身份证(?:号码?)?$)"
    r"|(?P<medical_number>(?:^|_)(?:pat(?:ient)?_?(?:id|no)|mrn|inpatient_?no|admission_?no|visit_?no|insurance_?no)$"
    r"|(?:^|_)(?:zyh|mzh|jzh|jzkh|jzlsh|blh|bah|brid|brbh|hzid|hzbh|ybh|ybkh|ybbh)$"
    r"|(?:医保|病历|病案|住院|门诊|就诊卡?|诊疗卡)号码?$)"
)
_STATES = frozenset(
    (
        *(
            "",
            "y",
            "n",
            "yes",
            "no",
            "true",
            "false",
            "on",
            "off",
            "none",
            "null",
            "x",
            "*",
            "!",
            "!!",
            "0",
            "1",
        ),
        *("shadow", "here", "empty", "locked", "set", "expired", "unset", "nologin"),
    )
)
"""What a column of that name says when it tells whether there is a password, not which."""


_NAMES_PERSON = re.compile(
    r"(?:^|_)(?:name|fullname|patient_?name|xm|hzxm|brxm|lxr|address|addr|dz|jtdz|birth(?:day|date)?|csrq|email|mail|wechat|photo)$"
    r"|姓名$|地址$|住址$|生日$|出生日期$|邮箱$|微信号?$|联系人$|照片$"
)


def is_personal(column: str) -> bool:
    """Whether a column of that name tells who somebody is, or holds a secret: such are never shown as samples."""
    name = column.lower()
    return any(known.search(name) for known in (_PERSON_COLUMN, _SECRET_COLUMN, _NAMES_PERSON))


def without_secret(column: str, value: str) -> str:
    """The value a definition gives a column, masked where the column's name says that it is a secret."""
    telling = value.strip().strip("'\"()").lower()
    hidden = _SECRET_COLUMN.search(column.lower()) is not None and telling not in _STATES
    return MARKS["password"] if hidden else value


class Redactor:
    """Masks text for one run and counts each kind of hit; safe to share between threads.

    `patterns` are the inventory's own (checked by `safe_regex`, ValueError when refused), `secrets` the plain
    values this run knows: they are masked wherever they stand, also URL-quoted, in JSON or in base64. One of
    fewer than eight characters is masked only where it stands as a word, of fewer than four not at all:
    masking "icu" everywhere would destroy the record, and behind `password=` it is masked all the same.
    """

    def __init__(self, patterns: tuple[str, ...] = (), secrets: tuple[str, ...] = ()) -> None:
        self._patterns = tuple(safe_regex(pattern, re.MULTILINE) for pattern in patterns)
        self._secrets: frozenset[str] = frozenset(secrets)
        self._forms = forms(secrets)
        self._counted: Counter[str] = Counter()
        self._lock = Lock()
        self._known: dict[str, list[Hit]] = {}

    def __repr__(self) -> str:
        return f"Redactor({len(self._patterns)} patterns)"

    def learn(self, secret: str) -> None:
        """Mask this secret too from here on."""
        with self._lock:
            self._secrets |= {secret}
            self._forms = forms(tuple(self._secrets))
            self._known = {}

    @property
    def counts(self) -> Mapping[str, int]:
        """How many of each kind (the keys of `MARKS`) were masked so far."""
        with self._lock:
            return dict(self._counted)

    def redact(self, text: str) -> str:
        """Put a short mark in place of everything that must not be kept."""
        hits = self._hits(text)
        if not hits:
            return text
        with self._lock:
            self._counted.update(hit.kind for hit in hits)
        return _masked(text, hits)

    def _hits(self, text: str) -> list[Hit]:
        if not text:
            return []
        # What is sent is the same for every host of a fleet, and is told three times of each.
        known = self._known
        hits = known.get(text)
        if hits is None:
            hits = _merged(self._find(text))
            if len(text) <= _LONGEST_KNOWN and len(known) < _MOST_KNOWN:
                known[text] = hits
        return hits

    def redact_value(self, value: object) -> object:
        """Mask every text within a value made of mappings and lists; the names in it stay what they are."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {name: self.redact_value(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.redact_value(inner) for inner in value]
        return value

    def redact_rows(self, rows: Iterable[Mapping[str, Scalar]]) -> tuple[Mapping[str, Scalar], ...]:
        """Mask the values of rows: text by what it says, and any value under a telling column name.

        A whole number under a neutral name is kept: 17179869184 bytes are no telephone number.
        """
        rows = tuple(rows)
        return rows if self._are_plain(rows) else self._each(rows)

    def _are_plain(self, rows: tuple[Mapping[str, Scalar], ...]) -> bool:
        """Whether there is surely nothing to mask: one look at all cells together instead of thousands.

        No rule of ours reaches over a line end to miss what it would find in a cell alone; of a stranger's
        patterns nobody knows that.
        """
        if self._patterns or any(_told_by(name.lower()) for name in set[str]().union(*rows)):
            return False
        cells = [value for row in rows for value in row.values() if isinstance(value, str)]
        cells += [
            str(v) for row in rows for v in row.values() if isinstance(v, int) and abs(v) >= _LEAST_CARD
        ]
        return next(self._find("\n\0\n".join(cells)), None) is None

    def _each(self, rows: Iterable[Mapping[str, Scalar]]) -> tuple[Mapping[str, Scalar], ...]:
        keys = KeyLines()
        return tuple({name: self._value(name, value, keys) for name, value in row.items()} for row in rows)

    def _value(self, name: str, value: Scalar, keys: KeyLines) -> Scalar:
        if value is None or isinstance(value, bool | float):
            return value
        in_key = isinstance(value, str) and keys.is_body(name, value)
        kind = "private_key" if in_key else _column_kind(name.lower(), str(value))
        if kind:
            with self._lock:
                self._counted[kind] += 1
            return MARKS[kind]
        if isinstance(value, str):
            return value if _is_mere_figure(name.lower(), value) else self.redact(value)
        return self._whole(value)

    def _whole(self, value: int) -> Scalar:
        text = str(value)
        masked = self.redact(text) if len(text) == _CARD else text
        return value if masked == text else masked

    def _find(self, text: str) -> Iterator[Hit]:
        seen = Glance(text)
        yield from find_literals(self._forms, text)
        yield from find_credentials(seen)
        yield from find_persons(seen)
        if CUT in text:
            yield from find_torn(self._forms, text)
        for pattern in self._patterns:
            yield from _custom(pattern, text)


def _is_mere_figure(name: str, value: str) -> bool:
    # Databases tell their variables as text: innodb_buffer_pool_size is "17179869184".
    return len(value) < _CARD and value.isascii() and value.isdigit() and is_figure_column(name)


@lru_cache(maxsize=1024)
def _told_by(column: str) -> str | None:
    """What a column of that lower-case name holds, by its name alone."""
    if _SECRET_COLUMN.search(column):
        return "password"
    person = _PERSON_COLUMN.search(column)
    return person.lastgroup if person else None


def _column_kind(name: str, value: str) -> str | None:
    kind = _told_by(name)
    if kind == "password":
        return None if value.lower() in _STATES or value in MARKS.values() else kind
    if kind is None or not any(char.isdigit() for char in value) or len(value) < 4:  # noqa: PLR2004 - as short numbers are
        return None
    return kind


def _custom(pattern: re.Pattern[str], text: str) -> Iterator[Hit]:
    """Find a stranger's pattern, at most 1024 characters ahead of any place, so that no line stalls it."""
    place = 0
    while place < len(text):
        end = min(place + _WINDOW, len(text))
        found = pattern.search(text, place, end)
        if found is None or (end < len(text) and found.start() >= place + _WINDOW // 2):
            place = end if end == len(text) else place + _WINDOW // 2
        else:
            if found.end() > found.start():
                yield Hit(*found.span(), "custom")
            place = max(found.end(), found.start() + 1)


def _merged(found: Iterator[Hit]) -> list[Hit]:
    """Put hits in order; of two that overlap the one that begins first is kept, stretched over both."""
    kept: list[Hit] = []
    for hit in sorted(found, key=lambda each: (each.start, -each.end)):
        if kept and hit.start < kept[-1].end:
            kept[-1] = kept[-1]._replace(end=max(kept[-1].end, hit.end))
        else:
            kept.append(hit)
    return kept


def _masked(text: str, hits: list[Hit]) -> str:
    pieces: list[str] = []
    place = 0
    for hit in hits:
        pieces += (text[place : hit.start], MARKS[hit.kind])
        place = hit.end
    return "".join((*pieces, text[place:]))
