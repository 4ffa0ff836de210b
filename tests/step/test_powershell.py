"""The kind `powershell`, and what services, processes and ports are on Windows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pydantic import ValidationError

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Host
from hmaint.model.look import Reply, Seen
from hmaint.step.kind import Context
from tests.checks.windows_hosts import (
    DENIED,
    LOG_DENIED,
    NO_CLASS,
    NO_CMDLET,
    NO_NAMESPACE,
    NOTHING_FOUND,
    WMI_DENIED,
    error,
    out,
)
from tests.step.shells import NOW, SITE, ask, context, read

HOST = Host(
    "his-win-1", "icu", platform="windows", services=("MSSQLSERVER", "W32Time"), processes=("sqlservr",)
)
WHERE = context(HOST)
LOOK = {"script": "Get-Date"}


def seen(reply: Reply) -> str:
    with pytest.raises(CouldNotLook) as failure:
        read("powershell", LOOK, reply, WHERE)
    return str(failure.value.seen)


def test_each_object_is_a_row_with_columns_in_lower_case() -> None:
    table = read("powershell", LOOK, out({"Name": "C:", "Free": 12.5, "Ok": True, "None": None}), WHERE)
    assert table.rows == ({"name": "C:", "free": 12.5, "ok": True, "none": None},)
    assert not table.cut


def test_values_are_bound_before_the_script_and_never_spliced_into_it() -> None:
    nasty = "x'; Stop-Computer; '‘"
    given = {"script": "Get-Date", "values": {"log_name": nasty, "event_ids": [1, 2], "with_all": True}}
    text = ask("powershell", given, WHERE).script
    assert "$log_name = 'x''; Stop-Computer; ''‘‘'\n" in text
    assert "$event_ids = @(1, 2)\n$with_all = $true\n" in text
    assert text.endswith("\nGet-Date\n")


@pytest.mark.parametrize("name", ["args", "input", "pid", "home", "PSHome", "1_a", "a-b", "error_"])
def test_a_name_that_may_be_powershells_own_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        ask("powershell", {"script": "Get-Date", "values": {name: 1}}, WHERE)


@pytest.mark.parametrize(
    ("since", "hours"),
    [
        (None, 168),
        (timedelta(minutes=5), 24),
        (timedelta(hours=30, minutes=1), 31),
        (timedelta(days=90), 744),
    ],
)
def test_since_last_reaches_a_day_back_at_least_and_a_month_at_most(
    since: timedelta | None, hours: int
) -> None:
    where = Context(HOST, SITE, {}, {}, NOW, None if since is None else NOW - since)
    assert f"$since_hours = {hours}\n" in ask("powershell", {**LOOK, "since": "last"}, where).script


def test_since_may_be_a_duration() -> None:
    assert "$since_hours = 36\n" in ask("powershell", {**LOOK, "since": "36h"}, WHERE).script


def test_limits_are_those_of_the_step() -> None:
    fragment = ask("powershell", {**LOOK, "limit": "45s", "output": 2048}, WHERE)
    assert (fragment.limit, fragment.output, fragment.language) == (45, 2048, "powershell")


def test_what_needs_an_administrator_asks_first_whether_it_is_one() -> None:
    text = ask("powershell", {**LOOK, "needs": "administrator"}, WHERE).script
    assert text.index("IsInRole") < text.index("Get-Date")
    reply = out(code=1, errors=[error("denied: 该账号不是本地管理员，看不到全部内容", "OperationStopped")])
    with pytest.raises(CouldNotLook, match="不是本地管理员"):
        read("powershell", LOOK, reply, WHERE)
    assert seen(reply) == Seen.DENIED


@pytest.mark.parametrize(
    "script",
    [
        "Restart-Service w32time",
        "Get-Service | stop-service",
        "$x = Get-Item x; Remove-Item $x",
        "iex $text",
        "Invoke-Expression 'x'",
        "New-Item x",
        "Get-WmiObject x | Invoke-WmiMethod -Name Terminate",
        "(Set-ItemProperty -Path x)",
    ],
)
def test_a_script_that_changes_something_is_refused_when_the_playbook_is_read(script: str) -> None:
    with pytest.raises(ValidationError):
        ask("powershell", {"script": script}, WHERE)


@pytest.mark.parametrize(
    "script",
    [
        "New-Object PSObject",
        "Start-Sleep -Seconds 3",
        "Get-WinEvent -LogName 'Microsoft-Windows-Update-Client/Operational'",
        "Get-Item HKLM:\\SOFTWARE\\Set-Top",
        "(New-TimeSpan -Days 1).TotalHours",
    ],
)
def test_a_script_that_only_looks_is_taken(script: str) -> None:
    assert script in ask("powershell", {"script": script}, WHERE).script


@pytest.mark.parametrize("empty", ["", "x" * 20_000])
def test_a_script_is_neither_empty_nor_endless(empty: str) -> None:
    with pytest.raises(ValidationError):
        ask("powershell", {"script": empty}, WHERE)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (DENIED, Seen.DENIED),
        (LOG_DENIED, Seen.DENIED),
        (error("没有权限", "PermissionDenied"), Seen.DENIED),
        (NO_NAMESPACE, Seen.UNSUPPORTED),
        (NO_CLASS, Seen.UNSUPPORTED),
        (WMI_DENIED, Seen.DENIED),
        ({**WMI_DENIED, "status": "Failed", "message": "常规失败"}, Seen.GARBLED),
        (NO_CMDLET, Seen.UNSUPPORTED),
        (error("absent: 没有安装"), Seen.UNSUPPORTED),
        (error("denied: 不许"), Seen.DENIED),
        (error("拒绝访问", status="AccessDenied", type="System.Management.ManagementException"), Seen.DENIED),
        (error("拒绝访问", code="0x80070005"), Seen.DENIED),
        (error("没有注册类", code="0x80040154"), Seen.UNSUPPORTED),
        (error("无效类", status="InvalidClass"), Seen.UNSUPPORTED),
        (error("找不到路径", "ObjectNotFound", id="PathNotFound,GetItemCommand"), Seen.GARBLED),
        (error("尝试除以零。"), Seen.GARBLED),
        ({}, Seen.GARBLED),
    ],
)
def test_an_error_is_understood_whatever_the_hosts_language(said: dict[str, object], wanted: Seen) -> None:
    for code in (0, 1):
        assert seen(out(code=code, errors=[said])) == wanted


def test_the_worst_error_is_the_one_that_is_told() -> None:
    assert seen(out(code=1, errors=[error("x"), NO_CMDLET, DENIED])) == Seen.DENIED


def test_no_matching_events_is_no_error() -> None:
    assert read("powershell", LOOK, out({"a": 1}, errors=[NOTHING_FOUND]), WHERE).cut is False
    assert read("powershell", LOOK, out(errors=[NOTHING_FOUND]), WHERE).rows == ()


def test_rows_beside_an_error_are_a_part() -> None:
    assert read("powershell", LOOK, out({"a": 1}, errors=[error("x")]), WHERE).cut


def test_rows_before_the_end_of_a_script_that_failed_are_a_part() -> None:
    table = read("powershell", LOOK, out({"a": 1}, code=1, errors=[error("x")]), WHERE)
    assert (table.rows, table.cut) == (({"a": 1},), True)


def test_rows_before_a_refusal_are_not_taken_for_what_was_to_be_seen() -> None:
    with pytest.raises(CouldNotLook, match="试图执行"):
        read("powershell", LOOK, out({"a": 1}, code=1, errors=[DENIED]), WHERE)


PROGRESS = '#< CLIXML\r\n<Objs Version="1.1.0.1"><Obj S="progress" RefId="0"><AV>正在准备</AV></Obj></Objs>\n'
FAILED = (
    '#< CLIXML\r\n<Objs Version="1.1.0.1"><S S="Error">拒绝访问 &lt;x&gt;_x000D__x000A_</S>'
    '<S S="verbose">v</S></Objs>'
)


def test_progress_as_xml_is_no_complaint() -> None:
    noisy = Reply(Seen.OBSERVED, out({"a": 1}).out, PROGRESS.encode(), 0)
    assert not read("powershell", LOOK, noisy, WHERE).cut


def test_errors_as_xml_are_complaints_in_their_own_words() -> None:
    reply = Reply(Seen.OBSERVED, b"", (PROGRESS + FAILED).encode(), 0)
    with pytest.raises(CouldNotLook, match="拒绝访问 <x>") as failure:
        read("powershell", LOOK, reply, WHERE)
    assert "verbose" not in failure.value.reason


def test_errors_around_xml_are_kept() -> None:
    err = json.dumps(DENIED).encode() + b"\n" + PROGRESS.encode() + json.dumps(error("x")).encode() + b"\n"
    assert seen(Reply(Seen.OBSERVED, b"", err, 1)) == Seen.DENIED


def test_output_that_was_cut_loses_its_torn_line_only() -> None:
    raw = b"".join(json.dumps({"n": n}).encode() + b"\n" for n in range(3)) + b'{"n": 4'
    table = read("powershell", LOOK, Reply(Seen.OBSERVED, raw, b"", 0, cut=True), WHERE)
    assert ([row["n"] for row in table.rows], table.cut) == ([0, 1, 2], True)


def test_a_service_stands_as_windows_tells_it() -> None:
    assert "$names = @('MSSQLSERVER', 'W32Time')" in ask("service", {}, WHERE).script
    reply = out(
        {"Name": "mssqlserver", "State": "Running", "StartMode": "Auto", "ExitCode": 0},
        {"Name": "W32Time", "State": "Stop Pending", "StartMode": "Manual", "ExitCode": 1077},
    )
    first, second = read("service", {}, reply, WHERE).rows
    assert (first["name"], first["state"], first["enabled"]) == ("MSSQLSERVER", "active", "enabled")
    assert (second["state"], second["substate"], second["enabled"]) == (
        "stop pending",
        "exit code 1077",
        "manual",
    )


def test_a_service_that_is_not_there_is_not_found_and_a_list_of_others_is_no_answer() -> None:
    some = out({"Name": "MSSQLSERVER", "State": "Stopped", "StartMode": "Auto", "ExitCode": 0})
    assert [row["state"] for row in read("service", {}, some, WHERE).rows] == ["inactive", "not-found"]
    with pytest.raises(CouldNotLook):
        read("service", {}, out({"Name": "Spooler", "State": "Running"}), WHERE)


def test_programs_go_by_their_file_names_with_or_without_their_ending() -> None:
    listing = out(
        {"name": "SQLSERVR.EXE", "pid": 9, "kb": 1000, "age": 60},
        {"name": "sqlservr.exe", "pid": 10, "kb": 24, "age": None},
    )
    names = {"names": ["sqlservr", "java|javaw"]}
    first, second = read("process", names, listing, WHERE).rows
    assert (first["count"], first["rss_kb"], first["oldest_s"]) == (2, 1024, 60)
    assert second["count"] == 0


def test_a_host_without_any_process_was_not_seen() -> None:
    with pytest.raises(CouldNotLook):
        read("process", {}, out(), WHERE)


def test_ports_have_the_columns_that_linux_has() -> None:
    (row,) = read("port", {}, out({"proto": "tcp", "address": "::", "port": 1433}), WHERE).rows
    assert row == {"proto": "tcp", "address": "::", "port": 1433, "process": ""}


@pytest.mark.parametrize("kind", ["service", "process", "port", "powershell"])
def test_windows_is_spoken_to_in_powershell(kind: str) -> None:
    assert ask(kind, LOOK if kind == "powershell" else {}, WHERE).language == "powershell"
