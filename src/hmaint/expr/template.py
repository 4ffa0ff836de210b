"""Text with `{{ … }}`: for people, as a value, and as words of a shell command."""

from __future__ import annotations

from functools import cache

from hmaint.expr.answer import NoAnswer
from hmaint.expr.expression import BadExpression, Expression, Scope, Use
from hmaint.expr.filters import LONGEST
from hmaint.expr.shell import check_quoting, shell_words
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _

_DIGITS = ".10g"
"""Enough for any figure a person reads, and short enough to hide 83.10000000000001."""


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template: literal pieces and expressions in turn.

    What an expression gives is never rendered again.
    """

    source: str
    pieces: tuple[str | Expression, ...]

    @property
    def uses(self) -> tuple[Use, ...]:
        """List the dotted names it reads, with their columns."""
        return tuple(use for piece in self.pieces if isinstance(piece, Expression) for use in piece.uses)

    @property
    def names(self) -> frozenset[str]:
        """List the names it reads from its scope."""
        return frozenset(use.path[0] for use in self.uses)

    def render(self, scope: Scope) -> str:
        """Write the text for people: short figures, 是 and 否, 无 for the empty value, lists with 、.

        Raises Undefined for a missing name, ValueError for a value that is no text and for more than 64 kB.
        """
        return _whole([p if isinstance(p, str) else _told(p(scope)) for p in self.pieces])

    def native(self, scope: Scope) -> object:
        """Give the value itself when the template is wholly one `{{ }}`, else text without empty values."""
        match self.pieces:
            case (Expression() as only,):
                return only(scope)
        return _whole([p if isinstance(p, str) else _exact(p(scope)) for p in self.pieces])

    def shell(self, scope: Scope) -> str:
        """Write shell text in which every value is quoted, a list as separate words."""
        return _whole([p if isinstance(p, str) else shell_words(p(scope)) for p in self.pieces])


@cache
def compile_template(source: str) -> Template:
    """Make a template of its text; ValueError with reason and column when a `{{ }}` is wrong.

    Blocks (`{% %}`) and comments (`{# #}`) do not exist: they are refused, lest they be printed.
    """
    for mark in ("{%", "{#"):
        if mark in source:
            words = _("{mark} is not allowed, only {{{{ }}}} is").format(mark=mark)
            raise BadExpression(words, source.index(mark) + 1)
    return _compiled(source)


@cache
def compile_shell(source: str) -> Template:
    """Make a template of shell text; ValueError too where quoting could not hold, as in `'{{ x }}'`."""
    template = _compiled(source)
    check_quoting(template.pieces)
    return template


def render_native(source: str, scope: Scope) -> object:
    """Render a value: text that is wholly one `{{ }}` keeps its type. Raises as `Template.native` does."""
    return compile_template(source).native(scope)


def render_shell(source: str, scope: Scope) -> str:
    """Render shell text with every value quoted. Raises as `compile_shell` and `Template.shell` do."""
    return compile_shell(source).shell(scope)


def _compiled(source: str) -> Template:
    from hmaint.expr.evaluate import expression_of  # noqa: PLC0415 - Jinja, loaded when a {{ }} is first read
    from hmaint.expr.syntax import parse_template  # noqa: PLC0415 - see above

    pieces = (p if isinstance(p, str) else expression_of(p) for p in parse_template(source))
    return Template(source, tuple(pieces))


def _whole(words: list[str]) -> str:
    if sum(map(len, words)) > LONGEST:
        raise NoAnswer(f"文字超过 {LONGEST} 字")
    return "".join(words)


def _told(value: object) -> str:
    match value:
        case None:
            return "无"
        case bool():
            return "是" if value else "否"
        case int() | str():
            return str(value)
        case float():
            return format(value, _DIGITS)
        case list() | tuple():
            return "、".join(_told(item) for item in value)
    raise NoAnswer(f"{type(value).__name__} 不能写成文字")


def _exact(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise NoAnswer(f"只有文字和数字可以写入参数，{type(value).__name__} 不行")
    return str(value)
