"""What unquoted words mean in our YAML: booleans and numbers of YAML 1.2's core schema, all else is text."""

from __future__ import annotations

import re

from hmaint.kit.i18n import _
from hmaint.model.inventory import Scalar, Secret

TEXT_TAG = "tag:yaml.org,2002:str"

_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# `010` is ten to YAML 1.2 and eight to YAML 1.1: it stays text, and whoever wants a number is told.
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_OCTAL_OR_HEX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DIGITS = 18
"""More digits than this are an account or an identity, never a quantity."""

SECRET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


def plain(text: str) -> Scalar:
    """Give the value of an unquoted word; ValueError, with words for people, for a number out of reach.

    >>> [plain(word) for word in ("no", "010", "22:30", "1e3", "true")]
    ['no', '010', '22:30', 1000.0, True]
    """
    if text in _WORDS:
        return _WORDS[text]
    if _DECIMAL.fullmatch(text):
        return _whole(text, 10)
    if _OCTAL_OR_HEX.fullmatch(text):
        return _whole(text, 0)
    return _real(text) if _FLOAT.fullmatch(text) else text


def _whole(text: str, base: int) -> int:
    if len(text) > _DIGITS + 2:
        raise ValueError(_("the number is too long; quote it if it is an identity"))
    return int(text, base)


def _real(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError(_("the number is too large; quote it if it is text"))
    return value


def tagged(tag: str, text: str) -> str | Secret:
    """Give the value behind a tag we know; ValueError, which never repeats what was written, otherwise.

    A password that begins with `!` looks like a tag, so neither tag nor text may reach a message.
    """
    if tag in {TEXT_TAG, "!"}:
        return text
    if tag == "!secret":
        rule = _("letters, digits, dashes and underscores, at most 64")
        return _reference(SECRET_NAME, Secret("secret", text), rule)
    if tag == "!env":
        rule = _("an environment variable: letters, digits and underscores, no digit first")
        return _reference(_VARIABLE, Secret("env", text), rule)
    raise ValueError(_("the tags there are: !secret NAME and !env VARIABLE; quote text that begins with !"))


def _reference(allowed: re.Pattern[str], secret: Secret, rule: str) -> Secret:
    if not allowed.fullmatch(secret.name):
        words = _("behind !{tag} stands a name ({rule}), never the password itself")
        raise ValueError(words.format(tag=secret.source, rule=rule))
    return secret
