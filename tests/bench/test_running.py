"""What the bench starts is counted, and gone afterwards."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from bench.fleet import find_sshd, fleet, forks_between, make_keys, write_known_hosts
from bench.scene import BENCH

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bench's fleet needs Linux")


def measured(
    folder: Path, *argv: str, what: str = "time", limit: float = 20
) -> dict[str, float | int | None]:
    names = [str(folder / name) for name in ("result", "out", "err")]
    call = [sys.executable, "-I", str(BENCH / "measure.py"), *names, str(limit), what, *argv]
    subprocess.run(call, check=True)  # noqa: S603 - the bench's own script
    told: dict[str, float | int | None] = json.loads((folder / "result").read_text(encoding="ascii"))
    return told


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_detached_child_is_ended_and_its_cpu_time_is_charged_to_the_client(tmp_path: Path) -> None:
    spin = "while :; do :; done"
    leave = f"setsid sh -c '{spin}' >/dev/null 2>&1 & echo $!; sleep 0.5"
    told = measured(tmp_path, "sh", "-c", leave)
    assert told["status"] == 0
    assert told["cpu"] is not None
    assert told["cpu"] > 0.05
    assert not alive(int((tmp_path / "out").read_text(encoding="ascii")))


def test_the_memory_of_children_is_counted(tmp_path: Path) -> None:
    hold = "import time; kept = bytearray(b'x') * 60_000_000; time.sleep(0.6)"
    told = measured(
        tmp_path,
        *("sh", "-c", f'"{sys.executable}" -c "{hold}" & "{sys.executable}" -c "{hold}"; wait'),
        what="memory",
    )
    assert told["peak_kb"] is not None
    assert told["peak_kb"] > 110_000


def test_a_client_that_does_not_end_is_ended_and_has_no_status(tmp_path: Path) -> None:
    told = measured(tmp_path, "sleep", "30", limit=0.3)
    assert told["status"] is None
    assert told["wall"] is not None
    assert 0.3 <= told["wall"] < 5


def test_forks_are_counted_over_the_end_of_the_pids() -> None:
    assert forks_between(1000, 1450, 32768) == 450
    assert forks_between(32700, 350, 32768) == 118
    assert forks_between(None, 5, 32768) is None


@pytest.fixture
def _sshd() -> None:
    if find_sshd() is None:
        if os.environ.get("HMAINT_SERVICES") == "optional":
            pytest.skip("sshd")
        pytest.fail("sshd is not installed")


@pytest.mark.usefixtures("_sshd")
def test_a_fleet_answers_by_its_key_counts_forks_and_leaves_nothing_running(tmp_path: Path) -> None:
    make_keys(tmp_path)
    with fleet(tmp_path, 2) as servers:
        known = write_known_hosts(tmp_path, servers.hosts)
        port = servers.hosts[1].port
        before = servers.reading().last_pid
        options = [
            "-i",
            str(tmp_path / "client_key"),
            "-o",
            f"UserKnownHostsFile={known}",
            "-o",
            "BatchMode=yes",
        ]
        call = ["ssh", "-F", "none", *options, "-p", str(port), "127.0.0.1", "echo $SSH_CONNECTION; (:)"]
        said = subprocess.run(call, check=True, capture_output=True, text=True)  # noqa: S603 - a fixed command line
        assert said.stdout.split()[-1] == str(port)
        if servers.counted:
            after = servers.reading().last_pid
            assert before is not None
            assert after is not None
            assert 3 <= after - before <= 5  # the connection, its sandbox, the shell, `(:)`
    for host in servers.hosts:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host.address, host.port), timeout=5)


@pytest.mark.usefixtures("_sshd")
def test_a_bench_that_is_killed_takes_its_fleet_along(tmp_path: Path) -> None:
    start = (
        "import sys, time; from pathlib import Path; from bench.fleet import fleet, make_keys\n"
        "folder = Path(sys.argv[1]); make_keys(folder)\n"
        "with fleet(folder, 1) as servers:\n"
        "    print(servers.hosts[0].port, servers.keeper.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", start, str(tmp_path)], cwd=BENCH.parent, stdout=subprocess.PIPE, text=True
    ) as bench:
        assert bench.stdout is not None
        port, _ = (int(word) for word in bench.stdout.readline().split())
        bench.send_signal(signal.SIGKILL)
        bench.wait()
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except ConnectionRefusedError:
            return
        subprocess.run(["sleep", "0.05"], check=True)  # noqa: S607 - as good as any
    pytest.fail("sshd outlived the bench")
