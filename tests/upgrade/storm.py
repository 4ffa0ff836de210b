"""hmaint killed at moments nobody chose, and what must hold afterwards whoever goes on."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from hmaint.engine.journal import read_journal
from hmaint.engine.upgrade import fold
from tests.end_to_end.desk import Done, Going
from tests.services.fixtures import running
from tests.services.upgradable import Upgradable
from tests.upgrade.ground import SUPERVISOR, Ground, doubles

STATES = {"done": "new", "rolled_back": "old"}


@dataclass(frozen=True)
class Struck:
    """One kill: how many lines the journal had, what was done afterwards, and how the machines ended."""

    lines: int
    after: str
    ended: str


class Storm:
    """Two machines, one approved plan of ten steps, killed again and again from the same beginning."""

    def __init__(self, ground: Ground, dice: random.Random) -> None:
        self.ground = ground
        self.dice = dice
        self.old = self._states()
        self.plan = ground.plan()
        done = ground.upgrade(self.plan)
        assert done.code == 0, done.err
        self.new = self._states()
        assert self.old["a"] != self.new["a"] == self.new["b"]
        self.lines = len(read_journal(self._journals().pop()).lines)
        self.seconds = done.seconds

    def strike(self) -> Struck:
        """Lay out the old release, run, kill, go on or go back, and hold everything against what must be."""
        for name in self.ground.machines:
            self.ground.lay_out(name)
        approved = self.ground.approve(self.plan)  # the one before was used up by the run that was done
        assert approved.code == 0, approved.err
        before = self._journals()
        self._killed(self.ground.start(self.plan, "--format", "json"), before)
        begun = self._journals() - before
        assert len(begun) <= 1
        if not begun or not read_journal(next(iter(begun))).lines:
            assert self._states() == self.old
            return Struck(0, "nothing", "old")
        (path,) = begun
        lines = len(read_journal(path).lines)
        after = self.dice.choice(["resume", "rollback"])
        if self.dice.random() < 0.2:  # whoever goes on is killed as well
            self._killed(self._going(after, path), before, extra=lines)
        done = self._going(after, path).wait(120)
        struck = Struck(lines, after, self._held(path, done))
        print(struck)  # noqa: T201 - shown by pytest where a later one fails
        return struck

    def _going(self, after: str, path: Path) -> Going:
        words = ["--supervisor", SUPERVISOR] if after == "resume" else []
        return self.ground.desk.start("upgrade", after, _run(path), *words, "--yes")

    def _killed(self, going: Going, before: set[Path], extra: int = 0) -> None:
        """Kill it once its journal has some number of lines, a moment later; or in the end, when it had its say."""
        wanted = extra + self.dice.randint(0, self.lines + 1)
        moment = self.dice.uniform(0, 0.08)
        until = time.monotonic() + 60
        while going.process.poll() is None and time.monotonic() < until:
            fresh = self._journals() - before
            if sum(path.read_bytes().count(b"\n") for path in fresh) >= wanted:
                time.sleep(moment)
                break
            time.sleep(0.002)
        if going.process.poll() is None:
            going.send(signal.SIGKILL)
        going.wait(60)

    def _held(self, path: Path, done: Done) -> str:
        story = read_journal(path)
        assert not story.torn
        ended_as = fold(story.lines).state
        states = self._states()
        ended = {"new": self.new, "old": self.old}
        found = [name for name, wanted in ended.items() if states == wanted]
        assert found == [STATES.get(ended_as)], (
            ended_as,
            done.code,
            done.err,
            _differ(states, ended),
        )
        for name in self.ground.machines:
            ledger = self.ground.ledger(name)
            assert doubles(ledger) == [], ledger
            undone = {line.removeprefix("undo ") for line in ledger if line.startswith("undo ")}
            assert undone <= {line.removeprefix("do ") for line in ledger if line.startswith("do ")}, ledger
        return found[0]

    def _states(self) -> dict[str, dict[str, str]]:
        return {name: self.ground.state(name) for name in self.ground.machines}

    def _journals(self) -> set[Path]:
        return set(self.ground.journals())


@contextmanager
def storm(folder: Path, seed: int) -> Iterator[Storm]:
    """Two machines of their own, and a storm over them."""
    with ExitStack() as stack:
        machines = {name: stack.enter_context(running(Upgradable(folder / name))) for name in ("a", "b")}
        yield Storm(Ground(folder / "ground", machines), random.Random(seed))  # noqa: S311 - a game of chance


def _run(path: Path) -> str:
    return path.parent.name


def _differ(states: dict[str, dict[str, str]], ended: dict[str, dict[str, dict[str, str]]]) -> list[str]:
    return [
        f"{wanted}:{name}:{key} {there.get(key)} != {states[name].get(key)}"
        for wanted, all_of in ended.items()
        for name, there in all_of.items()
        for key in sorted({*there, *states[name]})
        if there.get(key) != states[name].get(key)
    ]
