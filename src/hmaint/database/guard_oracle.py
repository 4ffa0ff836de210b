"""What Oracle alone makes dangerous in a statement that looks like reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from hmaint.database.tokens import Token
from hmaint.kit.i18n import _

# Packages act, wait, write files, send mail or run a text as SQL, and their functions can be called without a
# parenthesis; no view begins with these words. Source: PL/SQL Packages and Types Reference 19c and 23ai.
_PACKAGE = re.compile(
    r"(?:dbms|utl|owa|htp|htf|ctx|apex|wwv|ords|sdo|ordsys|mdsys|xdb|sys_dbms)_\w+|htp|htf|owa"
)

# Constructors and functions that read files, fetch URLs (also from within an XML text) or run a text as SQL.
_REACHING = re.compile(
    r"bfilename|httpuritype|dburitype|xdburitype|uritype|urifactory|sys_dburigen|xmltype|xmltable|xmlquery|xmlexists"
    r"|xmlparse|xmltransform|sys_xmlgen|cursor|external|table"
)


def refuse_oracle(code: Sequence[Token], first: str) -> str | None:
    """Why Oracle must not be sent this, in words for people; None when it only reads."""
    if first not in ("select", "with"):
        return _("only statements that read are allowed, not {word}").format(word=first[:20])
    for token in code:
        if token.kind == "symbol" and token.text == "@":
            return _("database links (@) are not allowed")
        if token.kind in ("word", "name") and _PACKAGE.fullmatch(token.text.casefold()):
            return _("function {name} is not allowed").format(name=token.text)
    return _refuse_code_inside(code) or _refuse_reaching(code)


def _refuse_code_inside(code: Sequence[Token]) -> str | None:
    """Since 12.1 a WITH clause may hold PL/SQL; a sequence is moved on by a mere name."""
    words = [token.text.casefold() if token.kind in ("word", "name") else "" for token in code]
    for word, following in pairwise([*words, ""]):
        if word in ("with", "") and following in ("function", "procedure"):
            return _("PL/SQL is not allowed")
    for before, token in pairwise(code):
        if before.text == "." and token.text.casefold() == "nextval":
            return _("taking the next value of a sequence is not allowed")
    return None


def _refuse_reaching(code: Sequence[Token]) -> str | None:
    for at, (token, following) in enumerate(pairwise(code)):
        if token.kind not in ("word", "name") or following.kind != "symbol" or following.text != "(":
            continue
        if _REACHING.fullmatch(token.text.casefold()):
            return _("function {name} is not allowed").format(name=token.text)
        of_another = at > 0 and code[at - 1].kind == "symbol" and code[at - 1].text == "."
        outer_join = [each.text for each in code[at + 2 : at + 4]] == ["+", ")"]
        if of_another and not outer_join:
            return _("function {name} is not allowed").format(name=token.text)
    return None
