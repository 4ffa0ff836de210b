"""The `:names` of a statement that values are bound to, told apart from colons in strings and casts."""

from __future__ import annotations

from hmaint.database.tokens import Unclear, cut


def placeholders(sql: str) -> frozenset[str]:
    """Names a statement wants bound; none when the text cannot be cut (the guard says why)."""
    try:
        code = [token for token in cut(sql, None) if token.kind != "comment"]
    except Unclear:
        return frozenset()
    names = set()
    for at, token in enumerate(code[:-1]):
        before = code[at - 1] if at else None
        glued = (
            before is not None and before.end == token.start and (before.kind == "word" or before.text == ":")
        )
        name = code[at + 1]
        if (
            token.text == ":"
            and token.kind == "symbol"
            and not glued
            and _starts_name(sql, token.end, name.kind)
        ):
            names.add(sql[name.start : name.end])
    return frozenset(names)


def _starts_name(sql: str, at: int, kind: str) -> bool:
    return kind == "word" and not sql[at].isspace()


def protect(sql: str, engine: str | None) -> str:
    """Escape every colon that stands outside code, as SQLAlchemy's `text()` wants it."""
    pieces, at = [], 0
    for token in cut(sql, engine):
        if token.kind in ("string", "name", "comment"):
            pieces += [sql[at : token.start], sql[token.start : token.end].replace(":", "\\:")]
            at = token.end
    return "".join([*pieces, sql[at:]])
