"""An expression that has been read: what it reads and what it gives; those who only evaluate need no parser."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hmaint.expr.answer import NoAnswer
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _

Scope = Mapping[str, object]
Run = Callable[[Scope], object]


class BadExpression(ValueError):
    """Text that is no expression of ours; `column` is the character it goes wrong at, 0 for the whole."""

    def __init__(self, reason: str, column: int = 0) -> None:
        super().__init__(reason + _(" (character {n})").format(n=column) if column else reason)
        self.reason = reason
        self.column = column


@dataclass(frozen=True, slots=True)
class Use:
    """A dotted name an expression reads, and the character it stands at, from 1."""

    path: tuple[str, ...]
    column: int

    def __str__(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True, slots=True)
class Expression:
    """One expression, ready to be evaluated; `uses` are the names it reads."""

    run: Run
    uses: tuple[Use, ...]

    def __call__(self, scope: Scope) -> object:
        """Find the value in a scope; Undefined for a missing name, NoAnswer for what else has none."""
        try:
            return self.run(scope)
        except (ArithmeticError, TypeError, LookupError, RecursionError) as wrong:
            raise NoAnswer(f"无法求值：{wrong}") from wrong


def truth(value: object) -> bool:
    """Check that a value is true or false; NoAnswer for everything else, however true it may look."""
    if not isinstance(value, bool):
        raise NoAnswer(f"条件的结果应为真或假，得到的是 {type(value).__name__}")
    return value
