"""A parsed expression turned into a function: only the nodes named here exist.

Nothing is called but the filters and tests of `hmaint.expr.filters`, nothing is reached but plain data, and
`and`, `or`, `not` want true or false: a value that merely looks like one is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from jinja2 import nodes

from hmaint.expr.access import item, look_up, pick
from hmaint.expr.arithmetic import calculate, number
from hmaint.expr.compare import COMPARISONS
from hmaint.expr.expression import BadExpression, Expression, Run, Scope, truth
from hmaint.expr.filters import FILTERS, TESTS, glue
from hmaint.expr.syntax import parse_expression, path_of, uses
from hmaint.kit.frozen import dataclass
from hmaint.kit.hint import meant
from hmaint.kit.i18n import N_, _
from hmaint.kit.regex import safe_regex


@cache
def compile_expression(source: str) -> Expression:
    """Make an expression of its text; BadExpression with reason and column when it is none of ours."""
    return expression_of(parse_expression(source))


def expression_of(tree: nodes.Node) -> Expression:
    """Make an expression of its tree; BadExpression for any node that is not allowed."""
    return Expression(_build(tree), tuple(uses(tree)))


def _build(tree: nodes.Node) -> Run:
    builder = _BUILDERS.get(type(tree))
    if builder is None:
        words = _(_REFUSED.get(type(tree), _NOT_HERE)).format(kind=type(tree).__name__)
        raise BadExpression(words, tree.lineno)
    return builder(tree)


def _const(tree: nodes.Const) -> Run:
    return lambda _: tree.value


def _name(tree: nodes.Name) -> Run:
    if tree.name.startswith("_") or tree.name == "self":
        raise BadExpression(_("{name} is no name of a playbook").format(name=tree.name), tree.lineno)
    return lambda scope: look_up(scope, tree.name)


def _attribute(tree: nodes.Getattr) -> Run:
    return _member(tree, tree.node, tree.attr)


def _subscript(tree: nodes.Getitem) -> Run:
    match tree.arg:
        case nodes.Const(value=str() as key):
            return _member(tree, tree.node, key)
        case nodes.Const(value=int() as index) if not isinstance(index, bool):
            return _element(tree.node, index)
        case nodes.Neg(node=nodes.Const(value=int() as index)) if not isinstance(index, bool):
            return _element(tree.node, -index)
    raise BadExpression(_("between [ ] stands a number or a quoted name"), tree.lineno)


def _element(node: nodes.Node, index: int) -> Run:
    owner, path = _build(node), f"{_spelt(node)}[{index}]"
    return lambda scope: item(owner(scope), index, path)


def _member(tree: nodes.Node, node: nodes.Node, attribute: str) -> Run:
    path = f"{_spelt(node)}.{attribute}"
    if attribute.startswith("_"):
        raise BadExpression(_("{path} cannot be read").format(path=path), tree.lineno)
    owner = _build(node)
    return lambda scope: pick(owner(scope), attribute, path)


def _spelt(tree: nodes.Node) -> str:
    return ".".join(path_of(tree) or ("…",))


def _sequence(tree: nodes.List | nodes.Tuple) -> Run:
    items = [_build(item) for item in tree.items]
    return lambda scope: tuple(run(scope) for run in items)


def _binary(tree: nodes.BinExpr) -> Run:
    left, right, sign = _build(tree.left), _build(tree.right), tree.operator
    return lambda scope: calculate(sign, left(scope), right(scope))


def _negative(tree: nodes.Neg) -> Run:
    run = _build(tree.node)
    return lambda scope: -number(run(scope))


def _positive(tree: nodes.Pos) -> Run:
    run = _build(tree.node)
    return lambda scope: number(run(scope))


def _and(tree: nodes.And) -> Run:
    left, right = _build(tree.left), _build(tree.right)
    return lambda scope: truth(left(scope)) and truth(right(scope))


def _or(tree: nodes.Or) -> Run:
    left, right = _build(tree.left), _build(tree.right)
    return lambda scope: truth(left(scope)) or truth(right(scope))


def _not(tree: nodes.Not) -> Run:
    run = _build(tree.node)
    return lambda scope: not truth(run(scope))


def _choice(tree: nodes.CondExpr) -> Run:
    if tree.expr2 is None:
        raise BadExpression(_("if wants an else"), tree.lineno)
    test, yes, no = _build(tree.test), _build(tree.expr1), _build(tree.expr2)
    return lambda scope: yes(scope) if truth(test(scope)) else no(scope)


def _concatenation(tree: nodes.Concat) -> Run:
    parts = [_build(node) for node in tree.nodes]
    return lambda scope: glue([run(scope) for run in parts])


def _comparison(tree: nodes.Compare) -> Run:
    for operand in tree.ops:
        if operand.op in ("in", "notin") and isinstance(operand.expr, nodes.Const):
            words = _("to the right of in stands a list; for one value write [{value}]")
            raise BadExpression(words.format(value=repr(operand.expr.value)), operand.expr.lineno)
    first = _build(tree.expr)
    rest = [(COMPARISONS[operand.op], _build(operand.expr)) for operand in tree.ops]

    def run(scope: Scope) -> bool:
        left = first(scope)
        for holds, build in rest:
            right = build(scope)
            if not holds(left, right):
                return False
            left = right
        return True

    return run


def _filter(tree: nodes.Filter) -> Run:
    if tree.node is None:
        raise BadExpression(_("no value stands before the filter"), tree.lineno)
    return _applied(tree, _FILTER, FILTERS, [tree.node, *tree.args])


def _test(tree: nodes.Test) -> Run:
    if tree.name == "matching" and tree.args and isinstance(tree.args[0], nodes.Const):
        _check_pattern(tree.args[0])
    return _applied(tree, _TEST, TESTS, [tree.node, *tree.args])


def _check_pattern(pattern: nodes.Const) -> None:
    try:
        safe_regex(str(pattern.value))
    except ValueError as wrong:
        raise BadExpression(str(wrong), pattern.lineno) from None


def _applied(
    tree: nodes.Filter | nodes.Test,
    words: _Words,
    known: Mapping[str, Callable[..., object]],
    values: Sequence[nodes.Node],
) -> Run:
    function = known.get(tree.name)
    if function is None:
        raise BadExpression(_unknown(words, tree.name, known), tree.lineno)
    if tree.kwargs or tree.dyn_args or tree.dyn_kwargs:
        raise BadExpression(_(words.plain).format(name=tree.name), tree.lineno)
    runs = [_build(value) for value in values]
    return lambda scope: function(*(run(scope) for run in runs))


def _unknown(words: _Words, name: str, known: Iterable[str]) -> str:
    if name in ("default", "d", "defined", "undefined"):
        return _(words.hiding).format(name=name)
    return _(words.unknown).format(name=name) + meant(name, known)


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of a filter or test that cannot be used."""

    plain: str
    hiding: str
    unknown: str


_FILTER = _Words(
    N_("filter {name} takes plain arguments only"),
    N_("filter {name} cannot be used: it would hide names that do not exist"),
    N_("unknown filter {name}"),
)
_TEST = _Words(
    N_("test {name} takes plain arguments only"),
    N_("test {name} cannot be used: it would hide names that do not exist"),
    N_("unknown test {name}"),
)


_BUILDERS: dict[type[nodes.Node], Callable[..., Run]] = {
    nodes.Const: _const,
    nodes.Name: _name,
    nodes.Getattr: _attribute,
    nodes.Getitem: _subscript,
    nodes.List: _sequence,
    nodes.Tuple: _sequence,
    nodes.Add: _binary,
    nodes.Sub: _binary,
    nodes.Mul: _binary,
    nodes.Div: _binary,
    nodes.FloorDiv: _binary,
    nodes.Mod: _binary,
    nodes.Pow: _binary,
    nodes.Neg: _negative,
    nodes.Pos: _positive,
    nodes.And: _and,
    nodes.Or: _or,
    nodes.Not: _not,
    nodes.CondExpr: _choice,
    nodes.Concat: _concatenation,
    nodes.Compare: _comparison,
    nodes.Filter: _filter,
    nodes.Test: _test,
}

_NOT_HERE = N_("{kind} may not stand here")
_REFUSED: dict[type[nodes.Node], str] = {
    nodes.Call: N_("there are no functions to call"),
    nodes.Dict: N_("no key-value pairs may stand here"),
    nodes.Slice: N_("slices are not possible"),
}
