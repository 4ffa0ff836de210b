"""One measured run of one tool over a running fleet."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.figures import Sample
from bench.fleet import Fleet, forks_between
from bench.scene import BENCH, Command, Scene, Tool

LIMIT_SECONDS = 900.0
TIDY_SECONDS = 10.0
SETTLE_SECONDS = 0.5


def try_tool(tool: Tool, scene: Scene, servers: Fleet, *, memory: bool = False) -> Sample:
    """Run a tool once and check its answers; one that failed comes back as a problem, without figures.

    `memory` looks at the memory of its whole tree, which makes it slower.
    """
    result = scene.folder / f"{tool.name}.json"
    result.unlink(missing_ok=True)
    call = tool.command(scene)
    before, wire = servers.reading(), loopback_bytes()
    _run_measured(tool.name, call, result, scene.folder, "memory" if memory else "time")
    sent = loopback_bytes() - wire
    time.sleep(SETTLE_SECONDS)  # sessions that are still ending count as soon as they have ended
    after = servers.reading()
    forks = forks_between(before.last_pid, after.last_pid, _pid_max())
    told: dict[str, Any] = json.loads(result.read_text(encoding="ascii")) if result.exists() else {}
    count = len(scene.hosts)
    wrong = _problem(tool, scene, told.get("status"))
    if wrong:
        return Sample(tool.name, count, wrong, memory=memory)
    figures = told["wall"], told["cpu"], told["peak_kb"], forks, sent, after.cpu - before.cpu
    return Sample(tool.name, count, "", *figures, memory=memory)


def _run_measured(name: str, call: Command, result: Path, folder: Path, what: str) -> None:
    out, err = folder / f"{name}.out", folder / f"{name}.err"
    argv = [
        sys.executable,
        "-I",
        str(BENCH / "measure.py"),
        str(result),
        str(out),
        str(err),
        str(LIMIT_SECONDS),
        what,
    ]
    with subprocess.Popen(  # noqa: S603 - our own script
        [*argv, *call.argv], cwd=call.cwd, env=dict(call.env)
    ) as measured:
        try:
            measured.wait()
        except KeyboardInterrupt:
            measured.send_signal(signal.SIGINT)  # it ends the client's whole tree before it goes
            measured.wait(TIDY_SECONDS)
            raise


def _problem(tool: Tool, scene: Scene, status: int | None) -> str:
    if status is None:
        return f"not started, or not ended within {LIMIT_SECONDS:.0f} s"
    out = (scene.folder / f"{tool.name}.out").read_text(encoding="utf-8", errors="replace")
    try:
        wrong = tool.problem(scene, status, out)
    except (ValueError, KeyError, TypeError) as unread:
        wrong = f"exit status {status}, answers not readable ({type(unread).__name__}: {unread})"
    if not wrong:
        return ""
    said = (scene.folder / f"{tool.name}.err").read_text(encoding="utf-8", errors="replace").strip()
    return f"{wrong}; {said.splitlines()[-1][:200]}" if said else wrong


def loopback_bytes() -> int:
    """Bytes that went over the loopback interface so far, headers included; other programs' count too."""
    for line in Path("/proc/net/dev").read_text(encoding="ascii").splitlines():
        name, _, numbers = line.partition(":")
        if name.strip() == "lo":
            return int(numbers.split()[0])
    return 0


def _pid_max() -> int:
    return int(Path("/proc/sys/kernel/pid_max").read_text(encoding="ascii"))
