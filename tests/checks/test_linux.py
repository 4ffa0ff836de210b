"""Every check of the Linux catalogue: finds its fault, and leaves the healthy twin alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hmaint.model.look import Reply, Seen
from hmaint.model.playbook import Level
from tests.checks.hosts import HOST, NOW, SAID, catalogue, check, files, later, look, out
from tests.checks.linux_replies import INODES, SS, df
from tests.checks.linux_twins import TWINS

OFFSET = "linux.time.laptop"
"""Judged by a fact of the visit and not by its own reply, so its twins differ in the facts."""
UPTIME = files({"/proc/uptime": "864000.00 1\n"})
STEPS = [step.id for step in catalogue("checks/linux").steps if step.id != OFFSET]


def test_every_check_has_its_twins() -> None:
    assert sorted(TWINS) == sorted(STEPS)


@pytest.mark.parametrize(
    ("ahead", "level"),
    [(0, Level.OK), (59, Level.OK), (-59, Level.OK), (61, Level.WARNING), (-3600, Level.WARNING)],
)
def test_a_host_whose_clock_is_off_is_found(ahead: int, level: Level) -> None:
    told = f"{SAID}time\t{NOW.timestamp() + ahead}\n"
    assert check(look(OFFSET, UPTIME, said=told)).level is level


def test_a_host_that_does_not_tell_its_time_is_not_called_right() -> None:
    assert check(look(OFFSET, UPTIME)).level is Level.UNKNOWN


@pytest.mark.parametrize("step", STEPS)
def test_fault_is_found(step: str) -> None:
    twin = TWINS[step]
    before = look(step, twin.good) if twin.changed else None
    found = check(look(step, twin.bad, before=before, now=later()))
    assert found.level is twin.level, found.summary
    assert found.findings
    assert found.findings[0].summary


@pytest.mark.parametrize("step", STEPS)
def test_healthy_twin_is_left_alone(step: str) -> None:
    twin = TWINS[step]
    before = look(step, twin.good) if twin.changed else None
    found = check(look(step, twin.good, before=before, now=later()))
    assert found.level is twin.fine, found.summary
    assert not found.findings


@pytest.mark.parametrize("step", [step for step, twin in TWINS.items() if twin.changed])
def test_first_look_makes_a_baseline_and_judges_nothing(step: str) -> None:
    found = check(look(step, TWINS[step].bad))
    assert found.level is Level.SKIPPED
    assert "首次" in found.summary


@pytest.mark.parametrize("step", STEPS)
def test_garbage_is_never_fine(step: str) -> None:
    found = check(
        look(step, out("\x7fELF 乱码 garbage\n-bash: line 1: 12345 Segmentation fault\n", code=139))
    )
    assert found.level is Level.UNKNOWN, found.summary


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("seen", [Seen.TIMED_OUT, Seen.DENIED, Seen.UNREACHABLE])
def test_what_was_not_seen_is_unknown(step: str, seen: Seen) -> None:
    found = check(look(step, Reply(seen, reason="没有看到")))
    assert found.level is Level.UNKNOWN
    assert "没有看到" in found.summary


@pytest.mark.parametrize("step", STEPS)
def test_output_in_another_encoding_is_never_fine(step: str) -> None:
    reply = Reply(Seen.OBSERVED, b"\xce\xde\xb7\xa8\xff\n", code=0)
    found = check(look(step, reply))
    assert found.level is Level.UNKNOWN, found.summary


@pytest.mark.parametrize("step", STEPS)
def test_permission_denied_is_unknown_and_says_what_would_help(step: str) -> None:
    found = check(look(step, out("", code=1, err="x: Permission denied\n")))
    if "file" in {s.do for s in catalogue("checks/linux").steps if s.id == step}:
        found = check(look(step, files(refused=["/etc/secret"])))
    assert found.level is Level.UNKNOWN, found.summary
    assert "sudo: true" in found.summary


@pytest.mark.parametrize("step", STEPS)
def test_missing_tool_is_told_by_name_and_skipped_unless_every_linux_has_it(step: str) -> None:
    found = check(look(step, out("", code=127, err="sh: 1: frobnicate: not found\n")))
    asked = next(s for s in catalogue("checks/linux").steps if s.id == step)
    if asked.do != "file":
        assert found.level is asked.missing
        assert found.summary.endswith("未安装 frobnicate")


def test_a_sudo_right_that_is_widened_in_place_is_seen_though_lines_are_masked() -> None:
    narrow = files({"/etc/sudoers": "%ops ALL=(root) NOPASSWD: /usr/sbin/smartctl\n"})
    wide = files({"/etc/sudoers": "%ops ALL=(root) NOPASSWD: ALL\n"})
    found = check(look("linux.account.sudo", wide, before=look("linux.account.sudo", narrow), now=later()))
    assert found.level is Level.WARNING
    assert any("NOPASSWD: ALL" in finding.summary for finding in found.findings)


def test_port_the_inventory_declares_is_missed() -> None:
    host = replace(HOST, ports=(22, 8080))
    found = check(look("linux.network.declared", out(SS), host=host))
    assert found.level is Level.CRITICAL
    assert [finding.subject for finding in found.findings] == ["8080"]


def test_threshold_of_the_site_wins() -> None:
    found = check(look("linux.disk.usage", df(50_000_000), variables={"linux_disk_used_warning": 40}))
    assert found.level is Level.WARNING


def test_load_is_judged_by_the_number_of_cpus() -> None:
    reply = files({"/proc/loadavg": "5.00 5.00 5.00 2/200 1\n"})
    assert check(look("linux.cpu.load", reply)).level is Level.OK  # 4 CPUs


def test_stale_package_lists_are_no_good_news() -> None:
    assert check(look("linux.security.updates", out("# apt \n"))).level is Level.UNKNOWN


def test_btrfs_without_inodes_is_no_problem() -> None:
    assert check(look("linux.disk.inodes", out(INODES.format(used=1, free=999999)))).level is Level.OK


@pytest.mark.parametrize("name", ["inspect/monthly", "inspect/quarterly"])
def test_inspections_hold_the_linux_checks(name: str) -> None:
    held = {step.id for step in catalogue(name).steps}
    wanted = {
        s.id for s in catalogue("checks/linux").steps if name == "inspect/quarterly" or "monthly" in s.tags
    }
    assert wanted <= held
    assert len(wanted) >= 36
