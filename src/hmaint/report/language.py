"""The small language inside a Word template: fields, `for` over rows and `if`; nothing is called or computed.

Templates come from hospitals and are untrusted: the stock Jinja environment would run what they say (docxtpl
threads 549 and 632). So the sandbox is not trusted alone: every construct must be on a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _
from hmaint.report.form import Field

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.For,
    nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter,
    nodes.Test,
    nodes.Mul,
)  # fmt: skip
_FILTERS = frozenset({"length", "upper", "lower", "trim", "first", "last", "round", "int"})
_TESTS = frozenset({"defined", "none", "even", "odd"})
_LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex"})
_DEEPEST = 4
_COLUMNS = 1000
Names = Mapping[str, Field]
Scope = Mapping[str, Field | Names]


class FormEnvironment(SandboxedEnvironment):
    """Jinja without globals or calls; data is escaped, and a name that is not there is an error."""

    intercepted_binops = frozenset({"*"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.tests = {name: self.tests[name] for name in _TESTS}

    def is_safe_callable(self, obj: object) -> bool:  # noqa: ARG002 - nothing whatever is callable
        return False

    def getattr(self, obj: object, attribute: str) -> object:
        """Find a row's field before anything Python's dict has of that name, such as `items`."""
        if isinstance(obj, Mapping):
            found: object = obj.get(attribute, self.undefined(obj=obj, name=attribute))
            return found
        return super().getattr(obj, attribute)

    def call_binop(
        self,
        context: object,  # noqa: ARG002 - as Jinja calls it
        operator: str,  # noqa: ARG002 - as Jinja calls it
        left: object,
        right: object,
    ) -> object:
        """Multiply small whole numbers only: merged cells count columns, and `'a' * 10**9` fills memory."""
        if isinstance(left, int) and isinstance(right, int) and max(abs(left), abs(right)) < _COLUMNS:
            return left * right
        raise SecurityError("only small whole numbers may be multiplied")


@cache
def environment() -> FormEnvironment:
    """Give the one environment all templates are filled in."""
    return FormEnvironment()


def faults_of(source: str, fields: Names) -> list[str]:
    """List what a template text may not do, and names no field has; one line each."""
    try:
        tree = environment().parse(source)
    except TemplateSyntaxError as fault:
        return [_("syntax of the tag: {reason}").format(reason=fault.message)]
    return list(dict.fromkeys(_check(tree, dict(fields), 0)))


def used(source: str) -> frozenset[str]:
    """Every top-level name a template text reads; of sound text only."""
    return frozenset(name.name for name in environment().parse(source).find_all(nodes.Name))


def _check(node: nodes.Node, scope: Scope, depth: int) -> Iterator[str]:
    if not isinstance(node, _ALLOWED):
        yield _("construct not allowed: {name}").format(name=type(node).__name__)
    elif isinstance(node, nodes.For):
        yield from _check_loop(node, scope, depth)
    else:
        yield from _check_words(node, scope)
        if not isinstance(node, nodes.Getattr):
            for child in node.iter_child_nodes():
                yield from _check(child, scope, depth)


def _check_words(node: nodes.Node, scope: Scope) -> Iterator[str]:
    if isinstance(node, nodes.Filter) and node.name not in _FILTERS:
        yield _("filter not allowed: {name}").format(name=node.name)
    elif isinstance(node, nodes.Test) and node.name not in _TESTS:
        yield _("test not allowed: {name}").format(name=node.name)
    elif isinstance(node, nodes.Name | nodes.Getattr):
        yield from _check_name(node, scope)
    elif isinstance(node, nodes.Output):
        words = _("{name} is a list: loop over it with for")
        yield from (words.format(name=_words(each)) for each in _lists(node, scope))


def _lists(node: nodes.Output, scope: Scope) -> Iterator[nodes.Node]:
    for child in node.nodes:
        found = _resolve(child, scope)
        if found is not None and (not isinstance(found, Field) or found.type == "rows"):
            yield child


def _check_name(node: nodes.Name | nodes.Getattr, scope: Scope) -> Iterator[str]:
    if _resolve(node, scope) is not None:
        return
    known = list(scope)
    if isinstance(node, nodes.Getattr):
        base = _resolve(node.node, scope)
        known = list(base) if isinstance(base, Mapping) else []
    name = node.attr if isinstance(node, nodes.Getattr) else node.name
    yield _("unknown field: {name}").format(name=_words(node)) + did_you_mean(name, known)


def _check_loop(node: nodes.For, scope: Scope, depth: int) -> Iterator[str]:
    rows = _resolve(node.iter, scope)
    if not isinstance(rows, Field) or rows.type != "rows" or not isinstance(node.target, nodes.Name):
        yield _("for loops over the rows of a list field only: {name}").format(name=_words(node.iter))
        return
    if depth >= _DEEPEST or node.recursive:
        yield _("loops are nested too deeply")
        return
    inner = {**scope, node.target.name: rows.of, "loop": {name: Field(name, name) for name in _LOOP}}
    for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
        yield from _check(child, inner, depth + 1)


def _resolve(node: nodes.Node, scope: Scope) -> Field | Names | None:
    if isinstance(node, nodes.Name):
        return scope.get(node.name)
    if isinstance(node, nodes.Getattr):
        base = _resolve(node.node, scope)
        return base.get(node.attr) if isinstance(base, Mapping) else None
    return None


def _words(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_words(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else type(node).__name__
