"""The whole Linux catalogue on this very machine: nothing garbled, every figure true, planted faults found."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hmaint.app.kinds import KINDS
from hmaint.engine.plan import Job, selects
from hmaint.engine.trip import Tools
from hmaint.engine.visit import Errand, Visit, visit
from hmaint.kit.clock import SystemClock
from hmaint.kit.redact import Redactor
from hmaint.model.inventory import Host, Site
from hmaint.model.look import Fragment, Reply, Row, Seen
from hmaint.model.playbook import Level
from hmaint.model.run import Check
from hmaint.transport.local import LocalDoor
from tests.checks.hosts import catalogue
from tests.step.shells import alone

HERE = Host("laptop", "icu", connection="local", roles=("db",))


def inspect(host: Host, steps: tuple[str, ...] = ()) -> Visit:
    """The catalogue, or some of its steps, on this machine through the real door."""
    playbook = catalogue("checks/linux")
    chosen = tuple(
        step for step in playbook.steps if selects(step.on, host) and (not steps or step.id in steps)
    )
    door = LocalDoor()
    tools = Tools(SystemClock(), KINDS.__getitem__, lambda _: door, _never, _never, Redactor())
    return visit(Errand(Job(host, chosen), Site("icu", "重症监护系统", hosts=(host,)), playbook.vars, tools))


def _never(*_: object) -> None:
    raise AssertionError("a Linux check asked something else than a host")


def levels(seen: Visit) -> dict[str, Check]:
    return {check.id: check for check in seen.checks}


def rows(seen: Visit, step: str) -> tuple[Row, ...]:
    return next(o.table.rows for o in seen.observations if o.step == step)


@pytest.fixture(scope="module")
def whole() -> Visit:
    return inspect(HERE)


def test_no_check_came_out_garbled(whole: Visit) -> None:
    bad = {c.id: c.summary for c in whole.checks if "无法解读" in c.summary or "无法判断" in c.summary}
    assert not bad


def test_every_skipped_check_says_why(whole: Visit) -> None:
    assert all(check.summary for check in whole.checks if check.level is Level.SKIPPED)


def test_memory_is_this_machine(whole: Visit) -> None:
    total = int(Path("/proc/meminfo").read_text().split()[1])
    assert rows(whole, "linux.memory.available")[0]["total_kb"] == total


def test_disks_are_these_disks(whole: Visit) -> None:
    told = {row["mount"]: row for row in rows(whole, "linux.disk.usage")}
    usage = shutil.disk_usage("/")
    assert abs(float(told["/"]["used_pct"] or 0) - 100 * usage.used / (usage.used + usage.free)) < 2


def test_kernel_limits_are_whole_numbers_of_this_kernel(whole: Visit) -> None:
    limit = min(int(Path(f"/proc/sys/kernel/{name}").read_text()) for name in ("threads-max", "pid_max"))
    assert rows(whole, "linux.kernel.threads")[0]["most"] == limit
    assert rows(whole, "linux.memory.swappiness")[0]["value"] == int(
        Path("/proc/sys/vm/swappiness").read_text()
    )
    assert (
        rows(whole, "linux.system.boot")[0]["boot"]
        == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    )


def test_system_is_this_system(whole: Visit) -> None:
    name = next(line for line in Path("/etc/os-release").read_text().splitlines() if line.startswith("ID="))
    assert rows(whole, "linux.system.release")[0]["id"] == name.removeprefix("ID=").strip('"')
    days = float(Path("/proc/uptime").read_text().split()[0]) / 86400
    assert abs(float(rows(whole, "linux.system.uptime")[0]["days"] or 0) - days) < 0.2
    assert ("root", 0) in {(row["user"], row["uid"]) for row in rows(whole, "linux.account.root")}


def test_nothing_secret_is_in_what_is_kept(whole: Visit) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root reads /etc/shadow")
    hashes_here = [line.split(":")[1] for line in Path("/etc/shadow").read_text().splitlines()]
    kept = str([o.table for o in whole.observations])
    assert not [word for word in hashes_here if len(word) > 4 and word in kept]


# ---- planted faults and their healthy twins ----


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("only root mounts")
    place = tmp_path / "full disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], check=False)  # noqa: S603, S607 - a test's own tmpfs
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount")
    yield place
    subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607 - the same


def test_full_disk_is_found_and_an_empty_one_is_not(full_disk: Path) -> None:
    before = {f.subject for f in levels(inspect(HERE, ("linux.disk.usage",)))["linux.disk.usage"].findings}
    (full_disk / "big").write_bytes(b"x" * 1_000_000)
    after = levels(inspect(HERE, ("linux.disk.usage",)))["linux.disk.usage"]
    assert str(full_disk) not in before
    assert [f.level for f in after.findings if f.subject == str(full_disk)] == [Level.CRITICAL]


def certificate(path: Path, days: int) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "icu.example.org")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))


@pytest.mark.parametrize(
    ("days", "level"), [(-3, Level.CRITICAL), (3, Level.CRITICAL), (20, Level.WARNING), (300, Level.OK)]
)
def test_certificate_is_judged_by_its_days(tmp_path: Path, days: int, level: Level) -> None:
    path = tmp_path / "my cert.pem"
    certificate(path, days)
    host = replace(HERE, certificates=(str(path),))
    found = levels(inspect(host, ("linux.security.certificates",)))["linux.security.certificates"]
    assert (found.level, f"{days} 天" in found.summary) == (level, True)


def test_certificate_that_is_not_there_is_not_fine(tmp_path: Path) -> None:
    host = replace(HERE, certificates=(str(tmp_path / "none.pem"),))
    found = levels(inspect(host, ("linux.security.certificates",)))["linux.security.certificates"]
    assert found.level is Level.UNKNOWN


def test_dead_process_is_found_and_a_living_one_is_not() -> None:
    host = replace(HERE, processes=(Path(sys.executable).name, "hmaint-nosuch"))
    found = levels(inspect(host, ("linux.process.expected",)))["linux.process.expected"]
    assert [(f.subject, f.level) for f in found.findings] == [("hmaint-nosuch", Level.CRITICAL)]


def test_fatal_lines_in_a_log_are_found_and_a_quiet_log_is_not(tmp_path: Path) -> None:
    now = f"{datetime.now():%Y-%m-%d %H:%M:%S}"  # noqa: DTZ005 - as a log writes it
    (tmp_path / "bad.log").write_text(f"{now} ERROR\njava.lang.OutOfMemoryError: Java heap space\n")
    (tmp_path / "good.log").write_text(f"{now} INFO 正常\n")
    host = replace(HERE, logs=(f"{tmp_path}/*.log",))
    found = levels(inspect(host, ("linux.log.application",)))["linux.log.application"]
    assert [(f.subject, f.level) for f in found.findings] == [(f"{tmp_path}/bad.log", Level.CRITICAL)]


def test_port_that_is_not_listened_on_is_found() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:  # noqa: S104 - a port the world could see
        here = server.getsockname()[1]
        found = levels(inspect(replace(HERE, ports=(here, 1)), ("linux.network.declared",)))[
            "linux.network.declared"
        ]
    told: Mapping[str, Level] = {f.subject: f.level for f in found.findings}
    assert told.get("1") is Level.CRITICAL
    assert str(here) not in told


def test_files_that_wait_too_long_are_counted_and_never_named(tmp_path: Path) -> None:
    (tmp_path / "lis in").mkdir()
    (tmp_path / "empty").mkdir()
    for name, minutes in (("张三_001.hl7", 70), ("李四_002.hl7", 20), ("new.hl7", 0)):
        path = tmp_path / "lis in" / name
        path.write_text("x")
        stamp = time.time() - minutes * 60
        os.utime(path, (stamp, stamp))
    host = replace(HERE, folders=(str(tmp_path / "lis in"), str(tmp_path / "empty")))
    seen = inspect(host, ("linux.folder.waiting",))
    found = levels(seen)["linux.folder.waiting"]
    assert [(f.subject, f.level) for f in found.findings] == [(str(tmp_path / "lis in"), Level.CRITICAL)]
    told = [(row["files"], row["waiting"], row["stuck"]) for row in rows(seen, "linux.folder.waiting")]
    assert told == [(3, 2, 1), (0, 0, 0)]
    assert "张三" not in str(seen)


def test_a_folder_that_is_not_there_was_not_seen(tmp_path: Path) -> None:
    host = replace(HERE, folders=(str(tmp_path / "gone"),))
    assert levels(inspect(host, ("linux.folder.waiting",)))["linux.folder.waiting"].level is Level.UNKNOWN


def test_files_anybody_may_write_are_found_in_the_folders_of_programs(tmp_path: Path) -> None:
    for name, mode in (("open.jsp", 0o666), ("fine.jsp", 0o644)):
        (tmp_path / name).write_text("x")
        (tmp_path / name).chmod(mode)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp").chmod(0o1777)
    host = replace(HERE, vars={"linux_app_folders": [str(tmp_path)]})
    found = levels(inspect(host, ("linux.security.writable",)))["linux.security.writable"]
    assert [f.subject for f in found.findings] == [str(tmp_path / "open.jsp")]
    (tmp_path / "open.jsp").chmod(0o640)
    assert levels(inspect(host, ("linux.security.writable",)))["linux.security.writable"].level is Level.OK


def test_a_port_open_to_every_address_is_found_and_one_for_this_machine_is_not() -> None:
    with socket.create_server(("0.0.0.0", 0)) as wide, socket.create_server(("127.0.0.1", 0)) as own:  # noqa: S104 - the fault
        wanted = [server.getsockname()[1] for server in (wide, own)]
        host = replace(HERE, vars={"linux_exposed_ports": wanted})
        found = levels(inspect(host, ("linux.security.exposed",)))["linux.security.exposed"]
    assert [f.subject for f in found.findings] == [str(wanted[0])]


def test_an_interface_folder_whose_share_is_gone_is_not_called_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, tools = tmp_path / "in", tmp_path / "bin"
    for each in (folder, tools):
        each.mkdir()
    host = replace(HERE, folders=(str(folder),))
    assert levels(inspect(host, ("linux.folder.waiting",)))["linux.folder.waiting"].level is Level.OK
    for name in ("ls", "find"):
        (tools / name).write_text(
            f"#!/bin/sh\necho '{name}: {folder}: Stale file handle' >&2; exit 1\n", "utf-8"
        )
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    assert levels(inspect(host, ("linux.folder.waiting",)))["linux.folder.waiting"].level is Level.UNKNOWN


HIDING = """\
mount -t proc -o hidepid=2 proc /proc || exit 77
exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c "$1"
"""


class Hidden:
    """This machine as an account without rights sees it where /proc hides the processes of others."""

    def open(self, host: Host, site: Site) -> Hidden:
        del host, site
        return self

    def trip(self, fragments: Sequence[Fragment]) -> tuple[Reply, ...]:
        return tuple(self._run(alone(each)) for each in fragments)

    def _run(self, script: str) -> Reply:
        command = ["unshare", "-m", "sh", "-c", HIDING, "sh", script]
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603 - a text of the catalogue
        if done.returncode == 77:
            pytest.skip("this machine lets nobody mount /proc")
        return Reply(Seen.OBSERVED, done.stdout, done.stderr, done.returncode)

    def close(self) -> None:
        pass


@pytest.mark.skipif(os.getuid() != 0, reason="only root may mount /proc")
@pytest.mark.parametrize("name", ["disk.deleted", "process.zombie", "process.blocked", "process.cpu"])
def test_where_processes_are_hidden_nothing_is_said_of_them(name: str) -> None:
    playbook = catalogue("checks/linux")
    steps = tuple(step for step in playbook.steps if step.id == f"linux.{name}")
    tools = Tools(SystemClock(), KINDS.__getitem__, lambda _: Hidden(), _never, _never, Redactor())
    seen = visit(Errand(Job(HERE, steps), Site("icu", "重症监护系统", hosts=(HERE,)), playbook.vars, tools))
    check = levels(seen)[f"linux.{name}"]
    assert (check.level, "hidepid" in check.summary) == (Level.UNKNOWN, True), check.summary
