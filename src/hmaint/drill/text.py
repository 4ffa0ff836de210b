"""Whether the restored text is still Chinese: counted by the throwaway server itself, so that no text leaves it."""

from __future__ import annotations

from collections.abc import Sequence

from hmaint.drill.catalogue import quoted

SAMPLE = 5000
"""Rows of each table that are looked at: more than enough to see text that was broken as a whole."""
_KINDS = {
    "mysql": ("char", "text", "json"),
    "postgresql": ("char", "text"),
    "sqlite": ("char", "text", "clob"),
}
# UTF-8 taken for cp1252 and encoded again: the lead bytes E4–E9 of Chinese became ä–é, what follows one of these.
_AFTER = "(C2[89AB].|C592|C593|C5A0|C5A1|C5B8|C5BD|C5BE|C692|CB86|CB9C|E280..|E282AC|E284A2)"
_FOREIGN = {
    "mysql": "length({c}) <> char_length({c})",
    "postgresql": r"{c} ~ '[^\u0001-\u007f]'",
    "sqlite": "{c} glob '*[^ -~]*'",
}
_TWICE = {
    "mysql": f"hex({{c}}) regexp '^(..)*C3A[4-9]{_AFTER}{_AFTER}'",
    "postgresql": r"{c} ~ '[\u00e4-\u00e9][^\u0001-\u007f][^\u0001-\u007f]'",
    "sqlite": "{c} glob '*[ä-é][^ -~][^ -~]*'",
}
_CAST = {
    "mysql": "convert({c} using utf8mb4)", "postgresql": "({c})::text", "sqlite": "cast({c} as text)",
}  # fmt: skip


def is_text(engine: str, kind: str) -> bool:
    """Whether a column of that type holds words."""
    return any(word in kind.lower() for word in _KINDS[engine]) and kind.lower() != '"char"'


def scan(engine: str, table: str, names: Sequence[str]) -> str:
    """Ask of a table how many values hold more than ASCII, `??`, and UTF-8 that was encoded twice."""
    q = [_CAST[engine].format(c=quoted(engine, name)) for name in names]

    def total(test: str) -> str:
        return (
            "coalesce(sum("
            + " + ".join(f"case when {test.format(c=c)} then 1 else 0 end" for c in q)
            + "), 0)"
        )

    return (
        f"select {total(_FOREIGN[engine])} as n, {total(_QUESTION)} as q, {total(_TWICE[engine])} as m"  # noqa: S608 - names from the catalogue, quoted
        f" from (select * from {quoted(engine, table)} limit {SAMPLE}) x"
    )


_QUESTION = "{c} like '%??%'"
