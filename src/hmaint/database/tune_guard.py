"""Which statements may be sent to tune a database: single ones of known shape, that change no row and no meaning."""

from __future__ import annotations

import re

from hmaint.database.tokens import Unclear, cut
from hmaint.kit.i18n import _

_ID = r"(?:N|[^\W\d]\w*)"
_NAME = rf"{_ID}(?: \. {_ID})*"
_VALUE = r"(?:S|N|(?:- )?\w+(?: \. \w+)?)(?: , (?:S|N|\w+))*"
_LIST = rf"\( (?:(?:{_ID}|\d+|,|\( \d+ \)) )+\)"
_HOW = r"(?:,? ?(?:algorithm|lock) =? ?\w+ ?)*"
_LOCAL = r"(?:local |no_write_to_binlog )?"

_SHAPES: dict[str, str] = {
    "mysql": "|".join(
        [
            rf"create index {_ID} on {_NAME} {_LIST} ?{_HOW}",
            rf"alter table {_NAME} add (?:index|key) {_ID} {_LIST} ?{_HOW}",
            rf"alter table {_NAME} alter index {_ID} (?:invisible|visible|(?:not )?ignored) ?{_HOW}",
            rf"alter table {_NAME} drop (?:index|key) {_ID} ?{_HOW}",
            rf"drop index {_ID} on {_NAME} ?{_HOW}",
            rf"analyze {_LOCAL}table {_NAME}(?: , {_NAME})*",
            rf"optimize {_LOCAL}table {_NAME}",
            rf"alter table {_NAME} (?:engine =? ?innodb|force) ?{_HOW}",
            rf"set (?:global|persist) {_ID} = {_VALUE}",
            rf"reset persist (?:if exists )?{_ID}",
        ]
    ),
    "postgresql": "|".join(
        [
            rf"create index concurrently (?:if not exists )?{_ID} on {_NAME} .+",
            rf"drop index concurrently (?:if exists )?{_NAME}",
            rf"reindex (?:index|table) concurrently {_NAME}",
            rf"analyze(?: verbose)?(?: {_NAME})?",
            rf"vacuum(?: \( (?:analyze|verbose|,|index_cleanup|on|off|skip_locked| )+ \)| analyze| verbose)* {_NAME}",
            rf"alter system (?:set {_NAME} (?:=|to) {_VALUE}|reset {_NAME})",
            r"select pg_reload_conf \( \)",
            rf"alter (?:table|index) {_NAME} (?:set|reset) \( [^()]* \)",
            rf"alter table {_NAME} alter (?:column )?{_ID} set statistics (?:- )?\d+",
            rf"create statistics {_NAME} (?:\( [\w , ]+ \) )?on .+ from {_NAME}",
            rf"drop statistics (?:if exists )?{_NAME}",
            rf"comment on index {_NAME} is (?:S|null)",
        ]
    ),
    "sqlite": "|".join(
        [
            rf"create index (?:if not exists )?{_NAME} on {_ID} \( .+",
            rf"drop index (?:if exists )?{_NAME}",
            rf"(?:analyze|reindex)(?: {_NAME})?",
            r"vacuum",
            r"pragma optimize",
            r"drop table (?:if exists )?sqlite_stat[14]",
        ]
    ),
}
_ENGINES = {engine: re.compile(shape) for engine, shape in _SHAPES.items()}


def refuse_tuning(sql: str, engine: str) -> str | None:
    """Why a statement is none that tuning may send, in words for people; None when it is one.

    The last belt: statements come from hmaint's own rules, with names of the hospital's objects in them.
    """
    try:
        tokens = cut(sql, engine)
    except Unclear as doubt:
        return _("the statement cannot be read for sure ({reason})").format(reason=doubt)
    if any(token.kind == "comment" for token in tokens):
        return _("a statement that tunes holds no comment")
    if any(token.kind == "symbol" and token.text == ";" for token in tokens):
        return _("one statement at a time")
    shape = _ENGINES.get(engine)
    bare = {"name": "N", "string": "S"}
    told = " ".join(bare.get(token.kind, token.text) for token in tokens)
    if shape is None or not shape.fullmatch(told):
        return _("a person has to run this statement: hmaint does not send statements of this shape")
    return None
