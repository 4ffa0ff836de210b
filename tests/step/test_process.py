"""The kinds `process` and `port` against real listings and this machine."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from hmaint.errors import CouldNotLook
from hmaint.model.look import Reply, Seen
from tests.step.shells import ask, every_shell, look, read, run

HEAD = "    PID    PPID USER     STAT     ELAPSED     TIME   RSS COMMAND         COMMAND\n"


FIRST = "      1       0 root     Ss       09:00:00 00:00:09  1500 systemd         /sbin/init\n"


def listing(name: str, args: str, stat: str = "S", *, first: str = FIRST, age: str = "01:00:00") -> Reply:
    line = f"    900       1 app      {stat}        {age} 00:30:00  2048 {name:15} {args}\n"
    return Reply(Seen.OBSERVED, (HEAD + first + line).encode(), code=0)


@pytest.mark.parametrize(
    ("wanted", "name", "args"),
    [
        ("mysqld", "mysqld", "/usr/sbin/mysqld --basedir=/usr"),
        ("ora_pmon_his", "oracle", "ora_pmon_his"),
        ("tomcat", "java", "/usr/lib/jvm/bin/java -Dcatalina.home=/opt/tomcat9 start"),
        ("icu-server.jar", "java", "java -Xmx4g -jar /opt/icu/icu-server.jar"),
        ("run.sh", "sh", "/bin/sh /opt/icu/run.sh -c conf"),
        ("gunicorn", "python3.9", "/usr/bin/python3.9 /usr/local/bin/gunicorn app"),
        ("very-long-process-name", "very-long-proce", "/opt/very-long-process-name"),
        ("nothing|mysqld", "mysqld", "/usr/sbin/mysqld"),
        ("tmux: server", "tmux: server", "tmux new"),
    ],
)
def test_program_is_found_by_what_people_call_it(wanted: str, name: str, args: str) -> None:
    (row,) = read("process", {"names": [wanted]}, listing(name, args)).rows
    assert (row["name"], row["count"], row["rss_kb"], row["oldest_s"]) == (wanted, 1, 2048, 3600)


@pytest.mark.parametrize(
    ("wanted", "name", "args"),
    [
        ("tomcat", "tail", "tail -f /opt/tomcat/logs/catalina.out"),
        ("tomcat", "bash", "bash -c ps | grep tomcat"),
        ("tomcat", "vim", "vim /opt/tomcat/conf/server.xml"),
        ("mysqld", "mysqld_exporter", "/usr/bin/mysqld_exporter"),
        ("cat", "java", "java -Dx=tomcat"),
    ],
)
def test_somebody_looking_at_a_program_is_not_the_program(wanted: str, name: str, args: str) -> None:
    (row,) = read("process", {"names": [wanted]}, listing(name, args)).rows
    assert row["count"] == 0


def test_zombie_is_no_running_program() -> None:
    (row,) = read("process", {"names": ["mysqld"]}, listing("mysqld", "[mysqld] <defunct>", "Z")).rows
    assert row["count"] == 0


def test_a_program_nobody_sees_where_others_are_hidden_is_not_called_stopped() -> None:
    """As an account without rights sees it where /proc is mounted with hidepid."""
    own = listing("bash", "-bash", first="")
    with pytest.raises(CouldNotLook, match="hidepid") as failure:
        read("process", {"names": ["nginx"]}, own)
    assert failure.value.seen == Seen.DENIED
    assert read("process", {"names": ["bash"]}, own).rows[0]["count"] == 1


def test_how_long_a_program_has_run_is_not_told_where_ps_knows_no_times() -> None:
    reply = Reply(
        Seen.OBSERVED,
        b"PID   PPID  USER     STAT RSS  COMMAND          COMMAND\n"
        b"    1     0 root     S    1500 nginx            nginx\n",
        code=0,
    )
    (row,) = read("process", {"names": ["nginx"]}, reply).rows
    assert (row["count"], row["oldest_s"]) == (1, None)


def test_arguments_with_passwords_never_come_into_a_row() -> None:
    reply = listing("java", "java -Ddb.password=geheim -jar app.jar")
    rows = read("shell", {"shared": "processes", "parse": "ps"}, reply).rows
    assert "geheim" not in str(rows)


def test_listing_of_this_machine_holds_this_test() -> None:
    rows = look("shell", {"shared": "processes", "parse": "ps"}).rows
    assert os.getpid() in {row["pid"] for row in rows}


def test_host_without_processes_has_nothing_to_look_at() -> None:
    with pytest.raises(CouldNotLook, match="processes"):
        ask("process", {})


@every_shell
def test_port_of_this_machine_is_seen(shell: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        rows = look("port", {}, shell).rows
    assert ("tcp", "127.0.0.1", port) in {(row["proto"], row["address"], row["port"]) for row in rows}


@every_shell
def test_port_is_seen_without_any_tool(shell: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        rows = read("port", {}, run(ask("port", {}), shell, path=str(tmp_path))).rows
    assert ("127.0.0.1", port, "") in {(row["address"], row["port"], row["process"]) for row in rows}
