"""Where text tells of a person: 身份证 and mobile numbers, 医保/病历 numbers, HL7 patient segments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hmaint.kit.glance import Glance
from hmaint.kit.hit import Hit
from hmaint.kit.pattern import compiled

_MOBILE = "1[3-9][0-9]{9}(?![0-9])"
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_WIDE_FIGURES = tuple(map(chr, _WIDE))
_SPACED_MOBILE = "1[3-9][0-9]([- ])[0-9]{4}\\1[0-9]{4}(?![0-9])"
_CARD = "(?:19|20)[0-9]{6}([- ]?)[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
_MOBILE_SIGNS, _SPACED_SIGNS = "0" * 11, ("000-0000-0000", "000 0000 0000")
_BIRTH_SIGNS, _CARD_SIGNS = "0" * 8, ("0" * 17, "000000-00000000-000", "000000 00000000 000")
"""As a glance shows such numbers, a card's without its check character; the date of birth is within a mobile's too."""
_OLD_CARD = (
    r"(?:身份证|证件)(?:号码|号)?[\"']?\s{0,3}[:：=]?\s{0,3}[\"']?"
    r"([1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?!\d)"
)
_MEDICAL = (
    r"(?:(?:医保|社保|健康)(?:卡|电脑)?(?:号码|编号|号)|(?:病历|病案|住院|住院流水|门诊|就诊卡|就诊|诊疗卡|登记)号码?"
    r"|(?:患者|病人)(?:编号|号码|号|[Ii][Dd]))[\"']?\s{0,3}[:：=为是]?\s{0,3}[\"']?([A-Za-z0-9-]{4,32})"
)
_MEDICAL_KEY = (
    r"(?:patient_?(?:id|no)|medical_?record_?(?:id|no)|(?:in|out)patient_?(?:id|no)|admission_?no|visit_?no"
    r"|insurance_?no|\bmrn)[\"']?[ \t]{0,3}[:=][ \t]{0,3}[\"']?([a-z0-9-]{4,32})"
)
_MEDICAL_WORDS = (
    *("医保", "社保", "健康", "病历", "病案", "住院"),
    *("门诊", "就诊", "诊疗", "登记号", "患者", "病人"),
)
_MEDICAL_KEYS = (
    *("patientid", "patientno", "medicalrecordid", "medicalrecordno", "admissionno", "visitno"),
    *("insuranceno", "mrn"),
)
"""The letters of what such keys end in."""
_HL7_SEGMENTS = ("PID|", "NK1|", "GT1|", "IN1|", "PV1|")
_HL7 = r"(?:PID|NK1|GT1|IN1|PV1)\|\d{0,4}\|([^\r\n]+)"
_FIGURE_WORDS = """
size sizes byte bytes length total used free avail available mem memory cache cached buffer buffers pool limit max
min offset pos position lsn scn xid oid seq sequence inode count counts row rows read reads write writes written
sector sectors block blocks page pages sent received queries questions requests time ticks 大小 容量 序列号 字节
字节数 行数 次数
"""
_FIGURES = frozenset(_FIGURE_WORDS.split())
_APART = re.compile(r"[\s,;({\[=:：|]+")
_SIZE_AFTER = re.compile(r"\s?(?:bytes?|[kmgt]?i?b|字节)\b", re.IGNORECASE)
_PROVINCES = frozenset(
    str(code)
    for codes in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84), (91, 92))
    for code in range(*codes)
)
_LAST_WORD = re.compile("[0-9A-Za-z]+$")
_FIRST_WORD = re.compile("[0-9A-Za-z]+")
_REGION = 6
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def find_persons(seen: Glance) -> Iterator[Hit]:
    """Every number or segment that would tell who somebody is."""
    text = seen.text
    yield from _numbers(seen)
    if _some(_MEDICAL_KEYS, seen.letters):
        yield from _grouped(_MEDICAL_KEY, seen.lowered, "medical_number")
    if seen.foreign:
        if _some(_MEDICAL_WORDS, seen.foreign):
            yield from _grouped(_MEDICAL, text, "medical_number")
        if "证" in seen.foreign:
            yield from _grouped(_OLD_CARD, text, "id_card")
    if "|" in text and any(segment in text for segment in _HL7_SEGMENTS):
        yield from (Hit(*found.span(1), "patient") for found in compiled(_HL7).finditer(text))


def is_figure_column(name: str) -> bool:
    """Whether a column of that lower-case name holds sizes, counts or settings rather than numbers to call."""
    return _names_figure(name) or name.endswith(("value", "setting"))


def _names_figure(before: str) -> bool:
    """Whether the last name in a text is one of a size, a count or a position, as in `innodb_buffer_pool_size =`."""
    names = _APART.split(before.rstrip(" \t\n:=：|\"'"))
    last = names[-2] if names[-1] == "number" and len(names) > 1 else names[-1]
    return not _FIGURES.isdisjoint(last.strip("\"'").replace(".", "_").replace("-", "_").split("_"))


def is_card(number: str) -> bool:
    """Whether 18 characters are a 身份证 number: province, a date that exists, check character (GB 11643).

    >>> is_card("11010519491231002X"), is_card("110105194912310021")
    (True, False)
    """
    month, day = int(number[10:12]), int(number[12:14])
    if number[:2] not in _PROVINCES or number[6:8] not in ("19", "20") or not 1 <= month <= len(_MONTH_DAYS):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return 1 <= day <= _MONTH_DAYS[month - 1] and _CHECK[total % 11] == number[17].upper()


def _numbers(seen: Glance) -> Iterator[Hit]:
    if seen.foreign and _some(_WIDE_FIGURES, seen.foreign):
        seen = Glance(seen.text.translate(_WIDE))
    if _BIRTH_SIGNS in seen.signs:
        if _some(_CARD_SIGNS, seen.signs):
            yield from _cards(seen.text)
        if _MOBILE_SIGNS in seen.signs:
            yield from _mobiles(seen.text)
    if _some(_SPACED_SIGNS, seen.signs):
        yield from _spaced_mobiles(seen.text)


def _some(words: Iterable[str], text: str) -> bool:
    return bool([word for word in words if word in text])


def _cards(text: str) -> Iterator[Hit]:
    for found in compiled(_CARD).finditer(text):
        start = _card_start(text, found)
        if start is not None:
            yield Hit(start, found.end(), "id_card")


def _mobiles(text: str) -> Iterator[Hit]:
    for found in compiled(_MOBILE).finditer(text):
        start = _dialled(text, found.start())
        if start is not None and _is_mobile(text, start, found.end()):
            yield Hit(start, found.end(), "mobile")


def _spaced_mobiles(text: str) -> Iterator[Hit]:
    for found in compiled(_SPACED_MOBILE).finditer(text):
        if not text[found.start() - 1 : found.start()].isalnum():
            yield Hit(*found.span(), "mobile")


def _card_start(text: str, birth: re.Match[str]) -> int | None:
    """Where the number begins whose part from the year of birth on was found; None when it is none."""
    sign = birth.group(1)
    start = birth.start() - _REGION - len(sign)
    region = text[start : start + _REGION]
    if start < 0 or text[start - 1 : start].isdigit() or not (region.isascii() and region.isdigit()):
        return None
    whole = text[start + _REGION : birth.start()] == sign and is_card(
        region + birth.group().replace(sign, "")
    )
    return start if whole else None


def _dialled(text: str, number: int) -> int | None:
    """Where the number begins with its country code; None inside a longer run of digits."""
    for code in ("0086", "86", ""):
        start = number - len(code)
        if start >= 0 and text.startswith(code, start) and not text[start - 1 : start].isdigit():
            return start
    return None


def _is_mobile(text: str, start: int, end: int) -> bool:
    if _in_hash(text, start, end):
        return False
    before = text[max(0, start - 50) : start].lower()
    fraction = before[-1:] == "." and before[-2:-1].isdigit()
    return not (fraction or _names_figure(before) or _SIZE_AFTER.match(text, end))


def _in_hash(text: str, start: int, end: int) -> bool:
    if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
        return False
    left, right = _LAST_WORD.search(text[max(0, start - 16) : start]), _FIRST_WORD.match(text, end)
    letters = f"{left.group() if left else ''}{right.group() if right else ''}".lower()
    return bool(letters) and set(letters) <= set("0123456789abcdef")


def _grouped(pattern: str, text: str, kind: str) -> Iterator[Hit]:
    for found in compiled(pattern).finditer(text):
        if any(char.isdigit() for char in found.group(1)):
            yield Hit(*found.span(1), kind)
