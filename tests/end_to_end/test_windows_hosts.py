"""A site of Windows and Linux hosts, inspected by the installed command over real SSH connections."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from hmaint.model.playbook import Level
from tests.checks.hosts import catalogue
from tests.checks.windows_hosts import DENIED, HOST
from tests.checks.windows_recordings import asked, record
from tests.checks.windows_twins import TWINS
from tests.end_to_end.desk import Desk, Done, ssh_host, words_of
from tests.services.fake_windows import POWERSHELL
from tests.services.fixtures import running
from tests.services.sshd import Sshd
from tests.services.windows import Windows

LISTS = {"services": ["MSSQLSERVER", "Tomcat9"], "processes": ["sqlservr"], "ports": [1433, 3389]}
MONTHLY = {step.id for step in catalogue("checks/windows").steps if "monthly" in step.tags}


class Site:
    """The servers of the site, and the desk it is inspected from."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.well, self.ill, self.quiet, self.none = (
            stack.enter_context(running(Windows(shell))) for shell in ("cmd", "powershell", "cmd", "none")
        )
        self.linux = stack.enter_context(running(Sshd()))
        record(self.well, HOST, "2022", ill=False, time=time.time())
        record(self.ill, HOST, "2016", ill=True, time=time.time() - 4000)
        record(self.quiet, HOST, "2008R2", ill=False, time=time.time(), admin=False)
        for _, fragment in asked(replace(HOST, name="quiet")):
            self.quiet.record(fragment.script, errors=[DENIED])
        self.desk = Desk(folder / "desk")
        for server in (self.well, self.ill, self.quiet, self.none, self.linux):
            self.desk.trust(server.known_hosts_line())
        hosts = {
            "win-well": ssh_host(self.well, platform="windows", roles=["db"], **LISTS),
            "win-ill": ssh_host(self.ill, platform="windows", roles=["db"], encoding="gb18030", **LISTS),
            "win-quiet": ssh_host(self.quiet, platform="windows", roles=["db"], **LISTS),
            "win-none": ssh_host(self.none, platform="windows"),
            "linux": ssh_host(self.linux),
        }
        self.desk.write_inventory({"icu": {"name": "重症监护系统", "hosts": hosts}})

    def summaries(self, run: Done, target: str) -> dict[str, tuple[str, str]]:
        """What the record says of every check of one target."""
        with sqlite3.connect(self.desk.root / ".hmaint" / "records.db") as records:
            query = "select id, level, summary from checks where run = ? and target = ?"
            found = records.execute(query, (run.object["run"], target)).fetchall()
        return {check: (level, summary) for check, level, summary in found}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ExitStack() as stack:
        yield Site(tmp_path_factory.mktemp("windows"), stack)


@pytest.fixture(scope="module")
def run(site: Site) -> Done:
    return site.desk.inspect("--playbook", "inspect/monthly", "--report", limit=120)


def test_the_healthy_host_is_looked_at_whole_and_nothing_is_found(site: Site, run: Done) -> None:
    seen = site.summaries(run, "win-well")
    assert set(seen) >= MONTHLY
    wrong = {check: told for check, told in seen.items() if told[0] not in (Level.OK, Level.SKIPPED)}
    assert wrong == {}
    looked = {check for check, (level, _) in seen.items() if level == Level.OK}
    changes = {step for step, twin in TWINS.items() if twin.changed}
    assert looked >= MONTHLY - changes


@pytest.mark.parametrize("step", sorted(MONTHLY - {"windows.time.laptop"}))
def test_every_planted_fault_is_found(site: Site, run: Done, step: str) -> None:
    level, summary = site.summaries(run, "win-ill")[step]
    assert level == (Level.SKIPPED if TWINS[step].changed else TWINS[step].level), summary


def test_a_clock_that_is_off_is_found(run: Done) -> None:
    finding = run.finding("win-ill", "windows.time.laptop")
    assert finding is not None
    assert "-40" in finding["summary"] or "-39" in finding["summary"]


def test_no_linux_check_reaches_a_windows_host_nor_counts_against_it(site: Site, run: Done) -> None:
    for name in ("win-well", "win-ill", "win-quiet", "win-none"):
        assert not [check for check in site.summaries(run, name) if check.startswith("linux.")]
    assert not [check for check in site.summaries(run, "linux") if check.startswith("windows.")]
    assert [check for check in site.summaries(run, "linux") if check.startswith("linux.")]


def test_a_whole_inspection_is_one_command(site: Site, run: Done) -> None:
    assert run.object["run"]
    assert site.well.commands == [POWERSHELL]


def test_an_account_without_rights_is_told_what_it_lacks_and_nothing_is_called_fine(
    site: Site, run: Done
) -> None:
    seen = site.summaries(run, "win-quiet")
    levels = {level for check, (level, _) in seen.items() if check.startswith("windows.")}
    assert levels == {Level.UNKNOWN, Level.SKIPPED}
    assert "试图执行未经授权的操作" in seen["windows.log.cleared"][1]
    assert "Event Log Readers" in seen["windows.log.cleared"][1]


def test_a_host_without_powershell_is_one_finding(run: Done) -> None:
    (finding,) = [f for f in run.object["findings"] if f["target"] == "win-none"]
    assert (finding["check"], finding["level"]) == ("target.contact", "unknown")
    assert "不是内部或外部命令" in finding["summary"]


def test_the_sheet_tells_what_was_found_in_chinese(site: Site, run: Done) -> None:
    (path,) = run.object["reports"]
    words = words_of(site.desk.root / path)
    for said in ("win-ill", "win-none", "意外断电或关机", "计划任务 \\备份数据库", "HIS 接口服务"):
        assert said in words
    assert "\\u" not in words


def test_characters_of_the_host_are_kept_readable(site: Site, run: Done) -> None:
    assert (
        "系统已在未先正常关机的情况下重新启动" in site.summaries(run, "win-ill")["windows.system.shutdown"][1]
    )


def test_a_new_administrator_is_told_by_the_next_run(site: Site, run: Done) -> None:
    assert run.code in (2, 3)
    (fragment,) = [f for step, f in asked(HOST) if step.id == "windows.account.admins"]
    site.well.record(
        fragment.script, rows=[{"member": "HIS-WIN-1\\Administrator"}, {"member": "HIS-WIN-1\\admin2"}]
    )
    again = site.desk.inspect("--playbook", "checks/windows", "--limit", "win-well", limit=60)
    finding = again.finding("win-well", "windows.account.admins", "HIS-WIN-1\\admin2")
    assert finding is not None
    assert finding["level"] == "critical"


def test_ping_reaches_windows_hosts_without_a_step(site: Site) -> None:
    done = site.desk.run("inventory", "ping", "--site", "icu", "--format", "json")
    levels = {target["name"]: target["level"] for target in done.object["targets"]}
    assert levels["win-well"] == levels["win-ill"] == levels["linux"] == "ok"
    assert levels["win-none"] == "unknown"


def test_a_playbook_without_a_step_for_windows_says_that_nothing_was_looked_at(site: Site) -> None:
    done = site.desk.inspect("--playbook", "checks/linux", "--limit", "win-well", limit=60)
    assert (done.code, done.object["level"]) == (3, "unknown")
    (finding,) = done.object["findings"]
    assert "Windows 主机" in finding["summary"]


def test_doctor_reads_an_inventory_with_windows_hosts(site: Site) -> None:
    done = site.desk.run("doctor")
    assert done.code in (0, 1)
    assert "清单" in done.out
