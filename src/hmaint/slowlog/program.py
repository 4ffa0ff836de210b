"""The readers of slow logs as one program that any Python since 3.6 can run, without hmaint."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

PARTS = ("masking", "canonical", "tally", "mysql", "postgresql", "scan")
"""The modules it is made of, each behind those it uses; no two give different things one name."""


@cache
def program() -> str:
    """The source: all parts in order, without annotations and docstrings, ASCII only."""
    bodies = [_bare(ast.parse(Path(__file__).with_name(f"{part}.py").read_text("utf-8"))) for part in PARTS]
    told = "\n".join(ast.unparse(body) for body in bodies) + "\nsys.exit(main(sys.argv[1:]))\n"
    return ascii_only(told)


def ascii_only(source: str) -> str:
    """The same with every other character spelt out: what a host's locale would make of them is nobody's guess."""
    return "".join(c if c.isascii() else _spelt(c) for c in source)


def _spelt(character: str) -> str:
    return f"\\U{ord(character):08x}"


class _Bare(ast.NodeTransformer):
    """Takes out what only people and type checkers read, and what older Pythons refuse."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            argument.annotation = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text else self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        ours = node.module is None or node.module.startswith(("hmaint", "__future__"))
        return None if ours else node

    def visit_If(self, node: ast.If) -> ast.AST | None:
        typing_only = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if typing_only else self.generic_visit(node)


def _bare(tree: ast.Module) -> ast.Module:
    bare: ast.Module = _Bare().visit(tree)
    return ast.fix_missing_locations(bare)
