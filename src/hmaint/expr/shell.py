"""Values as words of a shell command, and the places in shell text where quoting cannot protect them."""

from __future__ import annotations

import re
import shlex

from hmaint.expr.answer import NoAnswer
from hmaint.expr.expression import BadExpression
from hmaint.kit.i18n import _


def shell_words(value: object) -> str:
    """Quote a value for a POSIX shell: a list as one word per element.

    NoAnswer for the empty value, an empty list (the command would lack its argument), a NUL and whatever is
    no plain data.
    """
    if isinstance(value, list | tuple):
        if not value:
            raise NoAnswer("列表是空的，命令会缺少参数")
        return " ".join(_word(item) for item in value)
    return _word(value)


def _word(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NoAnswer(f"只有文字和数字可以写入命令，{type(value).__name__} 不行")
    if "\0" in str(value):
        raise NoAnswer("命令中不能有 NUL 字符")
    return shlex.quote(str(value))


def check_quoting(pieces: tuple[object, ...]) -> None:
    r"""Refuse shell text in which a quoted value would not stay quoted; BadExpression says behind what.

    A value may not stand inside quotes, backquotes, `${ }`, `$(( ))` or a comment, nor behind `\` or `$`, nor
    in text that has a here-document. This guards authors against a slip; it is no full shell parser.
    """
    if all(isinstance(piece, str) for piece in pieces):
        return
    open_marks: tuple[str, ...] = ()
    before = "\n"
    for piece in pieces:
        if isinstance(piece, str):
            if "<<" in piece:
                raise BadExpression(_("a script with << takes no {{ }}"))
            open_marks, before = _after(piece, open_marks, before), piece[-1]
            continue
        if wrong := [mark for mark in open_marks if mark not in ("(", "$(")]:
            words = _(
                "{{{{ }}}} stands within or right behind {mark}, where quoting cannot protect it; "
                "every value is quoted by itself, take the outer mark away"
            )
            raise BadExpression(words.format(mark=wrong[-1]))
        before = "x"


# A mark that opens something, and what closes it; inside the first group nothing else has a meaning.
_DEAF = {"'": "'", "#": "\n", "$'": "'"}
_ENDS = {**_DEAF, '"': '"', "`": "`", "$((": "))", "$(": ")", "(": ")", "${": "}"}
_TOKEN = re.compile(r"\\.?|\$\(\(|\$\(|\$\{|\$'|\)\)|[\n\"'`()}#]", re.DOTALL)
_QUOTED_ONLY = frozenset({"$(", "$((", "${", "`"})
"""What keeps its meaning inside double quotes."""


def _after(piece: str, open_marks: tuple[str, ...], before: str) -> tuple[str, ...]:
    """Tell what is open at the end of a piece of literal text."""
    place = 0
    while found := _TOKEN.search(piece, place):
        mark, place = found.group(), found.end()
        if mark[0] == "\\":
            if mark == "\\" and not _deaf(open_marks):
                return (*open_marks, "\\")
            place = found.start() + 1 if open_marks and open_marks[-1] in ("'", "#") else place
            continue
        if mark == "#" and (piece[found.start() - 1] if found.start() else before) not in " \t\n;&|(":
            continue
        open_marks, place = _turned(open_marks, mark, found.start(), place)
    return (*open_marks, "$") if piece.endswith("$") and not _deaf(open_marks) else open_marks


def _turned(open_marks: tuple[str, ...], mark: str, start: int, end: int) -> tuple[tuple[str, ...], int]:
    """Turn a mark into the marks open after it, and tell where to read on."""
    last = open_marks[-1] if open_marks else ""
    if last and mark == _ENDS[last]:
        return open_marks[:-1], end
    if last and mark.startswith(_ENDS[last]):
        return open_marks[:-1], start + 1
    if _deaf(open_marks) or mark not in _ENDS or (last == '"' and mark not in _QUOTED_ONLY):
        return open_marks, end if not _deaf(open_marks) or len(mark) == 1 else start + 1
    return (*open_marks, mark), end


def _deaf(open_marks: tuple[str, ...]) -> bool:
    return bool(open_marks) and open_marks[-1] in _DEAF
