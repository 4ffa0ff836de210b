"""What T-SQL alone has and must not be sent: statements that follow each other without a semicolon, other servers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from hmaint.database.tokens import Token
from hmaint.kit.i18n import _

# Words that begin or belong to a statement that acts, waits or leaves the session in another state. Those that T-SQL
# reserves cannot be names; the few that it does not (receive, send, throw …) are no columns of any view worth reading.
_STATEMENTS = re.compile(
    r"add|backup|begin|break|bulk|checkpoint|close|commit|continue|conversation|dbcc|deallocate|declare|deny|dialog"
    r"|disable|dump|enable|exec|execute|exit|fetch|go|goto|identity_insert|if|kill|lineno|load|move|open|print|proc"
    r"|procedure|raiserror|readtext|receive|reconfigure|restore|return|revert|rollback|save|send|set|setuser|shutdown"
    r"|signature|throw|tran|transaction|trigger|updatetext|use|waitfor|while|writetext"
)

# Rows of files and of other servers, the transaction log (patients are in it), a text run as SQL.
_ROWS_FROM_OUTSIDE = re.compile(
    r"openrowset|openquery|opendatasource|openxml|fn_(?:full_|dump_)?dblog|fn_trace_gettable|fn_get_audit_file"
    r"|fn_xe_file_target_read_file|fn_xe_telemetry_blob_target_read_file|dm_os_enumerate_filesystem"
    r"|dm_os_file_exists|dm_exec_describe_first_result_set\w*|pwdencrypt|ledger_\w+|xp_\w+|sp_\w+"
)

# Hints that lock more, or longer, than a catalogue query may; `querytraceon` changes how the server thinks.
_HINTS = re.compile(
    r"updlock|xlock|tablockx?|paglock|rowlock|holdlock|serializable|repeatableread|querytraceon"
)

_NOTHING = Token("symbol", "", 0, 0)
_JOINING = ("union", "except", "intersect", "all")
_MOST_PARTS = 3
"""`database.schema.object`: a fourth part before them is another server."""


def refuse_tsql(code: Sequence[Token], plain: Callable[[str], str]) -> str | None:
    """Why a statement must not be sent to a SQL Server, or None; `plain` folds letters as its collations do."""
    if code and code[0].text not in ("select", "with", "("):
        return _("only statements that read are allowed, not {word}").format(word=code[0].text[:20])
    return _refuse_words(code, plain) or _refuse_shape(code) or _refuse_far_names(code)


def _refuse_words(code: Sequence[Token], plain: Callable[[str], str]) -> str | None:
    for before, token in pairwise([_NOTHING, *code]):
        word = plain(token.text)
        if token.kind in ("word", "name") and _ROWS_FROM_OUTSIDE.fullmatch(word):
            return _("{name} is not allowed").format(name=word)
        if token.kind != "word" or before.text == ".":
            continue
        if word != token.text and word.isascii():
            return _("{name} is written in letters that only look like it").format(name=word)
        if _STATEMENTS.fullmatch(word):
            return _("the statement holds {word}, which does more than read").format(word=word.upper())
        if _HINTS.fullmatch(word):
            return _("hint {word} is not allowed").format(word=word.upper())
    return None


def _refuse_shape(code: Sequence[Token]) -> str | None:
    """Inside each pair of brackets stands one SELECT, or several joined by UNION: one more is one more statement."""
    open_selects = [False]
    joined = False
    for token in code:
        if token.kind == "symbol" and token.text in "{}":
            return _("braces are not allowed")
        if token.kind == "symbol" and token.text == "(":
            open_selects.append(False)
        elif token.kind == "symbol" and token.text == ")":
            open_selects.pop()
            if not open_selects:
                return _("the brackets do not match")
        elif token.kind == "word" and token.text == "select":
            if open_selects[-1] and not joined:
                return _("one statement at a time")
            open_selects[-1] = True
        joined = (token.kind == "word" and token.text in _JOINING) or (joined and token.text == "(")
    return None if len(open_selects) == 1 else _("the brackets do not match")


def _refuse_far_names(code: Sequence[Token]) -> str | None:
    parts = 1
    for before, token in pairwise([_NOTHING, *code]):
        if token.kind == "symbol" and token.text == ".":
            parts += 1
        elif before.text != "." or before.kind != "symbol":
            parts = 1
        if parts > _MOST_PARTS:
            return _("names of other servers (four parts) are not allowed")
    return None
