"""What pydantic complains of, in the words of somebody who writes YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import N_, _, series
from hmaint.kit.text import one_line
from hmaint.model.inventory import Secret

_TEXT, _WHOLE, _NUMBER = N_("text"), N_("a whole number"), N_("a number")
_LIST, _MAPPING = N_("a list such as [a, b]"), N_("a group of “key: value”")
_BOOL, _NOTHING = N_("true or false"), N_("nothing at all")
_WANTED = {
    "string_type": _TEXT,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "bool_type": _BOOL,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "dataclass_type": _MAPPING,
    "none_required": _NOTHING,
}
_BOUNDS = {
    "greater_than": N_("must be above {gt}"),
    "greater_than_equal": N_("must not be below {ge}"),
    "less_than": N_("must be below {lt}"),
    "less_than_equal": N_("must not be above {le}"),
    "string_too_short": N_("must not have fewer than {min_length} characters"),
    "string_too_long": N_("must not have more than {max_length} characters"),
    "too_short": N_("must not have fewer than {min_length} entries"),
    "too_long": N_("must not have more than {max_length} entries"),
    "string_pattern_mismatch": N_("is not of the right form"),
    "finite_number": N_("must be a finite number"),
}
_SECRET = N_("!secret NAME")
_KINDS: tuple[tuple[type, str], ...] = (
    (Secret, N_("reference to a secret")),
    (bool, N_("true/false")),
    (int, N_("whole number")),
    (float, N_("fraction")),
    (str, N_("text")),
    (Mapping, N_("group of “key: value”")),
    (object, N_("list")),
)
_SHOWN = 40


def wanted(kind: str, context: Mapping[str, object]) -> str | None:
    """Name what a value should have been where its type is wrong, as a message id; None for other complaints."""
    if kind == "is_instance_of" and context.get("class") == "Secret":
        return _SECRET
    return _WANTED.get(kind)


def mistyped(label: str, wants: list[str], value: object) -> str:
    """Say that a value is of the wrong type; the value itself is not repeated, it may be a password.

    `wants` are message ids, as `wanted` gives them.
    """
    words = _("{label}must be {wants}; now it is: {kind}{hint}")
    choices = _(" or ").join(_(want) for want in dict.fromkeys(wants))
    return words.format(label=label, wants=choices, kind=_kind(value), hint=_hint(wants, value))


def unknown_key(key: str, known: list[str]) -> str:
    """Say that a key is not known, with the nearest one that is, or all of them."""
    words = _("unknown key {key}").format(key=one_line(key, _SHOWN))
    if "：" in key:
        return words + _(": it has a Chinese colon, write an English one and a blank")
    if near := did_you_mean(key, known):
        return words + near
    return words + (_("; here may stand: {names}").format(names=series(known)) if known else "")


def not_among(label: str, expected: str, value: object) -> str:
    """Say that a word is none of those allowed, with the nearest one; `expected` quotes each in '…'."""
    allowed = re.findall(r"'([^']*)'", expected) or [expected]
    shown = one_line(str(value), _SHOWN) if isinstance(value, str | int) else _kind(value)
    words = _("{label}must be one of {allowed}; now it is: {value}")
    hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
    return words.format(label=label, allowed=series(allowed), value=shown) + hint


def other(label: str, kind: str, context: Mapping[str, object], message: str) -> str:
    """Say what any other complaint means."""
    if kind in {"value_error", "assertion_error"}:
        return f"{label}{context.get('error', message)}"
    if kind in _BOUNDS:
        return label + _(_BOUNDS[kind]).format_map(context)
    return label + _("is wrong: {reason}").format(reason=one_line(message))


def _kind(value: object) -> str:
    if value is None:
        return _("nothing")
    return _(next(name for kind, name in _KINDS if isinstance(value, kind)))


def _hint(wants: list[str], value: object) -> str:
    if isinstance(value, str):
        return _text_hint(wants, value)
    quotable = isinstance(value, int | float) and _TEXT in wants
    return _(" (quote it)") if quotable else ""


def _text_hint(wants: list[str], value: str) -> str:
    if _BOOL in wants and value.lower() in {"yes", "no", "on", "off", "y", "n"}:
        return _(" (yes, no, on and off are words here)")
    if {_WHOLE, _NUMBER} & set(wants) and re.fullmatch(r"[-+]?[0-9][0-9._]*", value):
        return _(" (no quotes, no underscores, no 0 first)")
    chinese_colon = _MAPPING in wants and "：" in value
    return _(" (it has a Chinese colon, write an English one and a blank)") if chinese_colon else ""
