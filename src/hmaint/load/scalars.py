"""What unquoted words mean in our YAML: booleans and numbers of YAML 1.2's core schema, all else is text."""

from __future__ import annotations

import re

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
        raise ValueError("数字太长；如果是编号，请加引号")
    return int(text, base)


def _real(text: str) -> float:
    value = float(text)
    if value in {float("inf"), float("-inf")}:
        raise ValueError("数字太大；如果是文字，请加引号")
    return value


def tagged(tag: str, text: str) -> str | Secret:
    """Give the value behind a tag we know; ValueError, which never repeats what was written, otherwise.

    A password that begins with `!` looks like a tag, so neither tag nor text may reach a message.
    """
    if tag in {TEXT_TAG, "!"}:
        return text
    if tag == "!secret":
        return _reference(SECRET_NAME, Secret("secret", text), "字母、数字、横线和下划线，最长 64 个字符")
    if tag == "!env":
        return _reference(_VARIABLE, Secret("env", text), "环境变量名：字母、数字和下划线，不以数字开头")
    raise ValueError("认识的标签只有 !secret 名字 和 !env 变量；以 ! 开头的文字要加引号")


def _reference(allowed: re.Pattern[str], secret: Secret, rule: str) -> Secret:
    if not allowed.fullmatch(secret.name):
        raise ValueError(f"!{secret.source} 后面要写一个名字（{rule}），不能写口令本身")
    return secret
