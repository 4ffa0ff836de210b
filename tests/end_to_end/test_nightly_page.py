"""The very lines of docs/how-to/nightly.md, run: whoever copies them gets what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import tree_sitter_powershell
import yaml
from tree_sitter import Language, Parser

from hmaint.load.inventory import load_inventory
from tests.end_to_end.desk import HMAINT
from tests.end_to_end.test_nightly import Ward

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "nightly.md"
PROGRAM, WORKSPACE = "/srv/hmaint/.venv/bin/hmaint", "/srv/hmaint/my-hospital"


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind."""
    found = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found, kind
    return found


def placed(text: str, ward: Ward) -> str:
    """A line of the page with this machine's places in it."""
    return text.replace(PROGRAM, str(HMAINT)).replace(WORKSPACE, str(ward.root))


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(tmp_path / "desk")


def cron(line: str, ward: Ward) -> subprocess.CompletedProcess[str]:
    """Run a line of a crontab in the environment cron gives, which is next to none."""
    command = line.split(" ", 5)[5]
    assert "%" not in command, "cron makes a line end of it"
    bare = {"HOME": str(ward.folder), "LOGNAME": "hmaint", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    return subprocess.run(  # noqa: S603 - the line under test
        ["/bin/sh", "-c", placed(command, ward)],
        env=bare,
        cwd=ward.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_line_for_cron_runs_in_crons_bare_environment_and_mails_only_what_is_not_fine(ward: Ward) -> None:
    (line,) = [each for each in blocks("cron")[0].splitlines() if each[:1].isdigit()]
    done = cron(line, ward)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    ward.spoil("lis")
    done = cron(line, ward)
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("【严重】检验系统（lis）备份核验：1 份中 1 份异常\n● lis-full：严重\n")
    private = ward.root / ".hmaint"
    assert {path.stat().st_mode & 0o077 for path in private.rglob("*") if path.is_file()} == {0}


def test_the_mail_on_the_page_is_what_a_mail_looks_like(ward: Ward) -> None:
    shown = blocks("text")[0].splitlines()
    ward.spoil("lis")
    said = ward.run("backup-verify", "--site", "lis", "--quiet").out.splitlines()
    assert said[1:4] == shown[1:4]
    assert said[-1][:5] == shown[-1][:5]


def test_the_units_are_taken_by_systemd_and_start_what_cron_starts(ward: Ward, tmp_path: Path) -> None:
    files = {re.match(r"# /etc/systemd/system/(\S+)", text).group(1): text for text in blocks("ini")}  # type: ignore[union-attr]  # each begins so
    assert set(files) == {"hmaint-night.service", "hmaint-night.timer", "hmaint-failed.service"}
    start = re.search(r"^ExecStart=(.+)$", files["hmaint-night.service"], re.MULTILINE)
    assert start is not None
    assert start[1] in blocks("cron")[0]
    for words in ("Persistent=true", "RandomizedDelaySec="):
        assert words in files["hmaint-night.timer"]
    assert "OnFailure=hmaint-failed.service" in files["hmaint-night.service"]
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("this machine has no systemd-analyze")
    for name, text in files.items():
        (tmp_path / name).write_text(placed(text, ward).replace("User=hmaint\n", ""), "utf-8")
    done = subprocess.run(  # noqa: S603 - our own files
        [analyze, "verify", "--man=no", *(str(tmp_path / name) for name in files)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "hmaint" in line], done.stderr


def test_the_task_for_windows_is_powershell_and_starts_what_hmaint_takes(ward: Ward) -> None:
    text = blocks("powershell")[0]
    parser = Parser(Language(tree_sitter_powershell.language()))
    assert not parser.parse(text.encode()).root_node.has_error
    arguments = re.search(r"-Argument '([^']+)'", text)
    assert arguments is not None
    place = ward.folder / "night.json"
    words = (
        arguments[1]
        .replace(r"C:\hmaint\my-hospital", str(ward.root))
        .replace(r"C:\hmaint\night.json", str(place))
    )
    done = ward.run(*[word for word in words.split() if word not in ("--lang", "zh")])
    assert (done.code, done.out) == (0, "")
    assert '"schema": "hmaint.runs/1"' in place.read_text("utf-8")


def test_the_channels_of_the_page_are_an_inventory(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yaml"
    path.write_text("version: 1\nhospital: {name: 某某医院}\n" + blocks("yaml")[0], "utf-8")
    notify = load_inventory(path).notify
    assert [each.medium for each in notify.channels] == ["mail", "wecom", "dingtalk", "json"]
    assert notify.repeat == 86_400


def test_the_line_for_pollers_answers_as_the_page_says(ward: Ward) -> None:
    ward.spoil("lis")
    ward.run("backup-verify", "--all", "--quiet")
    first = blocks("console")[0].splitlines()[0].removeprefix("$ hmaint ").split()
    done = ward.run(*first, lang="en")
    assert done.code == 2
    assert done.out.startswith("HMAINT BACKUP CRITICAL - 1 of 3 backups not ok; lis/lis-full: ")
    assert (
        yaml.safe_load(ward.run("backup-verify", "--status", "--format", "json").out)["level"] == "critical"
    )
