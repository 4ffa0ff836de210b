"""Every check of the Windows catalogue: finds its fault, and leaves the healthy twin alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hmaint.model.look import Reply, Seen
from hmaint.model.playbook import Level
from tests.checks.hosts import catalogue, check, later
from tests.checks.windows_hosts import (
    DENIED,
    HOST,
    NO_CLASS,
    NO_CMDLET,
    NO_NAMESPACE,
    NOTHING_FOUND,
    error,
    facts,
    look,
    out,
)
from tests.checks.windows_twins import (
    BAD_BLOCK,
    SERVICES,
    TWINS,
    accounts,
    log,
    physical,
    ports,
    release,
    volume,
)

OFFSET = "windows.time.laptop"
"""Judged by a fact of the visit and not by its own reply, so its twins differ in the facts."""
STEPS = [step for step in catalogue("checks/windows").steps if step.id != OFFSET]
IDS = [step.id for step in STEPS]
NOW_ROW = out({"now": "2026-11-21T01:30:00Z"})


def test_every_check_has_its_twins() -> None:
    assert sorted(TWINS) == sorted(IDS)


@pytest.mark.parametrize(
    ("ahead", "level"),
    [(0, Level.OK), (59, Level.OK), (-59, Level.OK), (61, Level.WARNING), (-3600, Level.WARNING)],
)
def test_a_host_whose_clock_is_off_is_found(ahead: int, level: Level) -> None:
    assert check(look(OFFSET, NOW_ROW, told=facts(ahead=ahead))).level is level


def test_a_host_that_does_not_tell_its_time_is_not_called_right() -> None:
    assert check(look(OFFSET, NOW_ROW, told=facts(time=None))).level is Level.UNKNOWN


@pytest.mark.parametrize("step", IDS)
def test_fault_is_found(step: str) -> None:
    twin = TWINS[step]
    before = look(step, twin.good) if twin.changed else None
    found = check(look(step, twin.bad, before=before, now=later()))
    assert found.level is twin.level, found.summary
    assert found.findings
    assert found.findings[0].summary
    assert found.findings[0].advice


@pytest.mark.parametrize("step", IDS)
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


@pytest.mark.parametrize("step", IDS)
@pytest.mark.parametrize(
    "reply",
    [
        Reply(Seen.OBSERVED, "\x7fELF 乱码 garbage\n".encode(), b"", 0),
        Reply(Seen.OBSERVED, b'{"name": "x', b"", 0),
        Reply(Seen.OBSERVED, b"[1, 2]\n", b"", 0),
        Reply(Seen.OBSERVED, b"\xce\xde\xb7\xa8\xff\n", b"", 0),
        Reply(Seen.OBSERVED, b"", b"Exception of type 'System.OutOfMemoryException' was thrown.\n", 1),
        Reply(Seen.OBSERVED, b"", b"", 3),
        Reply(Seen.OBSERVED, b"", b"", None),
    ],
)
def test_garbage_is_never_fine(step: str, reply: Reply) -> None:
    found = check(look(step, reply))
    assert found.level is Level.UNKNOWN, found.summary


@pytest.mark.parametrize("step", IDS)
@pytest.mark.parametrize("seen", [Seen.TIMED_OUT, Seen.DENIED, Seen.UNREACHABLE])
def test_what_was_not_seen_is_unknown(step: str, seen: Seen) -> None:
    found = check(look(step, Reply(seen, reason="没有看到")))
    assert found.level is Level.UNKNOWN
    assert "没有看到" in found.summary


@pytest.mark.parametrize("step", [s for s in IDS if b'"covered": true' in TWINS[s].good.out])
def test_a_log_that_was_overwritten_since_the_last_look_is_no_good_news(step: str) -> None:
    twin = TWINS[step]
    for reply, level in ((twin.good, Level.UNKNOWN), (twin.bad, twin.level)):
        torn = replace(reply, out=reply.out.replace(b'"covered": true', b'"covered": false'))
        assert check(look(step, torn)).level is level


@pytest.mark.parametrize("step", STEPS, ids=IDS)
def test_refusal_in_chinese_is_unknown_and_names_the_right_it_needs(step: object) -> None:
    found = check(look(step.id, out(code=0, errors=[DENIED])))  # type: ignore[attr-defined] # a Step
    assert found.level is Level.UNKNOWN
    assert "试图执行未经授权的操作" in found.summary
    assert step.privilege in found.summary  # type: ignore[attr-defined] # a Step


@pytest.mark.parametrize("step", IDS)
def test_no_row_at_all_is_no_good_news(step: str) -> None:
    found = check(look(step, out()))
    assert found.level is not Level.OK
    if found.level is Level.SKIPPED:
        assert step in {"windows.memory.pagefile", "windows.certificate.days", "windows.security.defender"}


@pytest.mark.parametrize("step", IDS)
def test_healthy_rows_beside_an_error_are_only_a_part(step: str) -> None:
    twin = TWINS[step]
    before = look(step, twin.good) if twin.changed else None
    partly = replace(twin.good, err=out(errors=[error("RPC 服务器不可用。")]).err)
    found = check(look(step, partly, before=before, now=later()))
    assert found.level is Level.UNKNOWN, found.summary


@pytest.mark.parametrize("step", STEPS, ids=IDS)
def test_what_this_windows_lacks_is_skipped_only_where_that_is_no_loss(step: object) -> None:
    for absent in (NO_CMDLET, NO_NAMESPACE, NO_CLASS):
        found = check(look(step.id, out(errors=[absent])))  # type: ignore[attr-defined] # a Step
        assert found.level is step.missing  # type: ignore[attr-defined] # a Step
    optional = {
        "windows.disk.physical",
        "windows.security.defender",
        "windows.cluster.nodes",
        "windows.cluster.groups",
    }
    assert (step.missing is Level.SKIPPED) == (step.id in optional)  # type: ignore[attr-defined] # a Step


@pytest.mark.parametrize("step", ["windows.disk.physical", "windows.security.defender"])
def test_what_came_with_a_later_windows_is_not_asked_of_an_older(step: str) -> None:
    found = check(look(step, out(errors=[NO_NAMESPACE]), told=facts("2008R2")))
    assert found.level is Level.SKIPPED
    assert "Windows Server 201" in found.summary


@pytest.mark.parametrize("step", ["windows.disk.physical", "windows.security.defender"])
def test_a_host_that_does_not_tell_its_version_is_not_called_too_old(step: str) -> None:
    assert check(look(step, TWINS[step].good, told=facts(build=None))).level is Level.UNKNOWN


def test_a_log_without_such_events_was_seen() -> None:
    found = check(look("windows.log.cleared", log("Security")))
    assert (found.level, found.summary) == (Level.OK, "未发现")


def test_a_log_that_may_not_be_read_is_not_taken_for_one_without_events() -> None:
    reply = out(code=1, errors=[NOTHING_FOUND, error("denied: 读不到日志 Security", "OperationStopped")])
    found = check(look("windows.log.cleared", reply))
    assert found.level is Level.UNKNOWN
    assert "Event Log Readers" in found.summary


def test_more_events_than_were_read_still_tell_their_finding() -> None:
    flooded = replace(log("System", BAD_BLOCK), err=out(errors=[error("匹配的事件超过 2000 条")]).err)
    assert check(look("windows.disk.events", flooded)).level is Level.CRITICAL
    assert not check(look("windows.disk.events", flooded)).complete


def test_a_volume_that_does_not_tell_its_size_hides_no_full_one() -> None:
    found = check(look("windows.disk.usage", out(volume("C:", 95.0), volume("E:", None))))
    assert found.level is Level.CRITICAL
    assert (
        check(look("windows.disk.usage", out(volume("C:", 10.0), volume("E:", None)))).level is Level.UNKNOWN
    )


@pytest.mark.parametrize(("left", "level"), [(181, Level.OK), (48, Level.WARNING), (None, Level.UNKNOWN)])
def test_a_release_is_judged_by_the_days_it_has_left(left: int | None, level: Level) -> None:
    told = release("Windows Server 2016 Standard", 14393, "2027-01-12", left)
    assert check(look("windows.system.release", told)).level is level


def test_a_host_with_extended_updates_may_say_so() -> None:
    told = release("Windows Server 2012 R2 Standard", 9600, "2023-10-10", -1143)
    own = {"windows_support_days_warning": -1500}
    assert check(look("windows.system.release", told, variables=own)).level is Level.OK


def test_a_health_that_is_not_told_is_not_healthy() -> None:
    assert check(look("windows.disk.physical", physical(None))).level is Level.UNKNOWN


def test_services_that_stop_by_themselves_are_no_fault_and_can_be_added_to() -> None:
    stopped = out(*SERVICES, {**SERVICES[0], "name": "edgeupdate", "state": "Stopped"})
    assert check(look("windows.service.auto", stopped)).level is Level.OK
    own = {"windows_services_ignored": ["edgeupdate", "sppsvc", "Dhcp"]}
    assert check(look("windows.service.auto", stopped, variables=own)).level is Level.OK


def test_a_guest_account_without_password_is_no_fault_while_it_is_disabled() -> None:
    assert check(look("windows.account.password", accounts())).level is Level.OK


def test_ports_of_the_laptop_kind_are_left_out() -> None:
    host = replace(HOST, ports=())
    before = look("windows.network.ports", ports(1433), host=host)
    found = check(look("windows.network.ports", ports(1433, 50000), host=host, before=before, now=later()))
    assert found.level is Level.OK


@pytest.mark.parametrize(
    ("name", "tags"),
    [("inspect/monthly", {"monthly"}), ("inspect/quarterly", {"monthly", "quarterly", "weekly", "security"})],
)
def test_inspections_hold_the_windows_checks(name: str, tags: set[str]) -> None:
    held = {step.id for step in catalogue(name).steps}
    wanted = {step.id for step in catalogue("checks/windows").steps if tags & set(step.tags)}
    assert wanted <= held
    assert len(wanted) >= 25
