"""A command that a test forks is what the system would have started: only the libraries were loaded before."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.end_to_end.desk import Desk
from tests.services import commands

PARENT = Path(commands.__file__).with_name("forks.py")
TOLD = """
import os, signal, sys
print(sys.argv[1:], os.getcwd(), sorted(os.environ.items()), sys.stdin.read(), __name__, sys.path[0])
print([m for m in sys.modules if m.partition(".")[0] == "hmaint"], sys.stdout.encoding, sys.stdout.isatty())
print(sorted(os.listdir("/proc/self/fd"))[:-1], [signal.getsignal(n) for n in (2, 13, 15, 17)], file=sys.stderr)
sys.exit(len(sys.argv))
"""


def run(script: Path, *words: str, forked: bool, environ: dict[str, str]) -> tuple[int, str, str]:
    folder = script.parent
    (folder / "in").write_bytes("密".encode())
    with (
        (folder / "in").open("rb") as given,
        (folder / "out").open("wb") as out,
        (folder / "err").open("wb") as err,
    ):
        process: commands.Process
        argv: Sequence[str] = [str(script), *words]
        if forked:
            process = commands.start(argv, folder, environ, (given, out, err))
        else:
            process = subprocess.Popen(  # noqa: S603 - this very interpreter
                [sys.executable, *argv], cwd=folder, env=environ, stdin=given, stdout=out, stderr=err
            )
        code = process.wait()
    return code, (folder / "out").read_text("utf-8"), (folder / "err").read_text("utf-8")


@pytest.mark.parametrize("lang", ["zh_CN.UTF-8", "C"])
def test_it_sees_the_same_as_a_program_that_the_system_started(tmp_path: Path, lang: str) -> None:
    script = tmp_path / "told.py"
    script.write_text(TOLD, "utf-8")
    environ = {"PATH": "/usr/bin:/bin", "LANG": lang, "TZ": "Asia/Shanghai", "X": "密"}
    forked, alone = (run(script, "a", "密", forked=way, environ=environ) for way in (True, False))
    assert forked[0] == alone[0] == 3
    assert forked == alone
    assert "[] utf-8 False" in forked[1]


def test_its_parent_has_read_nothing_of_hmaint() -> None:
    code = (
        f"import importlib, runpy, sys; names = runpy.run_path({str(PARENT)!r})['_LIBRARIES'];"
        "[importlib.import_module(name) for name in names];"
        "sys.exit(any(name.partition('.')[0] == 'hmaint' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 - this interpreter


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_as_it_ends_any_program(tmp_path: Path, number: signal.Signals) -> None:
    script = tmp_path / "waits.py"
    script.write_text("print('here', flush=True)\nimport time\ntime.sleep(60)\n", "utf-8")
    ends = []
    for forked in (True, False):
        out = tmp_path / f"out{forked}"
        with (
            Path("/dev/null").open("rb") as given,
            out.open("wb") as said,
            (tmp_path / "err").open("wb") as err,
        ):
            process: commands.Process
            if forked:
                process = commands.start([str(script)], tmp_path, {"LANG": "C"}, (given, said, err))
            else:
                process = subprocess.Popen(  # noqa: S603 - this very interpreter
                    [sys.executable, str(script)], env={"LANG": "C"}, stdin=given, stdout=said, stderr=err
                )
        until = time.monotonic() + 30
        while not out.read_bytes() and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(number)
        ends.append(process.wait())
        assert process.poll() == process.returncode
    assert ends == [-number, -number]


def test_what_only_the_interpreter_reads_is_heeded(tmp_path: Path) -> None:
    script = tmp_path / "told.py"
    script.write_text(
        "import sys\nprint(hash('x'), sys.warnoptions, 'near' in ' '.join(sys.path))\n", "utf-8"
    )
    near = tmp_path / "near"
    near.mkdir()
    ends = []
    for seed in ("1", "2"):
        environ = {"LANG": "C", "PYTHONHASHSEED": seed, "PYTHONWARNINGS": "error", "PYTHONPATH": str(near)}
        forked, alone = (run(script, forked=way, environ=environ) for way in (True, False))
        assert forked == alone
        ends.append(forked)
    assert ends[0] != ends[1]


def test_two_at_once_end_each_with_its_own_code(tmp_path: Path) -> None:
    (tmp_path / "ends.py").write_text(
        "import sys, time\ntime.sleep(float(sys.argv[1]))\nsys.exit(int(sys.argv[2]))\n"
    )
    with Path("/dev/null").open("r+b") as none:
        both = [
            commands.start(
                [str(tmp_path / "ends.py"), wait, code], tmp_path, {"LANG": "C"}, (none, none, none)
            )
            for wait, code in (("0.5", "4"), ("0", "5"))
        ]
    assert [process.wait() for process in both] == [4, 5]


def test_a_desk_may_start_its_commands_alone(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "desk")
    desk.alone = True
    alone = desk.run("--version", lang="")
    desk.alone = False
    forked = desk.run("--version", lang="")
    assert (alone.code, alone.out, alone.err) == (forked.code, forked.out, forked.err) == (0, alone.out, "")
