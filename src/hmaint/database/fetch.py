"""Run one statement and read its reply row by row, up to a bound of rows and of bytes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import CursorResult, text
from sqlalchemy.engine import Row as ReplyRow

from hmaint.database.binds import protect
from hmaint.database.dialect import Dialect, Line
from hmaint.database.tokens import cut
from hmaint.database.values import column_names, to_scalar
from hmaint.model.inventory import Scalar
from hmaint.model.look import Query, Row

REPLY_LIMIT = 16_777_216
"""Characters of text kept of one reply; what comes behind is not read."""

_BATCH = 500


def fetch(line: Line, query: Query, engine: str, dialect: Dialect) -> tuple[tuple[Row, ...], bool, bool]:
    """Rows of the reply, whether there were more, and whether the line can go on; the driver's errors pass.

    A driver that cannot leave a reply half read would read all of it (ten million rows) just to close: then
    the line is cut instead.
    """
    words = (token.text for token in cut(query.sql, engine) if token.kind == "word")
    options = {"stream_results": True, "max_row_buffer": _BATCH} if next(words, "") in dialect.forward else {}
    statement = text(protect(query.sql.strip().rstrip(";"), engine)).execution_options(**options)
    result = line.connection.execute(statement, dict(query.binds))
    if not result.returns_rows:
        return (), False, True
    rows, more = _read(result, query.rows)
    if more and dialect.drains:
        line.abort()
        return rows, True, False
    result.close()
    return rows, more, True


def _read(result: CursorResult[tuple[object, ...]], most: int) -> tuple[tuple[Row, ...], bool]:
    names = column_names(result.keys())
    rows: list[Row] = []
    weight = 0
    while batch := result.fetchmany(min(_BATCH, most + 1 - len(rows))):
        for raw in batch:
            row = _row(names, raw)
            weight += sum(len(value) for value in row.values() if isinstance(value, str))
            if len(rows) == most or weight > REPLY_LIMIT:
                return tuple(rows), True
            rows.append(row)
    return tuple(rows), False


def _row(names: Sequence[str], raw: ReplyRow[tuple[object, ...]]) -> dict[str, Scalar]:
    return dict(zip(names, (to_scalar(value) for value in raw), strict=True))
