"""A bare expression that is true or false: `when` and `where`."""

from __future__ import annotations

from functools import cache

from hmaint.expr.answer import Undefined
from hmaint.expr.expression import Expression, Scope, Use, truth
from hmaint.kit.frozen import dataclass

__all__ = ["Condition", "Undefined", "compile_condition"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition."""

    source: str
    expression: Expression

    @property
    def names(self) -> frozenset[str]:
        """List the names it reads from its scope."""
        return frozenset(use.path[0] for use in self.uses)

    @property
    def uses(self) -> tuple[Use, ...]:
        """List the dotted names it reads, with their columns."""
        return self.expression.uses

    def __call__(self, scope: Scope) -> bool:
        """Tell whether it holds in a scope.

        Raises Undefined when a name is missing, ValueError when the result is not true or false or when two
        values cannot be compared.
        """
        return truth(self.expression(scope))


@cache
def compile_condition(source: str) -> Condition:
    """Make a condition of its text; ValueError with reason and column when it is no expression of ours."""
    from hmaint.expr.evaluate import compile_expression  # noqa: PLC0415 - Jinja, loaded when a condition is first read

    return Condition(source, compile_expression(source))
