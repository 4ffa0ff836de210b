"""A short upgrade that can be held in the middle, and how a test goes through it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from tests.end_to_end.desk import Done, Going, Written
from tests.upgrade.ground import APP, SUPERVISOR, Ground, doubles, shell, step

GO = "/srv/go"
"""An act that is held ends as soon as this file is there."""


def short_steps(held: str = "") -> list[Written]:
    """Five steps; `held` names one that waits until the test says go."""
    add = f"n=$(cat {APP}/count); echo $((n + 1)) > {APP}/count"
    take = f"n=$(cat {APP}/count); echo $((n - 1)) > {APP}/count"
    wait = f"while [ ! -e {GO} ]; do sleep 0.05; done\n"
    steps = [
        shell("stop", f"rm -f {APP}/running", f"[ ! -e {APP}/running ]", f": > {APP}/running"),
        step("unpack", "unpack", artefact="release", to=f"{APP}/releases/1.1"),
        shell("count", add, f'[ "$(cat {APP}/count)" = 8 ]', take),
        step("switch", "symlink", path=f"{APP}/current", to=f"{APP}/releases/1.1"),
        shell("start", f": > {APP}/running", f"[ -e {APP}/running ]", f"rm -f {APP}/running"),
    ]
    for each in steps:
        if each["id"] == held:
            head, _line, run = each["with"]["run"].partition("\n")
            each["with"]["run"] = f"{head}\n{wait}{run}"
    return steps


class Short:
    """Upgrades of one ground, each from the same beginning."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.old = self.states()
        done = ground.upgrade(self.plan())
        assert done.code == 0, done.err
        self.new = self.states()
        assert self.old != self.new
        self.reset()

    def plan(self, held: str = "", name: str = "", **more: Any) -> str:
        """Write the plan, and give its path."""
        return self.ground.plan(name or f"short{held and '-'}{held}", **{"steps": short_steps(held), **more})

    def reset(self) -> None:
        """Lay out the old release on every machine."""
        for name, machine in self.ground.machines.items():
            self.ground.lay_out(name)
            machine.at(GO).unlink(missing_ok=True)

    def states(self) -> dict[str, dict[str, str]]:
        """What stands on every machine."""
        return {name: self.ground.state(name) for name in self.ground.machines}

    def holding(self, plan: str, act: str = "count", *words: str) -> Going:
        """Approve, begin, and come back once an act is being held on every machine."""
        approved = self.ground.approve(plan)
        assert approved.code == 0, approved.err
        going = self.ground.start(plan, *words)
        for name in self.ground.machines:
            until = time.monotonic() + 60
            while f"do {act}@{name}" not in self.ground.ledger(name):
                assert going.process.poll() is None, going.wait(1).err
                assert time.monotonic() < until
                time.sleep(0.02)
        return going

    def go(self) -> None:
        """Let what is held go on."""
        for machine in self.ground.machines.values():
            machine.at(GO).touch()

    def resume(self, *words: str) -> Done:
        """Go on with the latest run."""
        return self.ground.desk.run(
            "upgrade", "resume", "--supervisor", SUPERVISOR, "--yes", *words, limit=120
        )

    def rollback(self, *words: str) -> Done:
        """Put the latest run back."""
        return self.ground.desk.run("upgrade", "rollback", "--yes", *words, limit=120)

    def state(self) -> str:
        """The state of the latest run."""
        return str(self.ground.status()["state"])

    def is_new(self) -> None:
        """Every machine has the new release, and nothing was done twice."""
        assert self.states() == self.new
        self.once()

    def is_old(self) -> None:
        """Every machine has the old release, and nothing was done twice."""
        assert self.states() == self.old
        self.once()

    def once(self) -> None:
        """No act ran more than once."""
        for name in self.ground.machines:
            assert doubles(self.ground.ledger(name)) == []

    def journal(self) -> Path:
        """The journal of the latest run."""
        return max(self.ground.journals(), key=lambda path: path.stat().st_mtime_ns)
