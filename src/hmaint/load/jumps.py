"""Ways to a host through others: who jumps through whom, flattened, and never in a circle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Jumps = Mapping[str, Sequence[str]]


def listed(value: object) -> tuple[str, ...]:
    """Read a `proxy_jump:` as it was written: one text, commas as OpenSSH has them, or a list."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(","))
    return tuple(part for part in value if isinstance(part, str)) if isinstance(value, list | tuple) else ()


def own_jumps(host: str, own: Sequence[str] | None, inherited: Sequence[str]) -> tuple[str, ...]:
    """Choose a host's own jumps, else those inherited, for a bastion only as far as itself."""
    if own is not None:
        return tuple(own)
    taken = inherited[: inherited.index(host)] if host in inherited else inherited
    return tuple(taken)


def circle(host: str, jumps: Jumps) -> tuple[str, ...]:
    """Find the way from a host back to itself, empty when there is none.

    >>> circle("a", {"a": ["b"], "b": ["a"]})
    ('a', 'b', 'a')
    """
    ways: list[tuple[str, ...]] = [(host,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for hop in jumps.get(way[-1], ()):
            if hop == host:
                return (*way, hop)
            if hop not in seen:
                seen.add(hop)
                ways.append((*way, hop))
    return ()


def flattened(host: str, jumps: Jumps) -> tuple[str, ...]:
    """List every hop on the way to a host, nearest to the laptop first; the jumps must hold no circle.

    >>> flattened("db", {"db": ["app"], "app": ["bastion"]})
    ('bastion', 'app')
    """
    hops: dict[str, None] = {}
    for hop in jumps.get(host, ()):
        hops.update(dict.fromkeys((*flattened(hop, jumps), hop)))
    return tuple(hops)
