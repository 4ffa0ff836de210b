"""What changed since last time, where a curve is heading, and what is right: as an engineer asks for it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from tests.end_to_end.desk import Desk, Done, Written, words_of
from tests.store.histories import CURVES, FIRST, GROWTH, MONTHS, keep_history

PNG = b"\x89PNG\r\n\x1a\n"


class Ward:
    """One host whose accounts and queue stand in files; `look()` inspects it."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder / "desk")
        self.folder = folder
        self.desk.write_inventory(
            {"icu": {"name": "重症监护系统", "hosts": {"app": {"connection": "local"}}}}
        )
        accounts: Written = {
            "id": "own.accounts",
            "title": "账号",
            "do": "file",
            "on": "hosts",
            "subject": "line",
        }
        accounts |= {
            "with": {"path": str(folder / "accounts")},
            "changed": {"key": ["line"], "new": "warning", "gone": "warning"},
        }
        queue: Written = {"id": "own.queue", "title": "积压", "do": "file", "on": "hosts", "subject": "line"}
        queue |= {
            "with": {"path": str(folder / "queue")},
            "where": "line != 'idle'",
            "found": "critical",
            "says": "{{ line }}",
        }
        empty: Written = {
            **accounts,
            "id": "own.extra",
            "title": "额外",
            "with": {"path": str(folder / "extra")},
            "empty": "ok",
        }
        self.desk.write_playbook("inspect/monthly", [accounts, queue, empty])
        self.put(accounts=["root"], queue=["idle"], extra=[])

    def put(self, **files: list[str] | None) -> None:
        """What stands in the files; None takes one away."""
        for name, lines in files.items():
            path = self.folder / name
            path.unlink(missing_ok=True)
            if lines is not None:
                path.write_text("".join(f"{line}\n" for line in lines), "utf-8")

    def look(self, *words: str) -> Done:
        return self.desk.inspect(*words)

    def diff(self, *words: str) -> Written:
        return self.desk.run("runs", "diff", *words, "--format", "json").object

    @property
    def baseline(self) -> Path:
        return self.desk.root / "baselines" / "icu.yaml"

    def told(self, done: Done) -> set[tuple[str, str, str]]:
        return {(f["check"], f["subject"], f["state"]) for f in done.object["findings"]}


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return Ward(tmp_path)


def test_two_runs_are_compared_by_what_they_saw(ward: Ward) -> None:
    ward.look()
    ward.put(accounts=["root", "eve"], queue=["stuck"])
    ward.look()
    found = ward.diff()
    assert found["schema"] == "hmaint.diff/1"
    assert [(f["check"], f["subject"], f["after"]) for f in found["new"]] == [
        ("own.queue", "stuck", "critical")
    ]
    assert [(c["how"], c["after"], c["level"]) for c in found["configuration"]] == [
        ("added", "eve", "warning")
    ]
    assert found["count"] == 2
    ward.put(accounts=["root"], queue=["idle"])
    ward.look()
    undone = ward.diff("previous", "latest", "--site", "icu")
    assert [(f["check"], f["subject"], f["before"]) for f in undone["gone"]] == [
        ("own.queue", "stuck", "critical")
    ]
    assert [(c["how"], c["before"]) for c in undone["configuration"]] == [("removed", "eve")]


def test_what_could_not_be_looked_at_is_undecided_and_named(ward: Ward) -> None:
    ward.put(queue=["stuck"])
    ward.look()
    ward.put(queue=None)
    ward.look()
    found = ward.diff()
    assert found["gone"] == []
    assert [f["subject"] for f in found["undecided"]] == ["stuck"]
    assert [gap["check"] for gap in found["not_examined"]] == ["own.queue"]
    shown = ward.desk.run("runs", "diff", "--format", "plain").out
    assert "本次未能检查" in shown
    assert "原为：stuck" in shown


def test_runs_of_two_sites_and_a_first_run_are_refused_in_words(ward: Ward) -> None:
    ward.desk.write_inventory({name: {"hosts": {"app": {"connection": "local"}}} for name in ("icu", "his")})
    icu = ward.look().object["run"]
    his = ward.desk.inspect(site="his").object["run"]
    for words, said in (
        ((icu, his), "同一站点"),
        (("previous", icu), "之前没有"),
        (("previous", "previous"), "previous 是相对"),
        (("previous", "latest", "--site", "nowhere"), "nowhere"),
    ):
        done = ward.desk.run("runs", "diff", *words)
        assert (done.code, said in done.err) == (64, True), done.err


def test_what_was_learned_is_what_later_runs_are_held_against(ward: Ward) -> None:
    ward.put(accounts=["root", "tomcat"])
    learned = ward.look("--learn")
    assert "baselines/icu.yaml" in learned.err
    first = ward.baseline.read_text("utf-8")
    assert yaml.safe_load(first)["targets"]["app"] == {
        "own.accounts": [{"line": "root"}, {"line": "tomcat"}],
        "own.extra": [],
    }
    assert ward.told(ward.look()) == set()
    ward.put(accounts=["root", "eve"])
    for state in ("new", "open"):
        told = {("own.accounts", "eve", state), ("own.accounts", "tomcat", state)}
        assert ward.told(ward.look()) == told
    summaries = [f["summary"] for f in ward.look().object["findings"]]
    assert all("偏离基线" in summary for summary in summaries)
    ward.look("--learn")
    assert ward.told(ward.look()) == {
        ("own.accounts", "eve", "resolved"),
        ("own.accounts", "tomcat", "resolved"),
    }
    changed = set(first.splitlines()) ^ set(ward.baseline.read_text("utf-8").splitlines())
    assert changed == {"      - {line: tomcat}", "      - {line: eve}"}


def test_learning_twice_changes_nothing(ward: Ward) -> None:
    ward.look("--learn")
    first = ward.baseline.read_bytes()
    ward.look("--learn")
    assert ward.baseline.read_bytes() == first


def test_what_could_not_be_examined_is_not_learned_and_what_stood_there_stays(ward: Ward) -> None:
    ward.look("--learn")
    ward.put(accounts=None)
    blind = ward.look("--learn")
    assert "账号" in blind.err
    assert yaml.safe_load(ward.baseline.read_text("utf-8"))["targets"]["app"]["own.accounts"] == [
        {"line": "root"}
    ]
    ward.put(accounts=[])
    assert "账号" in ward.look("--learn").err, "an empty reply that must not be empty is nothing to learn"
    assert yaml.safe_load(ward.baseline.read_text("utf-8"))["targets"]["app"]["own.accounts"] == [
        {"line": "root"}
    ]


def test_a_baseline_written_by_hand_counts_and_an_empty_list_means_nothing_may_be_there(ward: Ward) -> None:
    ward.baseline.parent.mkdir()
    ward.baseline.write_text(
        "version: 1\ntargets:\n  app:\n    own.accounts: [{line: root}, {line: nurse}]\n    own.extra: []\n"
    )
    ward.put(extra=["backdoor"])
    found = ward.look()
    assert ward.told(found) == {("own.accounts", "nurse", "new"), ("own.extra", "backdoor", "new")}
    finding = next(f["id"] for f in found.object["findings"] if f["subject"] == "backdoor")
    assert ward.desk.run("finding", "close", finding, "--reason", "看过").code == 0
    assert ("own.extra", "backdoor", "recurring") in ward.told(ward.look()), (
        "a baseline is not changed by closing"
    )


def test_all_of_a_list_that_may_be_empty_is_told_gone(ward: Ward) -> None:
    ward.put(extra=["one", "two"])
    ward.look()
    ward.put(extra=[])
    assert ward.told(ward.look()) == {("own.extra", "one", "new"), ("own.extra", "two", "new")}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("version: 1\ntargets:\n  ap:\n    own.accounts: []\n", "icu.yaml:3:3: "),
        ("version: 1\ntargets:\n  app:\n    own.accounts:\n      - {lime: root}\n", "icu.yaml:5:"),
        ("version: 1\ntargets:\n  app:\n    own.accounts: {line: root}\n", "icu.yaml:4:"),
        ("version: 2\n", "icu.yaml:1:"),
        ("version: 1\ntarget: {}\n", "icu.yaml:2:1: "),
    ],
)
def test_a_wrong_baseline_is_refused_at_its_place_before_anything_is_touched(
    ward: Ward, text: str, place: str
) -> None:
    ward.baseline.parent.mkdir()
    ward.baseline.write_text(text)
    done = ward.look()
    assert done.code == 78
    assert place in done.err
    assert ward.desk.run("runs", "list", "--format", "json").object["runs"] == []


def test_a_finding_is_due_by_the_contract_and_its_whole_life_is_shown(ward: Ward) -> None:
    ward.desk.write_inventory({"icu": {"contract": "icu", "hosts": {"app": {"connection": "local"}}}})
    contracts = ward.desk.root / "contracts"
    contracts.mkdir()
    (contracts / "icu.yaml").write_text(
        "schema: hmaint.contract/1\nid: icu\ntitle: 示例\nrectification: {critical: 1d}\n"
    )
    ward.put(queue=["stuck"])
    ward.look()
    (one,) = ward.desk.run("finding", "list", "--format", "json").object["findings"]
    assert (one["risk"], one["due_from"], one["overdue"]) == ("high", "contract", False)
    assert date.fromisoformat(one["due"]) >= datetime.now().astimezone().date() + timedelta(days=1)
    ward.put(queue=["idle"])
    gone = ward.look().object["run"]
    shown = ward.desk.run("finding", "show", one["id"], "--format", "json").object
    assert (shown["state"], shown["due"]) == ("resolved", None)
    assert shown["resolved"]["run"] == gone
    assert shown["resolved"]["operator"] == "张工"
    assert len(shown["resolved"]["evidence"]) == 64
    words = ward.desk.run("finding", "show", one["id"]).out
    assert f"已整改：{gone}" in words


@pytest.mark.parametrize("wrong", ["{critical: soon}", "{critical: 3}", "{crit: 3wd}", "3wd"])
def test_a_wrong_term_of_a_contract_is_told_with_its_place(ward: Ward, wrong: str) -> None:
    ward.desk.write_inventory({"icu": {"contract": "icu", "hosts": {"app": {"connection": "local"}}}})
    (ward.desk.root / "contracts").mkdir()
    (ward.desk.root / "contracts" / "icu.yaml").write_text(
        f"schema: hmaint.contract/1\nid: icu\ntitle: 示例\nrectification: {wrong}\n"
    )
    ward.put(queue=["stuck"])
    ward.look()
    done = ward.desk.run("finding", "list")
    assert done.code == 78
    assert "icu.yaml:4:" in done.err


def test_what_is_overdue_is_listed_and_leads_the_next_sheet(ward: Ward) -> None:
    ward.put(queue=["stuck"])
    ward.look()
    _age(ward.desk.root, days=40)
    (late,) = ward.desk.run("finding", "list", "--overdue", "--format", "json").object["findings"]
    assert late["overdue"]
    assert late["days_overdue"] > 20
    sheet = words_of(ward.desk.root / ward.look("--report").object["reports"][0])
    assert "逾期未整改的问题（1 项）" in sheet
    assert sheet.index("逾期未整改") < sheet.index("处理建议")
    ward.put(queue=["idle"])
    healed = words_of(ward.desk.root / ward.look("--report").object["reports"][0])
    assert "逾期未整改" not in healed
    assert ward.desk.run("finding", "list", "--overdue", "--format", "json").object["findings"] == []


def _age(root: Path, days: int) -> None:
    """Let everything that is kept have happened so many days earlier."""
    import sqlite3  # noqa: PLC0415 - only here

    with sqlite3.connect(root / ".hmaint" / "records.db") as records:
        for table, column in (("runs", "started_at"), ("sightings", "at"), ("findings", "first_seen")):
            records.execute(f"update {table} set {column} = {column} - ?", (days * 86_400_000_000,))  # noqa: S608 - our own names
    records.close()


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("history"))
    desk.write_inventory({"icu": {"hosts": {"app": {"connection": "local"}}}})
    keep_history(desk.root)
    return desk


def test_a_history_of_twelve_months_tells_the_day_within_a_tenth(history: Desk) -> None:
    found = history.run("runs", "trend", "--site", "icu", "--format", "json").object
    assert (found["schema"], found["method"]) == ("hmaint.trend/1", "Theil–Sen")
    series = {one["subject"]: one for one in found["series"]}
    last = FIRST + timedelta(days=30.4 * (MONTHS - 1))
    for mount in ("/data", "/log"):
        one = series[mount]
        true = (100 - CURVES[mount](MONTHS - 1)) / GROWTH * 30.4
        days = (datetime.fromisoformat(one["full_on"]) - last).total_seconds() / 86400
        assert abs(days / true - 1) < 0.1, mount
        assert one["full_earliest"] < one["full_on"] < one["full_latest"]
        assert "天后写满" in one["summary"]
    assert series["/"]["heading"] == "flat"
    assert series["/"]["summary"].startswith("无趋势")


def test_a_trend_is_plotted_in_the_width_there_is_and_without_colours(history: Desk) -> None:
    for columns in (80, 120):
        done = history.run("runs", "trend", "--site", "icu", "--subject", "/data", COLUMNS=str(columns))
        assert done.code == 0
        assert "\x1b" not in done.out
        plotted = [line for line in done.out.splitlines() if "┤" in line]
        assert plotted
        assert max(len(line) for line in plotted) <= min(columns, 100)
        assert any(line.count("-") > 40 for line in done.out.splitlines()), "the limit is drawn"


def test_a_trend_is_drawn_into_a_file(history: Desk) -> None:
    done = history.run("runs", "trend", "--site", "icu", "--png", "disk.png", limit=120)
    assert (done.code, "disk.png" in done.err) == (0, True)
    drawn = (history.root / "disk.png").read_bytes()
    assert drawn.startswith(PNG)
    assert len(drawn) > 20_000
    refused = history.run("runs", "trend", "--site", "icu", "--png", "nowhere/disk.png", limit=120)
    assert refused.code == 77


def test_a_capacity_makes_a_limit_and_without_one_only_the_slope_is_told(history: Desk) -> None:
    words = ("runs", "trend", "--site", "icu", "--metric", "mysql.size.*", "--format", "json")
    (free,) = history.run(*words).object["series"]
    assert (free["heading"], free["full_on"]) == ("growing", None)
    (bound,) = history.run(*words, "--capacity", "2550").object["series"]
    assert bound["full_on"] is not None


def test_a_figure_nobody_keeps_is_told_with_those_there_are(history: Desk) -> None:
    done = history.run("runs", "trend", "--site", "icu", "--metric", "disk.usedpct")
    assert done.code == 64
    assert "disk.used_pct" in done.err
    assert history.run("runs", "trend", "--site", "nowhere").code == 64


def test_the_shell_is_offered_runs_and_makes_no_records_by_asking(history: Desk, tmp_path: Path) -> None:
    words = {"_HMAINT_COMPLETE": "complete_bash", "COMP_WORDS": "hmaint runs show R-2026", "COMP_CWORD": "3"}
    offered = history.run(lang="", **words).out.split()
    assert f"R-{FIRST + timedelta(days=30.4 * 11):%Y%m%d-%H%M%S}-icu" in offered
    bare = Desk(tmp_path / "bare")
    bare.write_inventory({"icu": {"hosts": {"app": {"connection": "local"}}}})
    bare.run(lang="", **words)
    assert not (bare.root / ".hmaint").exists()


def test_a_report_in_json_is_the_same_in_both_languages(history: Desk) -> None:
    words = ("runs", "trend", "--site", "icu", "--subject", "/", "--format", "json")
    assert json.loads(history.run(*words).out) == json.loads(history.run(*words, lang="en").out)
