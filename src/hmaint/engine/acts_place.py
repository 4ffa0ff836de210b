"""In which order steps go over their targets: step by step, host by host where a plan says so, one alone first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from hmaint.model.inventory import Host, Target
from hmaint.model.upgrade import PlanStep, Rollout


@dataclass(frozen=True, slots=True)
class Placed:
    """A step and the targets it is for; none for what is done on no target."""

    step: PlanStep
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    """A step on one target, and the wave in which it is done."""

    step: PlanStep
    target: Target | None
    wave: int


def seated(placed: Sequence[Placed], rollout: Rollout) -> tuple[list[Seat], tuple[int, ...]]:
    """Give every step its wave, and name the waves after which the first host alone is done.

    Steps on the same hosts that follow each other are a block; a block is done for one batch of hosts after another.
    """
    seats, checkpoints, wave = list[Seat](), list[int](), 0
    for _hosts, group in groupby(placed, key=_hosts_of):
        block = list(group)
        for number, batch in enumerate(_batches(block, rollout)):
            for each in block:
                targets: Sequence[Target | None] = [t for t in each.targets if t in batch] or [None]
                seats += [Seat(each.step, target, wave) for target in targets]
                wave += 1
            if number == 0 and _is_canary(batch, block, rollout):
                checkpoints.append(wave - 1)
    # Only when its last block is done is the first host whole.
    return seats, tuple(checkpoints[-1:])


def _hosts_of(placed: Placed) -> tuple[str, ...] | str:
    """Hosts make a block together; everything else stands alone."""
    if placed.targets and all(isinstance(target, Host) for target in placed.targets):
        return tuple(target.name for target in placed.targets)
    return placed.step.id


def _batches(block: Sequence[Placed], rollout: Rollout) -> Iterator[tuple[Target, ...]]:
    targets = block[0].targets
    if not targets or not isinstance(targets[0], Host):
        yield targets
        return
    first = tuple(target for target in targets if target.name == rollout.canary)
    if first:
        yield first
    rest = tuple(target for target in targets if target not in first)
    size = rollout.serial or len(rest)
    for start in range(0, len(rest), max(1, size)):
        yield rest[start : start + size]


def _is_canary(batch: tuple[Target, ...], block: Sequence[Placed], rollout: Rollout) -> bool:
    names = [target.name for target in batch]
    return bool(rollout.canary) and names == [rollout.canary] and len(block[0].targets) > 1
