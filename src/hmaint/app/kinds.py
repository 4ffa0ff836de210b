"""Kinds of step, found by entry point."""

from __future__ import annotations

from typing import cast

from pydantic import BaseModel

from hmaint.errors import Bug
from hmaint.kit import registry
from hmaint.step.kind import Kind

GROUP = "hmaint.steps"


def kind_of(name: str) -> Kind:
    """The kind of that name; a playbook was checked before, so a missing one is a bug."""
    kind = registry.find(GROUP, name)
    if kind is None:
        raise Bug(f"no kind of step is called {name}")
    return cast("Kind", kind)


def args_of(name: str) -> type[BaseModel] | None:
    """The argument schema of a kind, None when there is no such kind."""
    kind = registry.find(GROUP, name)
    return None if kind is None else cast("Kind", kind).args


def kinds() -> tuple[str, ...]:
    """Every kind of step there is."""
    return registry.names(GROUP)
