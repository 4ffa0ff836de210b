"""Statements that PostgreSQL logged with their duration: csvlog, jsonlog and stderr, English or Chinese messages."""

from __future__ import annotations

import calendar
import csv
import json
import re
from typing import TYPE_CHECKING

from hmaint.slowlog.masking import CUT, POSTGRESQL, mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hmaint.slowlog.tally import Tally

    # When (epoch seconds, 0: not told), in which database, and the message.
    Event = tuple[float, str, str]

LONGEST_MESSAGE = 4 * 1024 * 1024
"""Characters of one message that are looked at; a longer one counts as not read."""

_WORDS = r"(?:duration|执行时间|持续时间)\s*[:：]\s*([\d.]+) ms"
_DURATION = re.compile(
    _WORDS
    + r"\s+(?:(statement|语句|(?:execute|执行)[^:]{0,80}?)|((?:parse|bind|解析|绑定)[^:]{0,80}?)|(plan|计划))"
    + r"\s*[:：]\s?(.*)",
    re.DOTALL,
)
_ALONE = re.compile(_WORDS + r"\s*\Z")
_MARK = re.compile(r"duration|执行时间|持续时间")
_STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?: ?(UTC|GMT|Z|CST|PRC|HKT|[-+]\d\d(?::?\d\d)?))?"
)
_SEVERITY = re.compile(r"(?:LOG|日志)\s*[:：]\s+")
_OTHER_SEVERITY = re.compile(
    r"(?:DETAIL|HINT|STATEMENT|CONTEXT|QUERY|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG\d?|LOCATION"
    r"|详细信息|提示|语句|上下文|查询|错误|致命错误|比致命错误还过分的错误|警告|注意|信息|调试\d?)\s*[:：]\s"
)
_DATABASE = re.compile(r"(?:\bdb=|@)([^\s,@\]]+)")
_EAST = {"CST": 8, "PRC": 8, "HKT": 8}
"""Zones of this part of the world; CST is China's, these are Chinese hospitals."""

_CSV_TIME, _CSV_DATABASE, _CSV_SEVERITY, _CSV_MESSAGE, _CSV_LEAST = 0, 2, 11, 13, 11


def postgresql_format(start: str) -> str:
    """`jsonlog`, `csvlog` or `stderr`; empty for what is no log of PostgreSQL."""
    first = start.lstrip("\n").split("\n", 1)[0]
    if first.startswith("{") and '"timestamp"' in first:
        return "jsonlog"
    if _STAMP.match(first) and first.count(",") >= _CSV_LEAST:
        return "csvlog"
    return "stderr" if _SEVERITY.search(start) or _OTHER_SEVERITY.search(start) else ""


def read_postgresql(tally: Tally, lines: Iterable[str], form: str) -> None:
    """Count the statements of all messages that tell how long one took. Parameters are never looked at."""
    events = {"jsonlog": _json_events, "csvlog": _csv_events, "stderr": _stderr_events}[form]
    for at, database, message in events(tally, lines):
        found = _DURATION.search(message)
        if found is None:
            # A duration without its statement (log_duration): nobody can tell whose it was.
            tally.unread += _ALONE.search(message) is not None
        elif found.group(2) and len(message) <= LONGEST_MESSAGE:
            # Parsing and planning have entries of their own; counting them would count a call twice.
            masked = mask(found.group(5).encode("utf-8", "surrogateescape"), POSTGRESQL)
            tally.doubtful += masked.endswith(CUT)
            tally.add(masked, float(found.group(1)) / 1000, 0.0, 0, 0, at, database)
        else:
            tally.unread += bool(found.group(2))


def _json_events(tally: Tally, lines: Iterable[str]) -> Iterator[Event]:
    for line in lines:
        if not _MARK.search(line):
            continue
        try:
            told = json.loads(line)
            message = told["message"]
        except (ValueError, KeyError, TypeError):
            tally.unread += 1
            continue
        yield _epoch(str(told.get("timestamp", ""))), str(told.get("dbname") or ""), str(message)


def _csv_events(tally: Tally, lines: Iterable[str]) -> Iterator[Event]:
    csv.field_size_limit(LONGEST_MESSAGE * 2)
    rows = csv.reader(_without_nul(lines))
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            tally.unread += 1
            continue
        if row is None:
            return
        if len(row) <= _CSV_MESSAGE or not _STAMP.match(row[_CSV_TIME]):
            tally.unread += 1
        elif row[_CSV_SEVERITY] in ("LOG", "日志") and _MARK.search(row[_CSV_MESSAGE]):
            yield _epoch(row[_CSV_TIME]), row[_CSV_DATABASE], row[_CSV_MESSAGE]


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in lines)


def _stderr_events(_tally: Tally, lines: Iterable[str]) -> Iterator[Event]:
    """Messages whose further lines begin with a tab, as the server writes them."""
    message: list[str] = []
    prefix, size = "", 0
    for line in lines:
        if line.startswith("\t"):
            size += len(line)
            if message and size <= LONGEST_MESSAGE:
                message.append(line[1:])
            continue
        if message:
            yield _stderr_event(prefix, message)
        prefix, message, size = "", [], len(line)
        found = _SEVERITY.search(line)
        if found and _MARK.match(line, found.end()):
            prefix, message = line[: found.start()], [line[found.end() :]]
    if message:
        yield _stderr_event(prefix, message)


def _stderr_event(prefix: str, message: list[str]) -> Event:
    found = _DATABASE.search(prefix)
    return _epoch(prefix), found.group(1) if found else "", "".join(message)


def _epoch(text: str) -> float:
    """Epoch seconds of a time that tells its zone; 0 for one that does not."""
    found = _STAMP.search(text)
    if found is None or not found.group(7):
        return 0
    zone = found.group(7)
    hours = float(_EAST.get(zone, 0))
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        hours = (int(digits[:2]) + int(digits[2:] or 0) / 60) * (-1 if zone[0] == "-" else 1)
    return calendar.timegm((*map(int, found.groups()[:6]), 0, 0, 0)) - hours * 3600
