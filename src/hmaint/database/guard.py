"""Which statements may be sent to a hospital's database at all: single ones that only read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from hmaint.database.guard_oracle import refuse_oracle
from hmaint.database.guard_tsql import refuse_tsql
from hmaint.database.tokens import Token, Unclear, cut
from hmaint.kit.i18n import _

_FIRST_WORDS = re.compile(r"select|with|show|explain|describe|desc|values|table|pragma")
_CHANGING = re.compile(
    r"insert|update|delete|merge|replace|truncate|drop|alter|create|grant|revoke|call|copy"
)
_ALSO_FUNCTIONS = frozenset({"insert", "replace", "truncate"})
"""Words that change data as statements and only compute as functions: `replace(name, 'a', 'b')`."""

# Functions that act, wait, take locks, read files of the server, or run a text as SQL.
# Sources: the function chapters of the MySQL 8.4, MariaDB 11, PostgreSQL 17 and SQLite 3.4x manuals.
_ACTING = re.compile(
    r"sleep|benchmark|load_file|get_lock|release_lock|release_all_locks|sys_exec|sys_eval|sys_get|sys_set"
    r"|master_pos_wait|source_pos_wait|master_gtid_wait|wait_for_executed_gtid_set|wait_until_sql_thread\w*"
    r"|group_replication_\w+|asynchronous_connection_failover_\w+|audit_log_\w+|keyring_\w+|version_tokens_\w+"
    r"|service_\w+_locks?|mysql_firewall_\w+|set_firewall_mode"
    r"|nextval|setval|lastval|set_config|txid_current|pg_current_xact_id"
    r"|pg_sleep\w*|pg_terminate_backend|pg_cancel_backend|pg_read_\w+|pg_ls_dir|pg_stat_file|pg_file_\w+"
    r"|pg_(?:reload_conf|rotate_logfile\w*|logfile_rotate|switch_wal|switch_xlog|promote|export_snapshot|notify)"
    r"|pg_(?:wal|xlog)_replay_\w+|pg_(?:start|stop)_backup|pg_backup_\w+|pg_create_\w+|pg_drop_\w+|pg_copy_\w+"
    r"|pg_logical_\w+|pg_replication_\w+|pg_sync_\w+|pg_stat_reset\w*|pg_stat_statements_reset|pg_set_\w+|pg_clear_\w+"
    r"|pg_restore_\w+|pg_(?:try_)?advisory_\w+|pg_log_\w+|pg_import_\w+|pg_nextoid|pg_prewarm|autoprewarm\w*"
    r"|lo_\w+|lowrite|loread|dblink\w*|query_to_xml\w*|cursor_to_xml\w*|ts_stat|ts_rewrite|brin_(?:de)?summarize\w*"
    r"|gin_clean_pending_list|schedule\w*|unschedule"
    r"|load_extension|readfile|writefile|edit|fts3_tokenizer"
)

# Only what the file itself holds. journal_mode, synchronous, foreign_keys and the like would tell of hmaint's own
# connection, and the answer would be taken for the hospital's.
_PRAGMAS_PLAIN = re.compile(
    r"application_id|auto_vacuum|collation_list|database_list|encoding|freelist_count|function_list"
    r"|module_list|page_count|page_size|pragma_list|schema_version|table_list|user_version"
)
_PRAGMAS_OF_AN_OBJECT = re.compile(
    r"foreign_key_check|foreign_key_list|index_info|index_list|index_xinfo|integrity_check|quick_check"
    r"|table_info|table_list|table_xinfo"
)


def refusal(sql: str, engine: str | None) -> str | None:
    """Why a statement must not be sent, in words for people; None when it only reads.

    `engine` is the inventory's (`mysql`, `postgresql`, `sqlite` …); None where it is not known yet. This is the
    last of three belts and the only one that does not depend on the server: the account and the read-only
    transaction are the others.
    """
    try:
        tokens = cut(sql, engine)
    except Unclear as doubt:
        return _("the statement cannot be read for sure ({reason})").format(reason=doubt)
    commented = next((t for t in tokens if t.kind == "comment" and _executable(t.text, engine)), None)
    if commented is not None:
        return _("executable comments and optimiser hints are not allowed")
    code = [t for t in tokens if t.kind != "comment"]
    while code and code[-1].text == ";" and code[-1].kind == "symbol":
        code.pop()
    if any(t.kind == "symbol" and t.text == ";" for t in code):
        return _("one statement at a time")
    return _refuse_code(code, engine)


def _executable(comment: str, engine: str | None) -> bool:
    oracle_hint = engine == "oracle" and comment[:3] == "--+"
    return oracle_hint or comment[:3] in ("/*!", "/*+") or comment[:4].lower() == "/*m!"


def _refuse_code(code: Sequence[Token], engine: str | None) -> str | None:
    first = next((t for t in code if not (t.kind == "symbol" and t.text == "(")), None)
    if first is None:
        return _("the statement is empty")
    if first.kind != "word" or not _FIRST_WORDS.fullmatch(first.text):
        return _("only statements that read are allowed, not {word}").format(word=first.text[:20])
    if first.text == "pragma":
        return _refuse_pragma(code, engine)
    special = None
    if engine == "oracle":
        special = refuse_oracle(code, first.text)
    elif engine == "sqlserver":
        special = refuse_tsql(code, _plain)
    return special or _refuse_words(code, first.text) or _refuse_calls(code)


def _refuse_words(code: Sequence[Token], first: str) -> str | None:
    words = [t.text if t.kind == "word" else "" for t in code]
    if "into" in words:
        return _("INTO is not allowed (it writes a file, table or variable)")
    if first in ("explain", "describe", "desc") and {"analyze", "analyse"} & set(words):
        return _("EXPLAIN ANALYZE really runs the statement")
    for word, following in pairwise([*words, ""]):
        if (word == "for" and following in ("update", "share", "no", "key")) or (word, following) == (
            "lock",
            "in",
        ):
            return _("reading with locks is not allowed")
        if word in ("next", "previous") and following == "value":
            return _("taking the next value of a sequence is not allowed")
    if first in ("show", "describe", "desc"):
        return None
    return _refuse_changes(code, words)


def _refuse_changes(code: Sequence[Token], words: Sequence[str]) -> str | None:
    for at, word in enumerate(words):
        if not _CHANGING.fullmatch(word) or (at and _is_symbol(code[at - 1], ".")):
            continue
        called = at + 1 < len(code) and _is_symbol(code[at + 1], "(")
        if not (called and word in _ALSO_FUNCTIONS):
            return _("the statement holds {word}, which changes data").format(word=word.upper())
    return None


def _refuse_calls(code: Sequence[Token]) -> str | None:
    for token, following in pairwise(code):
        if _is_symbol(following, "(") and _ACTING.fullmatch(_plain(token.text)):
            return _("function {name} is not allowed").format(name=token.text)
    for first, second, third in zip(code, code[1:], code[2:], strict=False):
        if (
            first.text == "u"
            and _is_symbol(second, "&")
            and third.kind == "name"
            and third.start == second.end
        ):
            return _("names escaped by U& are not allowed")
    return None


def _plain(name: str) -> str:
    """Fold a name as the loosest collation would, to which an È is an E."""
    letters = unicodedata.normalize("NFKD", name.strip())
    return "".join(char for char in letters if not unicodedata.combining(char)).casefold()


def _is_symbol(token: Token, text: str) -> bool:
    return token.kind == "symbol" and token.text == text


def _refuse_pragma(code: Sequence[Token], engine: str | None) -> str | None:
    if engine not in ("sqlite", None):
        return _("PRAGMA is for SQLite only")
    words = list(code[1:])
    if len(words) > 1 and _is_symbol(words[1], "."):
        words = words[2:]
    if not words or words[0].kind != "word":
        return _("PRAGMA has no name")
    name, rest = words[0].text, words[1:]
    if not rest:
        allowed = _PRAGMAS_PLAIN.fullmatch(name) or _PRAGMAS_OF_AN_OBJECT.fullmatch(name)
    else:
        allowed = _PRAGMAS_OF_AN_OBJECT.fullmatch(name) if _one_argument(rest) else None
    bare, full = _("PRAGMA {name} is not allowed"), _("PRAGMA {name} is not allowed with an argument")
    return None if allowed else (full if rest else bare).format(name=name)


def _one_argument(rest: Sequence[Token]) -> bool:
    match rest:
        case [opening, _, closing]:
            return _is_symbol(opening, "(") and _is_symbol(closing, ")")
    return False
