"""Every PowerShell text that is sent: sound, only looking, and within the versions it claims."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import hmaint.transport.powershell
from hmaint.engine import facts_windows
from hmaint.model.playbook import Step
from hmaint.step import powershell, windows
from tests.checks.hosts import catalogue
from tests.checks.windows_language import COM, COMMON, HARMLESS, METHODS, OWN_POWERSHELL, READING, SINCE, read

STEPS = [step for step in catalogue("checks/windows").steps if step.do == "powershell"]
TEXTS = {
    **{step.id: step.args.script for step in STEPS},  # type: ignore[attr-defined] # these have PowershellArgs
    "facts": facts_windows.FACTS.script,
    "services": windows.SERVICES,
    "processes": windows.PROCESSES,
    "ports": windows.PORTS,
    "administrator": powershell._ADMINISTRATOR,
}
RUNNER = Path(hmaint.transport.powershell.__file__).with_name("runner.ps1").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_sound_powershell(name: str) -> None:
    assert read(TEXTS[name]).faults == []


@pytest.mark.parametrize("name", TEXTS)
def test_text_only_looks(name: str) -> None:
    text = read(TEXTS[name])
    for command, _ in text.commands:
        if command not in text.functions:
            assert command in HARMLESS or command.startswith(READING), f"{name}: {command}"
    assert text.methods <= METHODS, f"{name}: {sorted(text.methods - METHODS)}"
    assert text.com <= COM
    assert not text.redirected
    assert [a for a in text.assigned if not re.fullmatch(r"\$\w+|\$filter\.\w+", a)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_text_uses_nothing_that_the_oldest_claimed_version_lacks(name: str) -> None:
    step = next((step for step in STEPS if step.id == name), None)
    text = read(TEXTS[name])
    for command, given in text.commands:
        if command not in text.functions:
            since, parameters = SINCE[command]
            assert since <= oldest(step), f"{name}: {command} needs PowerShell {since}"
            assert given <= parameters | COMMON, f"{name}: {command} {sorted(given - parameters)}"


def oldest(step: Step | None) -> float:
    """The PowerShell on the oldest Windows a step claims: that of 2008 R2 unless its `when` names a build."""
    claimed = re.fullmatch(r"host\.build >= (\d+)", step.when) if step and step.when else None
    return OWN_POWERSHELL[int(claimed[1])] if claimed else 2.0


def test_a_cmdlet_that_came_later_is_noticed() -> None:
    assert SINCE["ConvertTo-Json"][0] > oldest(None)
    later = next(step for step in STEPS if step.id == "windows.disk.physical")
    assert oldest(later) == 3.0


@pytest.mark.parametrize(
    "script",
    [
        "Set-Service -Name w32time -Status Running",
        "Get-Service | Stop-Service",
        "Remove-Item C:\\x",
        "Get-WmiObject -Class Win32_Service | ForEach-Object { $_.StopService() }",
        "[IO.File]::Delete('C:\\x')",
        "$env:PATH = 'x'",
        "$service.StartMode = 'Disabled'",
        "Get-Date > C:\\x",
        "New-Object -ComObject WScript.Shell",
        "iex 'x'",
        "net user",
    ],
)
def test_a_text_that_would_change_something_does_not_pass(script: str) -> None:
    with pytest.raises(AssertionError):
        check_looks(script)


def check_looks(script: str) -> None:
    TEXTS["planted"] = script
    try:
        test_text_only_looks("planted")
    finally:
        del TEXTS["planted"]


@pytest.mark.parametrize("part", ["whole", "words", "work"])
def test_the_runner_is_sound_powershell_of_version_two(part: str) -> None:
    inner = re.findall(r"@'\n(.*?)\n'@", RUNNER, re.DOTALL)
    assert len(inner) == 2
    text = read({"whole": RUNNER, "words": inner[0], "work": inner[1]}[part])
    assert text.faults == []
    own = set().union(*(read(piece).functions for piece in (RUNNER, *inner)))
    own |= {"([ScriptBlock]::Create($words))", "([ScriptBlock]::Create($fragment))"}
    for command, given in text.commands:
        if command not in own:
            since, parameters = SINCE[command]
            assert since <= 2.0
            assert given <= parameters | COMMON


def test_the_runner_writes_nowhere_but_to_its_own_streams() -> None:
    text = read(RUNNER)
    changed = {a for a in text.assigned if not re.fullmatch(r"\$\w+(, \$\w+)*", a)}
    assert changed == {
        "[Diagnostics.Process]::GetCurrentProcess().PriorityClass",
        "$shell.Runspace",
    }
    assert not text.redirected


def test_every_check_says_what_right_it_needs_and_where_its_threshold_comes_from() -> None:
    for step in catalogue("checks/windows").steps:
        assert step.privilege, step.id
        assert step.source, step.id
        assert step.advice, step.id
        assert step.tags, step.id
        assert step.on.match["platform"] == ("windows",), step.id


def test_the_catalogue_is_as_wide_as_was_promised() -> None:
    assert len(catalogue("checks/windows").steps) >= 30
