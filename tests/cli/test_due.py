"""`hmaint contract due` as it is typed: formats, exit statuses, files, wrong words."""

from __future__ import annotations

import contextlib
import io
import json
import re
import signal
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hmaint.cli.rim import guarded
from hmaint.duty.days import months_after
from hmaint.kit.clock import CHINA
from hmaint.kit.i18n import speak
from hmaint.kit.width import width
from tests.app.recorded import make_world, run, set_clock
from tests.services.hooks import Hooks

TODAY = datetime.now(CHINA).date()
"""The command asks the laptop's own clock."""
BEGUN = TODAY - timedelta(days=200)
S3 = f"s3:signed: {BEGUN}, end: {months_after(BEGUN, 12) - timedelta(days=1)}"


@dataclass(frozen=True)
class Answer:
    """What one command said, and its exit status."""

    returncode: int
    stdout: str
    stderr: str


def due(folder: Path, *words: str, lang: str = "en") -> Answer:
    """The command within this process: two dozen of them start in the time of one."""
    out, err = io.StringIO(), io.StringIO()
    speak(lang)
    before = signal.getsignal(signal.SIGTERM)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = guarded(["contract", "due", "-w", str(folder), *words], verbose=False)
    finally:
        signal.signal(signal.SIGTERM, before)
        speak("zh")
    return Answer(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site with a contract signed this year, one whose contract has no date, one that names none."""
    root = tmp_path_factory.mktemp("due")
    world = make_world(root, {"icu": "s3", "tj": "s4", "lis": "gone"}, {"s3": S3, "s4": "s4:"})
    set_clock(world, TODAY)
    run(world, TODAY)
    world.records.dispose()
    return root


def test_the_page_says_what_is_overdue_what_comes_and_what_cannot_be_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    page = due(folder)
    assert page.returncode == 2
    assert "Overdue" in page.stdout
    assert "Cannot be told yet" in page.stdout
    assert "contracts/s4.yaml" in page.stdout
    assert "there is no contracts/gone.yaml" in page.stdout
    assert "Traceback" not in page.stderr
    assert max(width(line.rstrip()) for line in page.stdout.splitlines()) <= 100


def test_what_one_clause_missed_again_and_again_is_one_line_and_the_clause_tells_them_all(
    tmp_path: Path,
) -> None:
    world = make_world(
        tmp_path, {"icu": "s1"}, {"s1": f"s1:signed: {BEGUN}, end: {TODAY + timedelta(days=100)}"}
    )
    set_clock(world, TODAY)
    for week in range(6):
        run(world, TODAY - timedelta(days=60 + 7 * week))
    world.records.dispose()
    page = due(tmp_path).stdout
    (line,) = [line for line in page.splitlines() if "R-" in line and "times" in line]
    assert re.search(r"R-\S+ … R-\S+, 6 times", line)
    assert page.count("hmaint report render inspection-report") == 1
    every = due(tmp_path, "--clause", line.split()[-1]).stdout
    assert len(set(re.findall(r"R-\d{8}-\S+", every))) == 6


def test_the_page_is_chinese_where_chinese_is_spoken(folder: Path) -> None:
    page = due(folder, lang="zh")
    assert "已逾期" in page.stdout
    assert "暂时无法判断" in page.stdout
    assert "Overdue" not in page.stdout


def test_json_has_every_item_with_its_state_its_day_and_its_records(folder: Path) -> None:
    found = json.loads(due(folder, "--site", "icu", "--format", "json").stdout)
    assert (found["schema"], found["today"], found["level"]) == ("hmaint.due/1", f"{TODAY}", "critical")
    (site,) = found["sites"]
    month = next(
        each for each in site["dues"] if each["clause"] == "S3-1.1.1" and each["period"] == f"{TODAY:%Y-%m}"
    )
    assert (month["state"], month["late_days"]) == ("met", 0)
    assert [each["performed"] for each in month["met_by"]] == [f"{TODAY}"]
    assert {each["clause"] for each in site["quotas"]} >= {"S3-4.1a"}


def test_nagios_is_one_line_with_figures_and_prometheus_has_each_series_once(folder: Path) -> None:
    line = due(folder, "--all", "--format", "nagios").stdout
    assert line.startswith("HMAINT CRITICAL - ")
    assert line.count("\n") == 1
    assert "'overdue'=" in line
    text = due(folder, "--all", "--format", "prometheus").stdout
    series = [each.rpartition(" ")[0] for each in text.splitlines() if each and not each.startswith("#")]
    assert len(series) == len(set(series)) > 10


def test_a_clause_is_shown_through_its_whole_term_with_its_four_days(folder: Path) -> None:
    page = due(folder, "--site", "icu", "--clause", "S3-1.1.1", "--format", "plain")
    rows = [line for line in page.stdout.splitlines() if re.match(r"\d{4}-\d\d ", line)]
    assert len(rows) == 12
    (met,) = [row for row in rows if f"{TODAY:%Y-%m}" in row and "met" in row]
    assert f"{TODAY}  {TODAY:%m-%d}  -  -" in met


def test_only_what_is_overdue_or_not_well_is_told_where_that_is_asked(folder: Path) -> None:
    found = json.loads(due(folder, "--site", "icu", "--overdue", "--format", "json").stdout)
    assert {each["state"] for each in found["sites"][0]["dues"]} == {"overdue"}
    assert "met" not in due(folder, "--quiet").stdout


def test_a_site_whose_contract_has_no_date_is_unknown_and_no_site_at_all_too(folder: Path) -> None:
    assert due(folder, "--site", "tj").returncode == 3
    assert due(folder, "--site", "lis").returncode == 3


def test_a_calendar_file_is_written_replaced_and_never_over_anything_else(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "到期.ics"
    assert "entries" in due(folder, "--site", "icu", "--ics", str(file)).stderr
    first = file.read_bytes()
    assert first.startswith(b"BEGIN:VCALENDAR\r\n")
    assert first.count(b"BEGIN:VEVENT") > 5
    due(folder, "--site", "icu", "--ics", str(file))
    assert file.read_bytes().count(b"BEGIN:VEVENT") == first.count(b"BEGIN:VEVENT")
    other = tmp_path / "记录.txt"
    other.write_text("不是日历", "utf-8")
    refused = due(folder, "--site", "icu", "--ics", str(other))
    assert (refused.returncode, other.read_text("utf-8")) == (77, "不是日历")


@pytest.mark.parametrize(("words", "status"), [
    (("--site", "icuu"), 64), (("--all", "--site", "icu"), 64), (("--until", "2026-13-01"), 64),
    (("--until", f"{TODAY - timedelta(days=1)}"), 64), (("--clause", "S3-1.1.9"), 64), (("--format", "junit"), 64),
    (("--until", "明天吧"), 64), (("--ics", "/nowhere/at/all.ics"), 77),
])  # fmt: skip
def test_what_makes_no_sense_is_answered_in_one_line(
    folder: Path, words: tuple[str, ...], status: int
) -> None:
    answer = due(folder, *words)
    assert answer.returncode == status, answer.stderr
    assert "Traceback" not in answer.stderr
    assert len([line for line in answer.stderr.splitlines() if line.startswith("hmaint:")]) == 1


def test_a_contract_that_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"icu": "s3"}, {"s3": S3})
    path = world.workspace.root / "contracts" / "s3.yaml"
    path.write_text(path.read_text("utf-8").replace("per: month", "per: fortnight", 1), "utf-8")
    answer = due(tmp_path)
    assert answer.returncode == 78
    assert "s3.yaml:" in answer.stderr


def test_chinese_dates_are_understood(folder: Path) -> None:
    assert due(folder, "--site", "icu", "--until", f"{TODAY.year}年12月31日").returncode == 2


def test_hostile_words_in_a_contract_do_no_harm(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"icu": "s3"}, {"s3": S3})
    path = world.workspace.root / "contracts" / "s3.yaml"
    text = path.read_text("utf-8")
    wild = '"[red]巡检[/red] {{ 7*7 }} \\e[31m | \\n x"'
    path.write_text(text.replace("title: 月度远程巡检", f"title: {wild}", 1), "utf-8")
    for words in ((), ("--format", "nagios"), ("--format", "prometheus"), ("--ics", str(tmp_path / "x.ics"))):
        answer = due(tmp_path, *words)
        assert answer.returncode == 2, answer.stderr
        assert "\x1b" not in answer.stdout
    assert "[red]巡检[/red] {{ 7*7 }}" in due(tmp_path).stdout, (
        "shown as it is written, and nothing is made of it"
    )


def test_a_morning_tells_the_channels_once_and_what_it_tells_is_what_is_due(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"icu": "s3"}, {"s3": S3})
    hooks = Hooks(answer=b"").start()
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text(
        inventory.read_text("utf-8") + f'\nnotify: {{channels: {{desk: {{json: "{hooks.url()}"}}}}}}\n',
        "utf-8",
    )
    world.records.dispose()
    for _morning in range(2):
        answer = due(tmp_path, "--all", "--quiet", "--notify", "--format", "json")
        assert (answer.returncode, answer.stderr) == (2, "")
    due(tmp_path)  # which tells nobody
    (call,) = hooks.calls
    overdue = [d for d in json.loads(answer.stdout)["sites"][0]["dues"] if d["state"] == "overdue"]
    assert call.body["title"].startswith(f"合同义务：{len(overdue)} 项逾期")
    assert (call.body["topic"], call.body["level"], call.body["state"]) == ("contract-due", "critical", "new")
    assert all(each["clause"] in call.body["text"] for each in overdue)
    hooks.stop()


def test_a_channel_that_is_dead_changes_no_answer(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"icu": "s3"}, {"s3": S3})
    inventory = tmp_path / "inventory.yaml"
    inventory.write_text(
        inventory.read_text("utf-8") + '\nnotify: {channels: {desk: {json: "http://127.0.0.1:9/"}}}\n',
        "utf-8",
    )
    world.records.dispose()
    answer = due(tmp_path, "--all", "--quiet", "--notify")
    assert answer.returncode == 2
    assert answer.stderr.startswith("hmaint: icu: not told through desk: 127.0.0.1:9 ")
