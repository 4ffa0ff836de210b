"""One changing statement cut into its parts: only shapes of which it is certain which rows they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hmaint.database.guard import refusal
from hmaint.database.tokens import Token, Unclear, cut
from hmaint.kit.i18n import _
from hmaint.model.data_fix import Verb

_REACHES = frozenset(
    (
        "returning", "limit", "order", "using", "join", "on", "select", "from", "with", "ignore", "conflict",
        "offset", "top",
    )
)  # fmt: skip
"""Words that, outside brackets, make a statement reach other rows than its WHERE names."""
_CHANCE = frozenset(
    (
        "rand",
        "random",
        "randomblob",
        "random_bytes",
        "uuid",
        "uuid_short",
        "gen_random_uuid",
        "sysdate",
        "clock_timestamp",
    )
)
"""Functions that give something else each time."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a statement changes: the rows of `table` under `condition`, in `columns`."""

    verb: Verb
    schema: str
    table: str
    columns: tuple[str, ...]
    condition: str
    values: tuple[str, ...] = ()


class Unfit(ValueError):
    """A statement whose effect could not be shown beforehand or put back; says why."""


def cut_statement(sql: str, engine: str) -> Parts:
    """Cut an UPDATE, DELETE or INSERT of one table. Unfit, in a sentence, for everything else."""
    try:
        tokens = cut(sql, engine)
    except Unclear as doubt:
        raise Unfit(_("the statement cannot be read for sure ({reason})").format(reason=doubt)) from None
    if any(token.kind == "comment" for token in tokens):
        raise Unfit(_("comments do not belong into a statement that is approved"))
    code = list(tokens)
    while code and _is(code[-1], ";"):
        code.pop()
    if any(_is(token, ";") for token in code):
        raise Unfit(_("one statement at a time"))
    reader = _Reader(sql, engine, code)
    parts = reader.parts()
    _refuse_acts(parts, reader, engine)
    return parts


def _refuse_acts(parts: Parts, reader: _Reader, engine: str) -> None:
    """Hold what is computed within the statement to what a look may do: no function that acts."""
    for expression in (*reader.expressions, parts.condition or "1 = 1"):
        looked = f"select 1 from t where ({expression}) is not null"  # noqa: S608 - it is read here, and sent nowhere
        why = refusal(looked, engine)
        if why:
            raise Unfit(why)


def _is(token: Token, text: str, kind: str = "symbol") -> bool:
    return token.kind == kind and token.text == text


class _Reader:
    """Walks over the tokens of one statement."""

    def __init__(self, sql: str, engine: str, code: Sequence[Token]) -> None:
        self._sql, self._engine, self._code = sql, engine, code
        self._at = 0
        self.expressions: tuple[str, ...] = ()

    def parts(self) -> Parts:
        verb = self._code[0].text if self._code and self._code[0].kind == "word" else ""
        self._at = 1
        if verb == "update":
            return self._update()
        if verb == "delete":
            self._word("from")
            schema, table = self._table()
            return Parts("delete", schema, table, (), self._condition())
        if verb == "insert":
            self._word("into")
            return self._insert()
        raise Unfit(_("only UPDATE, DELETE and INSERT of one table can be put back by hmaint"))

    def _update(self) -> Parts:
        schema, table = self._table()
        self._word("set")
        end = self._until("where")
        columns, expressions = [], []
        for piece in self._pieces(self._at, end):
            name, equals, value = piece[0] if piece else None, piece[1] if piece[1:] else None, piece[2:]
            if (
                name is None
                or equals is None
                or not _is(equals, "=")
                or name.kind not in ("word", "name")
                or not value
            ):
                raise Unfit(_("write SET as `column = value, column = value`"))
            columns.append(self._name(name))
            expressions.append(self._text(value))
        self.expressions = tuple(expressions)
        self._at = end
        return Parts("update", schema, table, tuple(columns), self._condition(), self.expressions)

    def _insert(self) -> Parts:
        schema, table = self._table()
        columns = tuple(self._name(piece[0]) for piece in self._group() if len(piece) == 1)
        self._word("values")
        values = tuple(self._text(piece) for piece in self._group() if piece)
        if self._at != len(self._code):
            raise Unfit(_("one row of VALUES and nothing behind it; several rows go under `each`"))
        if not columns or len(columns) != len(values):
            raise Unfit(_("name as many columns as there are values"))
        self.expressions = values
        return Parts("insert", schema, table, columns, "", values)

    def _condition(self) -> str:
        if self._at >= len(self._code):
            raise Unfit(_("a WHERE is missing: without one every row of the table would be changed"))
        self._word("where")
        rest = self._code[self._at :]
        if not rest:
            raise Unfit(_("a WHERE is missing: without one every row of the table would be changed"))
        self._refuse_reach(rest)
        _refuse_chance(rest)
        return self._text(rest)

    def _refuse_reach(self, tokens: Sequence[Token]) -> None:
        for _depth, token in _levels(tokens, outside_only=True):
            if token.kind == "word" and token.text in _REACHES:
                raise Unfit(
                    _("{word} is not allowed here: which rows change must follow from WHERE alone").format(
                        word=token.text.upper()
                    )
                )

    def _table(self) -> tuple[str, str]:
        names = [self._name(self._take())]
        while self._at < len(self._code) and _is(self._code[self._at], "."):
            self._at += 1
            names.append(self._name(self._take()))
        if len(names) > 2:  # noqa: PLR2004 - schema and table
            raise Unfit(_("name a table as `table` or `schema.table`"))
        return ("", names[0]) if len(names) == 1 else (names[0], names[1])

    def _group(self) -> list[Sequence[Token]]:
        """The pieces between two brackets, which must follow here."""
        if self._at >= len(self._code) or not _is(self._code[self._at], "("):
            raise Unfit(_("write INSERT INTO table (columns) VALUES (values)"))
        depth = 0
        for end in range(self._at, len(self._code)):
            depth += _is(self._code[end], "(") - _is(self._code[end], ")")
            if not depth:
                pieces = self._pieces(self._at + 1, end)
                self._at = end + 1
                return pieces
        raise Unfit(_("brackets do not match"))

    def _pieces(self, start: int, end: int) -> list[Sequence[Token]]:
        tokens = self._code[start:end]
        self._refuse_reach(tokens)
        pieces: list[list[Token]] = [[]]
        for depth, token in _levels(tokens):
            if not depth and _is(token, ","):
                pieces.append([])
            else:
                pieces[-1].append(token)
        return list(pieces)

    def _until(self, word: str) -> int:
        for place, (depth, token) in enumerate(_levels(self._code[self._at :]), start=self._at):
            if not depth and _is(token, word, "word"):
                return place
        return len(self._code)

    def _take(self) -> Token:
        if self._at >= len(self._code):
            raise Unfit(_("the statement ends too early"))
        self._at += 1
        return self._code[self._at - 1]

    def _word(self, word: str) -> None:
        if not _is(self._take(), word, "word"):
            raise Unfit(
                _("{word} was expected behind the table's name or before it: no aliases, no joins").format(
                    word=word.upper()
                )
            )

    def _name(self, token: Token) -> str:
        if token.kind not in ("word", "name"):
            raise Unfit(_("a name was expected, not {text}").format(text=token.text[:20]))
        # Words fold to lower case in PostgreSQL alone; elsewhere a table is called as it is written.
        folded = token.kind == "name" or self._engine == "postgresql"
        return token.text if folded else self._sql[token.start : token.end]

    def _text(self, tokens: Sequence[Token]) -> str:
        return self._sql[tokens[0].start : tokens[-1].end]


def _refuse_chance(tokens: Sequence[Token]) -> None:
    """Of two looks with the same WHERE both must find the same rows."""
    for token, behind in pairwise(tokens):
        if token.kind == "word" and token.text in _CHANCE and _is(behind, "("):
            raise Unfit(
                _("{word} is not allowed here: which rows change must follow from WHERE alone").format(
                    word=token.text.upper()
                )
            )


def _levels(tokens: Sequence[Token], *, outside_only: bool = False) -> list[tuple[int, Token]]:
    """Each token with how deep in brackets it stands; a bracket itself stands outside."""
    told, depth = [], 0
    for token in tokens:
        if _is(token, ")"):
            depth -= 1
        if depth < 0:
            raise Unfit(_("brackets do not match"))
        if not (outside_only and depth):
            told.append((depth, token))
        if _is(token, "("):
            depth += 1
    if depth:
        raise Unfit(_("brackets do not match"))
    return told
