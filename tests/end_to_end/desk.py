"""An engineer's desk: a workspace, its inventory, and the installed `hmaint` run in it as a user runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import yaml

from tests.services import commands
from tests.services.commands import Process
from tests.services.sshd import Sshd

HMAINT = Path(sys.executable).with_name("hmaint")
Written = dict[str, Any]


class Tagged(str):
    """A `!env NAME` or `!secret NAME` of an inventory."""

    __slots__ = ()


class _Writer(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the library asks
        return True


def _tagged(writer: _Writer, value: Tagged) -> yaml.Node:
    tag, _, name = value.partition(" ")
    return writer.represent_scalar(tag, name)


_Writer.add_representer(Tagged, _tagged)


def written(whole: Written) -> str:
    """What somebody would write into a YAML file, tags and all."""
    return str(yaml.dump(whole, Dumper=_Writer, allow_unicode=True, sort_keys=False))


@dataclass(frozen=True)
class Done:
    """How one command ended, what it said, and the most memory its process ever had, in MB."""

    code: int
    out: str = field(repr=False)
    err: str
    peak_mb: float
    seconds: float

    @property
    def object(self) -> Written:
        """What `--format json` printed."""
        assert self.out.startswith("{"), f"no JSON, exit {self.code}: {self.out}{self.err}"
        printed: Written = json.loads(self.out)
        return printed

    def finding(self, target: str, check: str, subject: str = "") -> Written | None:
        """The one finding of a check on a target, about a subject where one is named."""
        found = [
            f
            for f in self.object["findings"]
            if (f["target"], f["check"]) == (target, check) and subject in (f["subject"], "")
        ]
        assert len(found) <= 1, found
        return found[0] if found else None

    def target(self, name: str) -> Written:
        """What the run says of one target."""
        found: Written = next(t for t in self.object["targets"] if t["name"] == name)
        return found


@dataclass
class Going:
    """A command that has not ended yet."""

    process: Process
    folder: Path
    since: float = field(default_factory=time.monotonic)
    peak_kb: int = 0

    def wait(self, limit: float) -> Done:
        """Let it end by itself; one that does not within so many seconds is a failed test."""
        until = time.monotonic() + limit
        while self.process.poll() is None:
            self.peak_kb = max(self.peak_kb, _peak_kb(self.process.pid))
            if time.monotonic() > until:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"hmaint did not end within {limit:g} s: {self._said('err')[-2000:]}")
            time.sleep(0.02)
        took = time.monotonic() - self.since
        return Done(self.process.returncode, self._said("out"), self._said("err"), self.peak_kb / 1024, took)

    def wait_for(self, words: str, limit: float = 30) -> None:
        """Wait until it has said that on stderr."""
        until = time.monotonic() + limit
        while words not in self._said("err"):
            assert self.process.poll() is None, f"it ended: {self._said('err')}"
            assert time.monotonic() < until, f"it never said {words}: {self._said('err')}"
            time.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the command alone, as kill does."""
        self.process.send_signal(number)

    def _said(self, stream: str) -> str:
        return (self.folder / stream).read_bytes().decode()


def _peak_kb(pid: int) -> int:
    # Not ru_maxrss: that counts the memory of the process which started it, too.
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


class Desk:
    """One workspace; commands run in it see no other home and no other environment than a test gives them."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        self.root = folder / "workspace"
        self.root.mkdir(parents=True)
        home = folder / "home"
        home.mkdir()
        # Spelt out: a desk made for a whole module stands before the fixture that keeps single tests apart.
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LANG": "zh_CN.UTF-8",
            "TZ": "Asia/Shanghai",
            "COLUMNS": "120",
            "HMAINT_OPERATOR": "张工",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **environ,
        }
        self.alone = False
        """Whether its commands are started by nothing but the system, as where their memory is measured."""
        self._runs = 0

    def write_inventory(self, sites: Written, **more: object) -> None:
        """Write inventory.yaml: these sites, one hospital and one vendor."""
        whole = {
            "version": 1,
            "hospital": {"name": "某某医院", "department": "信息科"},
            "vendor": {"name": "某某公司", "project_manager": "王经理"},
            **more,
            "sites": sites,
        }
        text = yaml.dump(whole, Dumper=_Writer, allow_unicode=True, sort_keys=False)
        (self.root / "inventory.yaml").write_text(text, "utf-8")

    def write_playbook(self, name: str, steps: Sequence[Written] = (), **more: object) -> None:
        """Write a playbook of one's own."""
        path = self.root / "playbooks" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = {"name": name, "title": "试验巡检", "mode": "远程", **more, "steps": list(steps)}
        path.write_text(yaml.dump(whole, Dumper=_Writer, allow_unicode=True, sort_keys=False), "utf-8")

    def trust(self, *lines: str) -> None:
        """Make host keys known, as `inventory trust` would."""
        with (self.root / "known_hosts").open("a") as known:
            known.writelines(lines)

    def start(self, *words: str, lang: str = "zh", stdin: bytes = b"", **environ: str) -> Going:
        """Start a command and come back at once; no `lang` leaves the language to the environment."""
        self._runs += 1
        folder = self.folder / "said" / str(self._runs)
        folder.mkdir(parents=True)
        (folder / "in").write_bytes(stdin)
        with (
            (folder / "in").open("rb") as given,
            (folder / "out").open("wb") as out,
            (folder / "err").open("wb") as err,
        ):
            argv = [str(HMAINT), *words, *(["--lang", lang] if lang else [])]
            process = self._process(argv, {**self.environ, **environ}, (given, out, err))
        return Going(process, folder)

    def _process(self, argv: list[str], environ: Written, streams: tuple[IO[bytes], ...]) -> Process:
        if not self.alone:
            return commands.start(argv, self.root, environ, streams)
        given, out, err = streams
        return subprocess.Popen(argv, cwd=self.root, env=environ, stdin=given, stdout=out, stderr=err)  # noqa: S603 - the command under test

    def run(
        self, *words: str, limit: float = 60, lang: str = "zh", stdin: bytes = b"", **environ: str
    ) -> Done:
        """Run a command to its end."""
        return self.start(*words, lang=lang, stdin=stdin, **environ).wait(limit)

    def inspect(self, *words: str, site: str = "icu", limit: float = 60) -> Done:
        """Inspect a site and take the JSON."""
        return self.run("inspect", "--site", site, "--format", "json", *words, limit=limit)

    def bytes_kept(self) -> Iterator[tuple[str, bytes]]:
        """Every file of the workspace with its bytes, Word files also unpacked, and all that was ever said."""
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file() and p.name != "in"):
            yield str(path), path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as parts:
                    yield from ((f"{path}:{name}", parts.read(name)) for name in parts.namelist())


def ssh_host(server: Sshd, **more: object) -> Written:
    """A throwaway server as an inventory describes it."""
    login = {"user": server.user, "key": str(server.key)}
    given = more.pop("ssh", {})
    assert isinstance(given, Mapping)
    return {"address": server.address, "port": server.port, "ssh": {**login, **given}, **more}


def words_of(stored: Path) -> str:
    """The words of a Word file's body."""
    import docx  # noqa: PLC0415 - 100 ms that only tests of sheets need

    body = docx.Document(str(stored))
    cells = [cell.text for table in body.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(p.text for p in body.paragraphs), *cells])
