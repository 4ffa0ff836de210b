"""Runs a fragment in a real shell of each kind that hospitals have, and as a user without rights."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from hmaint.app.kinds import KINDS
from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Host, Site
from hmaint.model.look import Fragment, Reply, Seen, Table
from hmaint.step.kind import Context
from tests.step.given import arguments

SHELLS = {name: words for name, words in {
    "dash": ("dash",), "bash": ("bash", "--posix"), "busybox": ("busybox", "sh"),
}.items() if shutil.which(words[0])}  # fmt: skip
NOBODY = 65534
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=CHINA)
HOST = Host("icu-app-1", "icu")
SITE = Site("icu", "重症监护系统", hosts=(HOST,))

every_shell = pytest.mark.parametrize("shell", sorted(SHELLS))
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def alone(fragment: Fragment) -> str:
    """The fragment as a script of its own, which writes what it holds back."""
    return f'{fragment.script}\nprintf %s "$held"' if fragment.inline else fragment.script


def run(fragment: Fragment, shell: str = "dash", *, nobody: bool = False, path: str = "") -> Reply:
    """What the fragment prints in that shell, as a door would hand it over."""
    paths = path or "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    done = subprocess.run(  # noqa: S603 - scripts of our own
        [shutil.which(SHELLS[shell][0]) or shell, *SHELLS[shell][1:], "-c", alone(fragment)],
        capture_output=True,
        check=False,
        env={"LC_ALL": "C", "PATH": paths, "TZ": "Asia/Shanghai"},
        stdin=subprocess.DEVNULL,
        timeout=60,
        user=NOBODY if nobody else None,
        group=NOBODY if nobody else None,
        extra_groups=[] if nobody else None,
    )
    return Reply(Seen.OBSERVED, done.stdout, done.stderr, done.returncode)


def let_in(folder: Path) -> None:
    """Let every user of this machine into a test's folder, which pytest keeps to its owner."""
    for each in (folder, *folder.parents):
        if each == folder or each.name.startswith(("pytest-", "popen-")):
            each.chmod(0o755)


def context(host: Host = HOST, *, since: datetime | None = None, now: datetime | None = NOW) -> Context:
    return Context(host, SITE, {}, {}, now, since)


def ask(kind: str, given: Mapping[str, object], where: Context | None = None) -> Fragment:
    """The one fragment a step asks."""
    made = KINDS[kind]
    (fragment,) = made.ask(arguments(made.args, given), where or context())
    assert isinstance(fragment, Fragment)
    return fragment


def read(kind: str, given: Mapping[str, object], reply: Reply, where: Context | None = None) -> Table:
    """What a step reads out of that reply."""
    made = KINDS[kind]
    return made.read(arguments(made.args, given), where or context(), [reply])


def look(
    kind: str,
    given: Mapping[str, object],
    shell: str = "dash",
    *,
    where: Context | None = None,
    nobody: bool = False,
) -> Table:
    """Ask, run in a real shell, read."""
    return read(kind, given, run(ask(kind, given, where), shell, nobody=nobody), where)
