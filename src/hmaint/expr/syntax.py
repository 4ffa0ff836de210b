"""Text of an expression or a template, read by Jinja's parser and never run by Jinja."""

from __future__ import annotations

from collections.abc import Iterator

from jinja2 import TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser
from jinja2.sandbox import SandboxedEnvironment

from hmaint.expr.expression import BadExpression, Use
from hmaint.kit.i18n import _

LONGEST_EXPRESSION = 2_000
LONGEST_TEMPLATE = 20_000
"""Characters; a text beyond is refused before it is parsed."""

MOST_PARTS = 200
"""Operators, names and values in one expression; keeps nesting far from the interpreter's own limit."""


class _Environment(SandboxedEnvironment):
    """Jinja's grammar with `{{ }}` alone; every node's line number is its column."""

    def _tokenize(
        self, source: str, name: str | None, filename: str | None = None, state: str | None = None
    ) -> TokenStream:
        tokens = self.lexer.tokeniter(source, name, filename, state)
        return TokenStream(self.lexer.wrap(_by_column(tokens), name, filename), name, filename)


def _by_column(tokens: Iterator[tuple[int, str, str]]) -> Iterator[tuple[int, str, str]]:
    column = 1
    try:
        for _line, token, text in tokens:
            yield column, token, text
            column += len(text)
    except TemplateSyntaxError as wrong:
        raise TemplateSyntaxError(wrong.message or "not understood", column) from None


# Blocks and comments begin with what no text holds, so that ${#name} of a shell script stays what it is.
_ENVIRONMENT = _Environment(
    block_start_string="\0{%",
    block_end_string="%}\0",
    comment_start_string="\0{#",
    comment_end_string="#}\0",
    keep_trailing_newline=True,
)


def parse_expression(source: str) -> nodes.Expr:
    """Read the tree of one bare expression; BadExpression when it is none, too long or too large."""
    _check_length(source, LONGEST_EXPRESSION)
    if not source.strip():
        raise BadExpression(_("the expression is empty"))
    try:
        parser = Parser(_ENVIRONMENT, source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            parser.fail(f"unexpected {parser.stream.current.value!r}")
    except (TemplateSyntaxError, RecursionError, ValueError) as wrong:
        raise _bad(wrong) from None
    _check_size(tree)
    return tree


def parse_template(source: str) -> tuple[str | nodes.Expr, ...]:
    """Read the literal pieces and the trees of the `{{ }}` of a text; BadExpression when one is wrong."""
    _check_length(source, LONGEST_TEMPLATE)
    try:
        body = _ENVIRONMENT.parse(source).body
    except (TemplateSyntaxError, RecursionError, ValueError) as wrong:
        raise _bad(wrong) from None
    return tuple(_pieces(body))


def _pieces(body: list[nodes.Node]) -> Iterator[str | nodes.Expr]:
    for output in body:
        for piece in output.iter_child_nodes():
            if isinstance(piece, nodes.TemplateData):
                yield piece.data
            elif isinstance(piece, nodes.Expr):
                _check_size(piece)
                yield piece


def uses(tree: nodes.Node) -> Iterator[Use]:
    """Find every dotted name the tree reads, as far as it is spelt out (`vars.x`, `host['os']`)."""
    path = path_of(tree)
    if path is not None:
        yield Use(path, tree.lineno)
        return
    for child in tree.iter_child_nodes():
        yield from uses(child)


def path_of(tree: nodes.Node) -> tuple[str, ...] | None:
    """Spell the dotted name of this node, or None when it is something else."""
    match tree:
        case nodes.Name():
            return (tree.name,)
        case nodes.Getattr():
            inner, last = path_of(tree.node), tree.attr
        case nodes.Getitem(arg=nodes.Const(value=str() as key)):
            inner, last = path_of(tree.node), key
        case _:
            return None
    return None if inner is None else (*inner, last)


def _check_length(source: str, most: int) -> None:
    if len(source) > most:
        raise BadExpression(_("has more than {most} characters").format(most=most))
    if "\0" in source:
        raise BadExpression(_("holds a NUL character"), source.index("\0") + 1)


def _check_size(tree: nodes.Node) -> None:
    try:
        if sum(1 for _ in tree.find_all(nodes.Node)) > MOST_PARTS:
            words = _("an expression has more than {most} parts")
            raise BadExpression(words.format(most=MOST_PARTS), tree.lineno)
    except RecursionError:
        raise BadExpression(_("nested too deeply"), tree.lineno) from None


def _bad(wrong: Exception) -> BadExpression:
    if isinstance(wrong, TemplateSyntaxError):
        return BadExpression(_("wrong syntax: {reason}").format(reason=wrong.message), wrong.lineno)
    return BadExpression(_("nested too deeply") if isinstance(wrong, RecursionError) else str(wrong))
