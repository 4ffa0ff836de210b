"""Real machines with an application of release 1.0 on them, a desk that upgrades it to 1.1, and what became of it."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.end_to_end.desk import Desk, Done, Going, Written, ssh_host, written
from tests.services.upgradable import Upgradable

CHINA = timezone(timedelta(hours=8))
APP = "/srv/app"
LEDGER = "/srv/ledger"
APPROVER, SUPERVISOR = "李主任", "王主任"


def note(word: str = "do") -> str:
    """A line of a script that leaves in the ledger that it ran."""
    return f'echo "{word} $HMAINT_ACT" >> {LEDGER}'


def shell(name: str, run: str, probe: str, undo: str, **more: object) -> Written:
    """A step that notes each run and each undoing of it."""
    return {
        "id": name,
        "title": name,
        "do": "shell",
        "on": "hosts",
        "with": {"run": f"{note()}\n{run}"},
        "probe": probe,
        "undo": f"{note('undo')}\n{undo}",
        "estimate": "1s",
        "timeout": "60s",
        **more,
    }


def step(name: str, kind: str, **with_: object) -> Written:
    """A step of a kind that brings its own probe and undo."""
    head: Written = {"id": name, "title": name, "do": kind, "on": "hosts"}
    return {**head, "with": with_, "estimate": "1s", "timeout": "60s"}


def ten_steps(pause: str = "0.05") -> list[Written]:
    """Ten steps of every kind a host knows, some of which must never be done twice."""
    add = f"sleep {pause}; n=$(cat {APP}/count); echo $((n + 1)) > {APP}/count"
    take = f"n=$(cat {APP}/count); echo $((n - 1)) > {APP}/count"
    one, two = f"{APP}/schema.1", f"{APP}/schema.2"
    ends = f"tail -n 1 {APP}/history | grep -qx 1.1"
    return [
        shell("stop", f"rm -f {APP}/running", f"[ ! -e {APP}/running ]", f": > {APP}/running"),
        step("bring", "upload", artefact="release", to=f"{APP}/release.tar"),
        step("unpack", "unpack", artefact="release", to=f"{APP}/releases/1.1"),
        step("settings", "file", path=f"{APP}/app.conf", content="release = 1.1\n"),
        shell("history", f"sleep {pause}; echo 1.1 >> {APP}/history", ends, f"sed -i '$d' {APP}/history"),
        shell("count", add, f'[ "$(cat {APP}/count)" = 8 ]', take),
        step("switch", "symlink", path=f"{APP}/current", to=f"{APP}/releases/1.1"),
        step("banner", "template", path=f"{APP}/banner", source="banner.txt"),
        shell("schema", f"sleep {pause}; mv {one} {two}", f"[ -e {two} ]", f"mv {two} {one}"),
        shell("start", f": > {APP}/running", f"[ -e {APP}/running ]", f"rm -f {APP}/running"),
    ]


def verify(words: str = f"cat {APP}/current/VERSION", equals: str = "1.1") -> list[Written]:
    """A check that reads the release that runs."""
    step = {"id": "app.version", "title": "运行版本", "do": "shell", "on": "hosts", "with": {"run": words}}
    return [
        {**step, "expect": {"line": {"must": {"eq": equals}, "otherwise": "critical"}}, "says": "{{ line }}"}
    ]


def window(opens: int, shuts: int) -> Written:
    """A window from and to so many minutes from now."""
    now = datetime.now(CHINA)
    start, end = now + timedelta(minutes=opens), now + timedelta(minutes=shuts)
    return {"from": f"{start:%Y-%m-%d %H:%M}", "to": f"{end:%Y-%m-%d %H:%M}"}


class Ground:
    """A site of real machines, laid out with release 1.0 each, and one desk to upgrade it from."""

    def __init__(self, folder: Path, machines: Mapping[str, Upgradable], **more: object) -> None:
        self.folder = folder
        self.machines = dict(machines)
        self.desk = Desk(folder / "desk")
        self.more = more
        self.write_inventory()
        for machine in self.machines.values():
            self.desk.trust(machine.known_hosts_line())
        self.artefact("release", _release("1.1"))
        self.plans.joinpath("banner.txt").write_text("welcome to 1.1\n")
        for name in self.machines:
            self.lay_out(name)

    @property
    def plans(self) -> Path:
        """The folder of the plans."""
        made = self.desk.root / "plans"
        made.mkdir(exist_ok=True)
        return made

    def write_inventory(self, ports: Mapping[str, int] | None = None) -> None:
        """Write the inventory; machines named in `ports` are reached through another port, such as a proxy's."""
        hosts = {name: ssh_host(machine) for name, machine in self.machines.items()}
        for name, port in (ports or {}).items():
            hosts[name]["port"] = port
        self.desk.write_inventory({"icu": {"name": "重症监护系统", "hosts": hosts, **self.more}})

    def artefact(self, name: str, content: bytes) -> Written:
        """Lay a file beside the plans, and say how a plan names it."""
        path = self.plans / f"{name}.bin"
        path.write_bytes(content)
        return {"file": path.name, "sha256": sha256(content).hexdigest()}

    def lay_out(self, name: str) -> None:
        """Make a machine's application as it was before anything was upgraded."""
        machine = self.machines[name]
        app = machine.at(APP)
        _clear(app)
        machine.at(LEDGER).unlink(missing_ok=True)
        (app / "releases" / "1.0").mkdir(parents=True)
        (app / "releases" / "1.0" / "VERSION").write_text("1.0\n")
        (app / "current").symlink_to(f"{APP}/releases/1.0")
        for file, content in {
            "running": "",
            "app.conf": "release = 1.0\n",
            "history": "0.9\n1.0\n",
            "count": "7\n",
            "banner": "welcome to 1.0\n",
            "schema.1": "rows\n",
        }.items():
            (app / file).write_text(content)
        (app / "banner").chmod(0o640)

    def ledger(self, name: str) -> list[str]:
        """What ran on a machine, in order."""
        path = self.machines[name].at(LEDGER)
        return path.read_text().splitlines() if path.exists() else []

    def state(self, name: str) -> dict[str, str]:
        """Every file, link and mode of a machine's application."""
        app = self.machines[name].at(APP)
        return {str(path.relative_to(app)): _told(path) for path in sorted(app.rglob("*"))}

    def plan(self, name: str = "app-1.1", **more: Any) -> str:
        """Write a plan, ten steps if nothing else is said, and give its path."""
        whole: Written = {
            "plan": name,
            "title": "应用升级",
            "site": "icu",
            "from": "1.0",
            "to": "1.1",
            "content": "升级应用",
            "reason": "需求",
            "impact": "短暂停机",
            "window": window(-10, 360),
            "approvers": [APPROVER],
            "supervisor": SUPERVISOR,
            "tests": "通过",
            "risks": [{"risk": "失败", "measure": "回退"}],
            "artefacts": {"release": {"file": "release.bin", "sha256": sha256(_release("1.1")).hexdigest()}},
            "steps": ten_steps(),
            "verify": verify(),
            **more,
        }
        path = self.plans / f"{name}.yaml"
        path.write_text(written(whole), "utf-8")
        return f"plans/{name}.yaml"

    @property
    def approval(self) -> list[str]:
        """The words of an approval."""
        (self.desk.root / "approval.txt").write_text("同意\n")
        return ["--by", APPROVER, "--text", "同意", "--evidence", "approval.txt"]

    def approve(self, plan: str) -> Done:
        """Put an approval on record."""
        return self.desk.run("upgrade", "approve", plan, *self.approval)

    def start(self, plan: str, *words: str, **environ: str) -> Going:
        """Begin a run and come back at once."""
        return self.desk.start("upgrade", "run", plan, "--supervisor", SUPERVISOR, "--yes", *words, **environ)

    def run(self, plan: str, *words: str, limit: float = 120) -> Done:
        """Run a plan to its end."""
        return self.start(plan, *words).wait(limit)

    def upgrade(self, plan: str, *words: str) -> Done:
        """Approve and run."""
        approved = self.approve(plan)
        assert approved.code == 0, approved.err
        return self.run(plan, *words)

    def status(self, *words: str) -> Written:
        """The latest run, or the one that is named, as JSON."""
        return self.desk.run("upgrade", "status", *words, "--format", "json").object

    def journals(self) -> list[Path]:
        """Every journal of this desk."""
        return sorted((self.desk.root / ".hmaint" / "upgrades").glob("*/journal.jsonl"))


def _release(version: str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as packed:
        for name, content in {"VERSION": f"{version}\n".encode(), "app": b"#!/bin/sh\necho app\n"}.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return made.getvalue()


def _told(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    mode = oct(path.stat().st_mode & 0o7777)
    return f"{mode} folder" if path.is_dir() else f"{mode} {sha256(path.read_bytes()).hexdigest()[:12]}"


def _clear(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def doubles(ledger: Sequence[str]) -> list[str]:
    """What ran more than once."""
    return sorted({line for line in ledger if ledger.count(line) > 1})
