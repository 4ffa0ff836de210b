"""The laws of the house, each held against a way in which it was once broken: nothing is stated that was not seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from hmaint.app.kinds import KINDS
from hmaint.engine.judge import finding_id, judge
from hmaint.engine.rows import Previous
from hmaint.errors import CouldNotLook
from hmaint.kit.redact import Redactor
from hmaint.load.playbook import load_playbook
from hmaint.model.inventory import Host
from hmaint.model.look import Reply, Row, Seen
from hmaint.model.playbook import Changed, Level
from tests.checks.hosts import NOW as TODAY
from tests.checks.hosts import SAID, catalogue, check, files, later, logs, look, out, stream
from tests.end_to_end.desk import Desk, Done
from tests.engine.steps import NOW, above, case, seen, step
from tests.step.shells import SHELLS, ask, context, every_shell, needs_root, read, run
from tests.step.shells import look as look_really

PORTS = step(Changed(("port",), new=Level.WARNING, gone=Level.CRITICAL), subject="port")
SIZE = step(above("size_mb_delta", 100, 1000), subject="db", delta=("size_mb",), counter=False)


def grown(before: float, now: float, *, at: timedelta = timedelta(hours=-2)) -> Level:
    known = Previous(({"db": "icu", "size_mb": before},), NOW + at)
    return judge(replace(case(SIZE), previous=known), seen({"db": "icu", "size_mb": now})).level


def test_a_database_that_shrank_has_not_grown_by_all_it_holds() -> None:
    assert grown(50_000, 49_999) is Level.OK
    assert grown(50_000, 50_150) is Level.WARNING


def test_growth_since_a_time_that_has_not_come_yet_is_unknown() -> None:
    assert grown(50_000, 50_001, at=timedelta(days=400)) is Level.UNKNOWN


def test_a_change_that_a_person_accepted_is_one_no_more_and_the_others_still_are() -> None:
    accepted = frozenset({finding_id("icu", "demo.check", "icu-app-1", "4444", unseen=False)})
    before: tuple[Row, ...] = ({"port": 22},)
    known = Previous(before, NOW - timedelta(days=30), accepted)
    found = judge(replace(case(PORTS), previous=known), seen({"port": 4444}, {"port": 23}))
    assert {(f.subject, f.level) for f in found.findings} == {
        ("23", Level.WARNING),
        ("22", Level.CRITICAL),
    }


class Ward:
    """A host with a file of accounts whose changes are watched."""

    def __init__(self, folder: Path, **changed: object) -> None:
        self.desk = Desk(folder / "desk")
        self._file = folder / "accounts"
        self.desk.write_inventory({"icu": {"hosts": {"app": {"connection": "local"}}}})
        judged = {"changed": {"key": ["line"], "new": "warning", "gone": "critical", **changed}}
        asked = {"do": "file", "on": "hosts", "with": {"path": str(self._file)}, "subject": "line"}
        self.desk.write_playbook(
            "inspect/monthly", [{"id": "own.accounts", "title": "帐户", **asked, **judged}]
        )

    def look(self, *accounts: str) -> Done:
        self._file.write_text("".join(f"{name}\n" for name in accounts))
        return self.desk.inspect()

    @staticmethod
    def told(done: Done) -> dict[str, str]:
        return {f["subject"]: f["state"] for f in done.object["findings"]}


def test_looking_twice_does_not_heal_a_change_but_undoing_it_does(tmp_path: Path) -> None:
    ward = Ward(tmp_path)
    ward.look("root")
    assert ward.told(ward.look("root", "eve")) == {"eve": "new"}
    again = ward.look("root", "eve")
    assert (again.code, ward.told(again)) == (1, {"eve": "open"})
    undone = ward.look("root")
    assert (undone.code, ward.told(undone)) == (0, {"eve": "resolved"})


def test_closing_a_change_accepts_it_once_and_not_its_going_away_later(tmp_path: Path) -> None:
    ward = Ward(tmp_path)
    ward.look("root")
    (finding,) = ward.look("root", "tomcat").object["findings"]
    assert ward.desk.run("finding", "close", finding["id"], "--reason", "已审批").code == 0
    accepted = ward.look("root", "tomcat")
    assert (accepted.code, ward.told(accepted)) == (0, {})
    gone = ward.look("root")
    assert (gone.code, ward.told(gone)) == (2, {"tomcat": "recurring"})


def test_what_merely_happened_is_told_once(tmp_path: Path) -> None:
    ward = Ward(tmp_path, lasting=False)
    ward.look("boot-1")
    assert ward.look("boot-2").code == 2
    assert ward.look("boot-2").code == 0


LINE = "2026-11-21 09:00:00 kernel: No space left on device\n"


def test_the_second_look_of_a_day_still_tells_what_is_in_the_log() -> None:
    reply = logs({"/var/log/messages": LINE}, missing=["/var/log/syslog"])
    first = look("linux.log.system", reply)
    second = look("linux.log.system", reply, before=first, now=TODAY + timedelta(minutes=5))
    assert [check(each).level for each in (first, second)] == [Level.WARNING, Level.WARNING]
    old = logs({"/var/log/messages": LINE.replace("-21", "-19") + "2026-11-21 09:00:00 crond: ok\n"})
    known = look("linux.log.system", old, before=first, now=TODAY + timedelta(minutes=5))
    assert check(known).level is not Level.WARNING


def test_a_laptop_whose_clock_was_put_back_still_reads_the_log() -> None:
    reply = logs({"/var/log/messages": LINE}, missing=["/var/log/syslog"])
    ahead = look("linux.log.system", reply)
    assert (
        check(look("linux.log.system", reply, before=ahead, now=TODAY - timedelta(days=2))).level
        is Level.WARNING
    )


def test_a_log_nobody_writes_is_not_fine() -> None:
    silent = logs({"/var/log/messages": ""}, missing=["/var/log/syslog"])
    assert check(look("linux.log.system", silent)).level is Level.UNKNOWN
    quiet = logs({"/var/log/messages": "2026-11-21 09:00:00 crond: ok\n"}, missing=["/var/log/syslog"])
    assert check(look("linux.log.system", quiet)).level is Level.OK


def test_a_log_that_was_rotated_meanwhile_resolves_nothing() -> None:
    first = look("linux.log.system", logs({"/var/log/messages": LINE}, missing=["/var/log/syslog"]))
    fresh = logs({"/var/log/messages": "2026-12-20 09:00:00 crond: ok\n"}, missing=["/var/log/syslog"])
    rotated = check(look("linux.log.system", fresh, before=first, now=later()))
    assert (rotated.level, rotated.complete) == (Level.OK, False)


def test_a_journal_read_from_the_last_look_on_is_whole() -> None:
    first = look("linux.log.journal", stream("-- No entries --\n"))
    again = check(look("linux.log.journal", stream("-- No entries --\n"), before=first, now=later()))
    assert (again.level, again.complete) == (Level.OK, True)


@every_shell
def test_a_folder_where_a_log_was_named_is_not_passed_over(shell: str, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("fine\n")
    host = Host("h", "icu", logs=(f"{tmp_path}/a.log", str(tmp_path)))
    rows = look_really("log", {"patterns": {"e": "E"}}, shell, where=context(host)).rows
    assert [(row["count"], row["readable"]) for row in rows] == [(0, True), (None, False)]


@every_shell
def test_a_folder_where_a_file_was_named_is_no_empty_file(shell: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x\n")
    given = {"path": [f"{tmp_path}/a", str(tmp_path)], "optional": True}
    with pytest.raises(CouldNotLook, match="目录"):
        look_really("file", given, shell)
    assert len(look_really("file", {**given, "path": [f"{tmp_path}/*"]}, shell).rows) == 1


DF = "Filesystem Type 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 ext4 1000 100 900 10% /\n"


@pytest.mark.parametrize(
    ("complaint", "level"),
    [
        ("df: /data: Input/output error\n", Level.UNKNOWN),
        ("df: /data: Stale file handle\n", Level.UNKNOWN),
        ("df: /run/user/1000/doc: No such file or directory\n", Level.OK),
    ],
)
def test_a_disk_that_df_could_not_read_is_not_fine_because_the_others_are(
    complaint: str, level: Level
) -> None:
    found = check(look("linux.disk.usage", out(DF, code=1, err=complaint)))
    assert (found.level, found.complete) == (level, level is Level.OK)


@pytest.mark.parametrize("step_id", ["linux.cpu.load", "linux.memory.available", "linux.system.uptime"])
def test_a_linux_without_proc_could_not_be_looked_at(step_id: str) -> None:
    said = SAID.replace("uptime\t864000.00 1\n", "")
    missing = files(missing=["/proc/loadavg", "/proc/meminfo", "/proc/uptime"])
    assert check(look(step_id, missing, said=said)).level is Level.UNKNOWN


@needs_root
@pytest.mark.parametrize("shell", sorted(set(SHELLS) & {"dash", "bash"}))
def test_a_tool_that_only_root_may_run_is_not_called_absent(shell: str) -> None:
    tool = Path("/usr/local/bin/hmaint-test-tool")
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o700)
    try:
        reply = run(ask("shell", {"run": "echo x", "needs": [tool.name]}), shell, nobody=True)
    finally:
        tool.unlink()
    with pytest.raises(CouldNotLook) as caught:
        read("shell", {"run": "echo x", "needs": [tool.name]}, reply)
    assert caught.value.seen == Seen.DENIED


def test_a_program_that_may_not_be_run_is_denied_and_one_that_is_not_there_unsupported() -> None:
    for code, err, how in (
        (126, "sh: 1: lastb: Permission denied", Seen.DENIED),
        (127, "sh: 1: lastb: not found", Seen.UNSUPPORTED),
    ):
        with pytest.raises(CouldNotLook) as caught:
            read("shell", {"run": "lastb"}, Reply(Seen.OBSERVED, b"", err.encode(), code))
        assert caught.value.seen == how


@needs_root
@every_shell
@pytest.mark.skipif(Path("/run/systemd/system").exists(), reason="this machine runs systemd")
def test_an_init_script_that_might_do_anything_is_never_run(shell: str, tmp_path: Path) -> None:
    mark, scripts = (
        tmp_path / "started",
        {"dumb": f"touch {tmp_path}/started\n", "wise": "# status\nexit 3\n"},
    )
    placed = {name: Path(f"/etc/init.d/hmaint-test-{name}") for name in scripts}
    for name, path in placed.items():
        path.write_text("#!/bin/sh\n" + scripts[name])
        path.chmod(0o755)
    try:
        rows = look_really("service", {"names": [path.name for path in placed.values()]}, shell).rows
    finally:
        for path in placed.values():
            path.unlink()
    assert [row["state"] for row in rows] == [None, "inactive"]
    assert not mark.exists()


@pytest.mark.parametrize(
    "line", ["root:abJnggxhB/yWI:17000:0:99999:7:::", "=old:abJnggxhB/yWI:0:0:root:/root:/bin/sh"]
)
def test_an_old_hash_without_dollars_leaves_no_host(line: str) -> None:
    assert "abJnggxhB/yWI" not in Redactor(()).redact(f"x\n{line}\n")
    assert Redactor(()).redact("daemon:*:17000:0:99999:7:::") == "daemon:*:17000:0:99999:7:::"


@pytest.mark.parametrize(
    "line",
    [
        "curl -s -u admin:S3same http://10.1.1.1/",
        "curl --user=admin:S3same http://x/",
        "smbclient //h/s -U icu%S3same",
        "redis-cli -h db -a S3same ping",
        "ipmitool -I lanplus -U root -P S3same sdr",
    ],
)
def test_passwords_of_common_tools_do_not_stand_in_a_list_of_processes(line: str) -> None:
    masked = Redactor(()).redact(f"  12     1 root     Ss   {line}\n")
    assert "S3same" not in masked
    assert line.split(maxsplit=1)[0] in masked


def test_what_only_looks_like_such_a_password_is_kept() -> None:
    for line in ("curl -s http://10.1.1.1:8080/x", "redis-cli -h db info", "curl -u admin http://x/"):
        assert Redactor(()).redact(line) == line


@pytest.mark.parametrize("name", ["checks/mysql", "checks/postgresql", "checks/sqlite"])
def test_what_a_server_has_not_got_is_not_called_inapplicable(name: str) -> None:
    skipping = {each.id for each in catalogue(name).steps if each.missing is Level.SKIPPED}
    # Only a tool's own history may well never have been kept; a view or a variable was renamed by a newer server.
    assert skipping <= {"mysql.backup.xtrabackup", "mariadb.backup.history", "postgresql.jobs.cron"}


def test_an_unknown_that_the_playbook_asked_for_says_why() -> None:
    silent = check(look("linux.log.system", logs({"/var/log/messages": ""}, missing=["/var/log/syslog"])))
    assert [("/var/log/messages" in f.summary, "应 > 0" in f.summary) for f in silent.findings] == [
        (True, True)
    ]


@pytest.mark.parametrize(
    ("step_id", "reply"),
    [
        ("linux.time.sync", out("", code=127, err="chronyc/ntpq/timedatectl: not found\n")),
        ("linux.security.firewall", out("", code=69, err="内核没有模块列表，看不出是否启用了包过滤\n")),
    ],
)
def test_what_every_host_should_have_is_unknown_and_not_inapplicable_where_it_cannot_be_seen(
    step_id: str, reply: Reply
) -> None:
    assert check(look(step_id, reply)).level is Level.UNKNOWN


@pytest.mark.parametrize(
    ("do", "on", "given", "level"),
    [
        ("sql", "databases", "{query: select 1 as n}", Level.UNKNOWN),
        ("file", "hosts", "{path: /etc/icu.conf, parse: lines}", Level.UNKNOWN),
        ("shell", "hosts", "{run: smartctl -H /dev/sda, parse: lines}", Level.SKIPPED),
    ],
)
def test_what_a_playbook_names_and_is_lost_is_unknown_a_tool_that_is_not_there_does_not_apply(
    tmp_path: Path, do: str, on: str, given: str, level: Level
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        f"name: own\ntitle: 自己的检查\nsteps:\n"
        f"  - {{id: own.look, title: 看, do: {do}, on: {on}, with: {given}, keep: true}}\n",
        "utf-8",
    )
    (step,) = load_playbook(path, workspace=None, kinds=KINDS).steps
    assert step.missing is level
