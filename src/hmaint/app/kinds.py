"""Kinds of step, found by entry point and loaded when a playbook first names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from hmaint.kit import registry
from hmaint.step.kind import Kind

GROUP = "hmaint.steps"


class _Kinds(Mapping[str, Kind]):
    """Every kind of step by its name; looking one up imports it, counting them imports none."""

    def __getitem__(self, name: str) -> Kind:
        kind = registry.find(GROUP, name)
        if kind is None:
            raise KeyError(name)
        return cast("Kind", kind)

    def __iter__(self) -> Iterator[str]:
        return iter(registry.names(GROUP))

    def __len__(self) -> int:
        return len(registry.names(GROUP))

    def __contains__(self, name: object) -> bool:
        return name in registry.names(GROUP)


KINDS: Mapping[str, Kind] = _Kinds()
