"""A step and the platform of the hosts it is for: what goes together, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.app.kinds import KINDS
from hmaint.errors import BadFile
from hmaint.load.playbook import load_playbook
from hmaint.model.playbook import Level, Step

HEAD = "name: own/x\ntitle: x\nvars: {own_days: 90}\nsteps:\n"
LOOK = "{script: Get-Date, values: {most_days: '{{ vars.own_days }}'}}"


def made(folder: Path, do: str, on: str, given: str) -> Step:
    path = folder / "x.yaml"
    text = f"  - id: own.x\n    title: x\n    do: {do}\n    on: {on}\n    with: {given}\n    keep: true\n"
    path.write_text(HEAD + text, "utf-8")
    (step,) = load_playbook(path, workspace=None, kinds=KINDS).steps
    return step


@pytest.mark.parametrize(
    ("do", "on", "given"),
    [
        ("powershell", "{hosts: {platform: windows}}", LOOK),
        ("shell", "hosts", "{run: df}"),
        ("shell", "{hosts: {platform: linux}}", "{run: df}"),
        ("service", "{hosts: {platform: windows}}", "{names: [w32time]}"),
        ("port", "{hosts: {platform: [linux, windows]}}", "{}"),
        ("process", "hosts", "{names: [java]}"),
    ],
)
def test_a_kind_and_a_platform_that_go_together_are_read(
    tmp_path: Path, do: str, on: str, given: str
) -> None:
    assert made(tmp_path, do, on, given).do == do


@pytest.mark.parametrize(
    ("do", "on", "given", "words"),
    [
        ("powershell", "hosts", LOOK, "powershell 不能在 linux 主机上执行"),
        ("powershell", "{hosts: {platform: linux}}", LOOK, "powershell 不能在 linux 主机上执行"),
        ("shell", "{hosts: {platform: windows}}", "{run: df}", "shell 不能在 windows 主机上执行"),
        ("file", "{hosts: {platform: [linux, windows]}}", "{path: /x}", "file 不能在 windows 主机上执行"),
        ("log", "{hosts: {platform: windows}}", "{paths: [/x]}", "log 不能在 windows 主机上执行"),
    ],
)
def test_a_kind_on_the_wrong_platform_is_refused_at_its_place(
    tmp_path: Path, do: str, on: str, given: str, words: str
) -> None:
    with pytest.raises(BadFile) as bad:
        made(tmp_path, do, on, given)
    (fault,) = [fault for fault in bad.value.faults if words in fault.message]
    assert (fault.place.line, fault.place.column) == (7, 9)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("{script: 'Stop-Service x'}", "Stop-Service 会改变系统"),
        ("{script: Get-Date, values: {days: 1}}", "days"),
        ("{script: 'Get-Date {{ vars.own_days }}'}", "script"),
        ("{script: Get-Date, values: {most_days: '{{ vars.own_dais }}'}}", "own_days"),
        ("{script: Get-Date, since: yesterday}", "since"),
    ],
)
def test_what_is_wrong_with_a_script_is_told_when_the_playbook_is_read(
    tmp_path: Path, given: str, words: str
) -> None:
    with pytest.raises(BadFile) as bad:
        made(tmp_path, "powershell", "{hosts: {platform: windows}}", given)
    assert any(words in fault.message for fault in bad.value.faults), str(bad.value)


def test_an_unsupported_look_of_a_script_was_not_examined_unless_the_step_says_otherwise(
    tmp_path: Path,
) -> None:
    assert made(tmp_path, "powershell", "{hosts: {platform: windows}}", LOOK).missing is Level.UNKNOWN
