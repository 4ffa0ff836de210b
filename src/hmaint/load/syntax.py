"""What the YAML parser complains of, in the words of somebody who writes inventories."""

from __future__ import annotations

import yaml

from hmaint.errors import Fault, Place
from hmaint.kit.i18n import N_, _

_STARTERS = {
    "\t": N_("indent with blanks, not with tabs"),
    "@": N_("quote text that begins with @"),
    "`": N_("quote text that begins with `"),
    "%": N_("quote text that begins with %"),
    "|": N_("quote text that begins with |"),
    ">": N_("quote text that begins with >"),
    "]": N_("one closing square bracket too many, or a comma before it"),
    "}": N_("one closing curly bracket too many, or a comma before it"),
}
# The first needle found in "context / problem" decides; libyaml and PyYAML phrase most of them alike.
_WORDS = (
    ("tab character", N_("indent with blanks, not with tabs")),
    (
        "values are not allowed",
        N_("no further colon here: the indentation is wrong, or text with “: ” wants quotes"),
    ),
    ("keys are not allowed", N_("quote text that begins with ?")),
    ("entries are not allowed", N_("a list item “- ” wants a line of its own")),
    ("could not find expected ':'", N_("this line lacks a colon (with a blank behind it)")),
    ("scanning a quoted scalar / found unexpected", N_("a quote is not closed")),
    ("scanning a double-quoted scalar / found unexpected", N_("a quote is not closed")),
    ("quoted scalar", N_("a backslash has a meaning inside double quotes: use single quotes, or write \\\\")),
    ("scanning an alias", N_("quote text that begins with *")),
    ("scanning an anchor", N_("quote text that begins with &")),
    ("tag", N_("the tags there are: !secret NAME and !env VARIABLE; quote text that begins with !")),
    ("scanning a block scalar", N_("quote text that begins with | or >")),
    ("flow sequence", N_("a comma is missing between square brackets, or one is not closed")),
    ("flow mapping", N_("a comma is missing between curly brackets, or one is not closed")),
    ("flow node", N_("a bracket is not closed, or there is a comma too many")),
    ("directive", N_("quote text that begins with %")),
    ("expected <document start>", N_("nothing may follow “...”")),
    ("expected '<document start>'", N_("nothing may follow “...”")),
    ("incompatible YAML", N_("only YAML 1.x is understood")),
    ("'-' indicator", N_("the indentation differs from the list above")),
    ("block", N_("the indentation differs from above, or text follows a closing quote")),
)
_UNENDED = ("is not closed", "lacks a colon")
_FALLBACK = N_("this is no YAML")


def explain(error: yaml.YAMLError, text: str, name: str) -> Fault:
    """Put the parser's complaint into a fault; nothing of the file is repeated, it may be a password."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return Fault(Place(name), _(_FALLBACK))
    begun = getattr(error, "context_mark", None) or mark
    complaint = f"{getattr(error, 'context', '')} / {getattr(error, 'problem', '')}"
    words = _starter(text, mark, complaint) or _look_up(complaint)
    # The parser stops where it gave up; a person must look where the thing that never ended began.
    at = begun if begun.line != mark.line and any(sign in words for sign in _UNENDED) else mark
    return Fault(Place(name, at.line + 1, at.column + 1), _(words) + _full_width(text, mark.line))


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _starter(text: str, mark: yaml.Mark, complaint: str) -> str | None:
    if "start any token" not in complaint and "node content" not in complaint:
        return None
    lines = _lines(text)
    line = lines[mark.line] if mark.line < len(lines) else ""
    return _STARTERS.get(line[mark.column : mark.column + 1])


def _look_up(complaint: str) -> str:
    return next((words for needle, words in _WORDS if needle in complaint), _FALLBACK)


def _full_width(text: str, line: int) -> str:
    near = _lines(text)[max(0, line - 1) : line + 1]
    if not any("：" in words for words in near):
        return ""
    return _(" (a Chinese colon “：” stands nearby; write an English one and a blank)")
