"""The check that the page on Windows servers shows is one that hmaint takes, and that says what it should."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from hmaint.app.kinds import KINDS
from hmaint.load.inventory import load_inventory
from hmaint.load.playbook import load_playbook
from hmaint.transport.powershell import start
from tests.checks.windows_language import read

PAGE = (Path(__file__).parents[2] / "docs/how-to/windows-servers.md").read_text("utf-8")
SITES = "version: 1\nhospital: {name: 某某医院}\nsites:\n  icu:\n"


def blocks() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_check_of_the_page_needs_no_python(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    steps = textwrap.indent(blocks()[1], "  ")
    path.write_text(f"name: own/win\ntitle: x\nvars: {{his_old_minutes: 30}}\nsteps:\n{steps}", "utf-8")
    (step,) = load_playbook(path, workspace=None, kinds=KINDS).steps
    assert read(step.args.script).faults == []  # type: ignore[attr-defined] # PowershellArgs


def test_the_host_of_the_page_is_read(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yaml"
    path.write_text(SITES + textwrap.indent(blocks()[0], "    "), "utf-8")
    (host,) = load_inventory(path).sites["icu"].hosts
    assert (host.platform, host.limits.host, host.services[0]) == ("windows", 300, "MSSQLSERVER")


def test_the_command_that_the_page_announces_is_the_one_that_is_sent() -> None:
    assert start(handed_on=False) in " ".join(PAGE.split())
