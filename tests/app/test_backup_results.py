"""What follows a verification: the chain, the file for pollers, nights nobody looked, and whoever edits verdicts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hmaint.app.backup_beside import ALTERED, checks_beside
from hmaint.app.backup_nights import CHECK, missing_nights
from hmaint.app.backup_notices import changed_results, silent_nights
from hmaint.app.backup_status import Standing, standings
from hmaint.app.backup_verify import spread
from hmaint.app.gather import GATHERERS, Options
from hmaint.app.results import conclude
from hmaint.app.results_check import check_results
from hmaint.app.world import World
from hmaint.duty.nights import told_gap
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.load.workspace import Workspace
from hmaint.model.playbook import Level
from hmaint.model.run import Check, Finding, Metric, RunRecord, TargetResult
from hmaint.store.results import place_of
from tests.services.hooks import Hooks
from tests.store.samples import a_run

INVENTORY = """
version: 1
hospital: {name: 示范医院}
sites:
  icu:
    name: 重症监护系统
    backups:
      icu-full: {path: /backup/icu-%Y%m%d.sql.gz}
      icu-week: {path: /backup/week-%Y%m%d.sql.gz, schedule: weekly, max_age: 8d}
  lis: {name: 检验系统}
"""
DAY = 86_400.0


class Clock:
    """Moves when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 2, 0, tzinfo=CHINA)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0


class Ward:
    """A workspace in which verifications are kept as if they had looked."""

    def __init__(self, folder: Path) -> None:
        (folder / "inventory.yaml").write_text(INVENTORY, "utf-8")
        self.clock = Clock()
        self.folder = folder
        self.private = folder / ".hmaint"
        self.world = self.anew()

    def anew(self) -> World:
        """The world of a further process."""
        workspace = Workspace(self.folder, self.folder / "inventory.yaml")
        return World(workspace, self.clock, {}, "张工", "zhang")

    def begin(self) -> RunRecord:
        run = replace(
            a_run(f"R-{self.clock.time:%Y%m%d-%H%M%S}-icu"), command="backup-verify", playbook="backup-verify"
        )
        run = replace(run, started_at=self.clock.time)
        self.world.records.begin_run(run)
        return run

    def night(self, level: Level = Level.OK, *targets: str) -> RunRecord:
        """One whole verification, every target at that level."""
        run = self.begin()
        names = targets or ("icu-full", "icu-week")
        checks = {name: check(name, level) for name in names}
        for name in names:
            result = TargetResult(name, "backup", level, 12)
            self.world.records.append(run.id, "icu", result, [checks[name]], [])
        self.world.records.finish_run(run.id, self.clock.time + timedelta(minutes=3), level)
        done = self.world.records.run(run.id)
        assert conclude(self.world, done).remarks == ()
        return done

    def status(self, max_age: float = 26 * 3600) -> dict[str, Standing]:
        found = standings(
            Workspace(self.folder, self.folder / "inventory.yaml"), (), max_age, self.clock.time
        )
        return {each.backup: each for each in found}

    def levels(self) -> dict[str, Level]:
        return {name: each.level for name, each in self.status().items()}

    def edit(self, statement: str) -> None:
        """What somebody with a SQLite browser does."""
        self.world.records.dispose()
        with sqlite3.connect(self.private / "records.db") as connection:
            assert connection.execute(statement).rowcount > 0
        connection.close()


def check(name: str, level: Level) -> Check:
    bad = level is not Level.OK
    finding = Finding(f"F-{name}", "backup.container.truncated", name, "", level, "压缩包完整", "不完整")
    return Check(
        "backup.container.truncated",
        name,
        "压缩包完整",
        "备份",
        level,
        "压缩包不完整" if bad else "完整",
        (finding,) if bad else (),
        (Metric(name, "backup.size_bytes", 3, unit="B"),),
    )


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    made = Ward(tmp_path)
    yield made
    made.world.records.dispose()


def test_what_was_never_verified_is_unknown_and_what_was_is_as_it_was_found(ward: Ward) -> None:
    assert set(ward.levels().values()) == {Level.UNKNOWN}
    ward.night(Level.CRITICAL)
    assert ward.levels() == {"icu-full": Level.CRITICAL, "icu-week": Level.CRITICAL}
    assert ward.status()["icu-full"].summary == "压缩包完整：压缩包不完整"
    ward.clock.time += timedelta(hours=1)
    ward.night()
    assert set(ward.levels().values()) == {Level.OK}


def test_a_result_too_old_is_critical_whatever_it_says(ward: Ward) -> None:
    ward.night()
    ward.clock.time += timedelta(hours=25, minutes=59)
    assert set(ward.levels().values()) == {Level.OK}
    ward.clock.time += timedelta(minutes=2)
    assert set(ward.levels().values()) == {Level.CRITICAL}
    assert "超过 26 小时" in ward.status()["icu-full"].summary


def test_a_result_from_the_future_is_unknown(ward: Ward) -> None:
    ward.night()
    ward.clock.time -= timedelta(hours=3)
    assert set(ward.levels().values()) == {Level.UNKNOWN}


def test_a_run_of_one_backup_leaves_the_results_of_the_others_as_old_as_they_are(ward: Ward) -> None:
    ward.night()
    ward.clock.time += timedelta(hours=30)
    ward.night(Level.OK, "icu-full")
    assert ward.levels() == {"icu-full": Level.OK, "icu-week": Level.CRITICAL}


def test_a_verdict_edited_in_the_file_is_critical_for_pollers(ward: Ward) -> None:
    ward.night(Level.CRITICAL)
    path = place_of(ward.private, "icu", "backup-verify")
    path.write_bytes(path.read_bytes().replace(b'"critical"', b'"ok"'))
    assert set(ward.levels().values()) == {Level.CRITICAL}
    assert "记录被改" in ward.status()["icu-full"].summary


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"schema": "hmaint.last-result/1"}', '{"schema": "x"}']
)
def test_a_file_that_is_none_is_never_taken_for_fine(ward: Ward, text: str) -> None:
    ward.night()
    place_of(ward.private, "icu", "backup-verify").write_text(text, "utf-8")
    assert set(ward.levels().values()) == {Level.CRITICAL}


def test_an_old_file_put_back_does_not_hide_what_came_later(ward: Ward) -> None:
    ward.night()
    path = place_of(ward.private, "icu", "backup-verify")
    fine = path.read_bytes()
    ward.clock.time += timedelta(hours=2)
    ward.night(Level.CRITICAL)
    path.write_bytes(fine)
    assert set(ward.levels().values()) == {Level.UNKNOWN}


def test_a_file_that_was_removed_although_the_chain_knows_of_it_is_critical(ward: Ward) -> None:
    ward.night()
    place_of(ward.private, "icu", "backup-verify").unlink()
    assert set(ward.levels().values()) == {Level.CRITICAL}


def test_a_file_cannot_be_vouched_for_by_editing_the_chain(ward: Ward) -> None:
    ward.night(Level.CRITICAL)
    trail = ward.private / "results.jsonl"
    trail.write_bytes(trail.read_bytes().replace(b'"level":"critical"', b'"level":"ok"'))
    assert "结果链" in ward.status()["icu-full"].summary
    assert set(ward.levels().values()) == {Level.CRITICAL}
    assert list(changed_results(ward.world))


def test_yesterdays_failure_edited_to_ok_in_the_records_is_found_by_the_next_run(ward: Ward) -> None:
    run = ward.night(Level.CRITICAL)
    assert list(check_results(ward.anew())) == []
    ward.edit("update checks set level = 'ok', summary = '完整' where target = 'icu-full'")
    ward.clock.time += timedelta(days=1)
    beside = checks_beside(ward.anew(), "icu", ward.clock.time)
    altered = [each for each in beside["icu-full"] if each.id == ALTERED]
    assert [each.level for each in altered] == [Level.CRITICAL]
    assert altered[0].summary.startswith("记录被改")
    assert not any(each.id == ALTERED for each in beside["icu-week"])
    assert [run.id in words and "icu-full" in words for words in check_results(ward.anew())] == [True]


@pytest.mark.parametrize(
    "statement",
    [
        "update targets set level = 'ok'",
        "update runs set level = 'ok'",
        "update runs set started_at = started_at + 1000000",
        "update checks set summary = '完整'",
        "update sightings set body = replace(body, 'critical', 'ok')",
        "update metrics set value = 5",
        "delete from checks where target = 'icu-full'",
        "delete from runs",
    ],
)
def test_whatever_is_changed_in_the_records_no_longer_fits(ward: Ward, statement: str) -> None:
    ward.night(Level.CRITICAL)
    ward.edit(statement)
    assert list(check_results(ward.anew()))


def test_a_chain_cut_short_is_known_to_the_records(ward: Ward) -> None:
    ward.night(Level.CRITICAL)
    ward.clock.time += timedelta(days=1)
    ward.night()
    trail = ward.private / "results.jsonl"
    trail.write_bytes(trail.read_bytes().splitlines(keepends=True)[0])
    assert any("results" in words or "结果" in words for words in check_results(ward.anew()))


def test_what_people_say_and_documents_made_later_change_nothing(ward: Ward) -> None:
    run = ward.night(Level.CRITICAL)
    records = ward.world.records
    records.close("F-icu-full", "已重做备份", "李工", ward.clock.time)
    records.finish_run(run.id, run.finished_at, run.level, ["reports/icu/x.docx"], {"password": 3})
    assert list(check_results(ward.anew())) == []


def test_a_run_that_was_rescued_while_the_records_were_locked_is_vouched_for_all_the_same(ward: Ward) -> None:
    ward.world.records.dispose()
    lock = sqlite3.connect(ward.private / "records.db", isolation_level=None)
    lock.execute("begin immediate")
    run = replace(
        a_run("R-20261120-020000-icu"),
        command="backup-verify",
        playbook="backup-verify",
        started_at=ward.clock.time,
    )
    records = ward.world.records
    records.begin_run(run)
    records.append(
        run.id, "icu", TargetResult("icu-full", "backup", Level.OK, 12), [check("icu-full", Level.OK)], []
    )
    records.finish_run(run.id, ward.clock.time, Level.OK)
    assert records.rescue is not None
    one = check("icu-full", Level.OK)
    done = replace(
        run,
        finished_at=ward.clock.time,
        level=Level.OK,
        state="finished",
        targets=(TargetResult("icu-full", "backup", Level.OK, 12),),
        checks=(one,),
        metrics=one.metrics,
    )
    conclude(ward.world, done)
    lock.execute("rollback")
    lock.close()
    assert list(check_results(ward.anew())) == []
    assert ward.levels()["icu-full"] is Level.OK


def test_three_nights_of_silence_fail_the_next_run_and_the_one_after_is_fine(ward: Ward) -> None:
    ward.night()
    ward.clock.time += timedelta(days=4)
    found = checks_beside(ward.world, "icu", ward.clock.time)
    assert {name: checks[-1].level for name, checks in found.items()} == {
        "icu-full": Level.CRITICAL,
        "icu-week": Level.OK,
    }
    words = found["icu-full"][-1].summary
    assert words == "上次核验 2026-11-20 02:00，此后缺少 3 夜的核验：11月21日至23日"
    assert found["icu-full"][-1].findings[0].check == CHECK
    ward.night()
    ward.clock.time += timedelta(days=1)
    found = checks_beside(ward.world, "icu", ward.clock.time)
    assert {checks[-1].level for checks in found.values()} == {Level.OK}


def test_a_first_verification_has_missed_nothing(ward: Ward) -> None:
    found = checks_beside(ward.world, "icu", ward.clock.time)
    assert {checks[-1].summary for checks in found.values()} == {"首次核验，此前没有记录"}


def test_after_a_silence_longer_than_is_looked_back_it_is_no_first_verification(ward: Ward) -> None:
    ward.night()
    ward.clock.time += timedelta(days=200)
    check = checks_beside(ward.world, "icu", ward.clock.time)["icu-full"][-1]
    assert check.level is Level.CRITICAL
    assert check.summary.startswith("上次核验 2026-11-20 02:00，此后缺少 199 夜的核验")


def test_names_go_to_the_sites_they_concern(ward: Ward) -> None:
    sites = ("icu", "lis")
    assert spread(ward.world, sites, ()) == {"icu": (), "lis": ()}
    assert spread(ward.world, sites, ("*-full", "icu-w*")) == {"icu": ("*-full", "icu-w*")}
    with pytest.raises(WrongUsage, match=r"his-\*.*icu-full, icu-week"):
        spread(ward.world, sites, ("icu-full", "his-*"))


def test_a_run_killed_before_its_result_is_a_night_without_one(ward: Ward) -> None:
    ward.night()
    ward.clock.time += timedelta(days=1)
    ward.begin()  # and nothing more: SIGKILL
    ward.clock.time += timedelta(days=1)
    summary = checks_beside(ward.world, "icu", ward.clock.time)["icu-full"][-1].summary
    assert summary.endswith("缺少 1 夜的核验：11月21日（其中 11月21日 开始过，没有完成）")


def test_missing_nights_of_a_month_are_told_for_its_report(ward: Ward) -> None:
    ward.night()
    ward.clock.time += timedelta(days=3)
    ward.night()
    ward.clock.time += timedelta(days=40)
    first, last = datetime(2026, 11, 1, tzinfo=CHINA).date(), datetime(2026, 11, 30, tzinfo=CHINA).date()
    found = missing_nights(ward.world, "icu", first, last)
    assert told_gap(found["icu-full"]) == "缺少 9 夜的核验：11月21日至22日、11月24日至30日"
    assert "icu-week" in found


def test_silence_is_heard_at_the_start_of_any_command(ward: Ward) -> None:
    assert list(silent_nights(ward.world)) == []
    ward.night()
    assert list(silent_nights(ward.world)) == []
    ward.clock.time += timedelta(days=4)
    (words,) = silent_nights(ward.world)
    assert "icu" in words
    assert " 3 " in words


def test_the_file_can_be_read_by_a_program(ward: Ward) -> None:
    run = ward.night(Level.WARNING)
    body = json.loads(place_of(ward.private, "icu", "backup-verify").read_bytes())
    assert (body["schema"], body["run"], body["level"]) == ("hmaint.last-result/1", run.id, "warning")
    assert [each["name"] for each in body["targets"]] == ["icu-full", "icu-week"]


def test_a_full_disk_is_remarked_and_breaks_nothing(ward: Ward) -> None:
    ward.night()
    ward.clock.time += timedelta(days=1)
    (ward.private / "results" / "icu").rename(ward.private / "results" / "x")
    (ward.private / "results" / "icu").write_text("in the way", "utf-8")
    run = ward.begin()
    ward.world.records.finish_run(run.id, ward.clock.time, Level.OK)
    done = conclude(ward.world, ward.world.records.run(run.id))
    assert len(done.remarks) == 1


def test_the_monthly_record_of_backups_lists_the_nights_nobody_looked(ward: Ward) -> None:
    ward.night()
    ward.clock.time += timedelta(days=4)
    ward.night()
    for _night in range(7):
        ward.clock.time += timedelta(days=1)
        ward.night()
    told = GATHERERS["backup-log"](ward.world, "icu", Options(period="2026-11"))
    unexamined = told.data["unexamined"]
    assert isinstance(unexamined, list)
    assert [(row["target"], row["reason"]) for row in unexamined] == [
        ("icu-full", "缺少 3 夜的核验：11月21日至23日")
    ]
    assert "另有 1 处没有检查，状况不明" in str(told.data["conclusion"])


@pytest.fixture
def told(ward: Ward) -> Iterator[tuple[Ward, Hooks]]:
    """The same ward, with a program that is told."""
    hooks = Hooks(answer=b"").start()
    text = INVENTORY + f'notify: {{channels: {{desk: {{json: "{hooks.url()}"}}}}}}\n'
    (ward.folder / "inventory.yaml").write_text(text, "utf-8")
    ward.world.records.dispose()
    ward.world = ward.anew()
    yield ward, hooks
    hooks.stop()


def test_one_backup_found_fine_is_no_end_of_the_trouble_with_another(told: tuple[Ward, Hooks]) -> None:
    ward, hooks = told
    ward.night(Level.CRITICAL)
    ward.clock.time += timedelta(hours=1)
    ward.night(Level.OK, "icu-week")
    assert [call.body["level"] for call in hooks.calls] == ["critical", "critical"]
    assert "2 份中 1 份异常" in hooks.calls[1].body["title"]
    assert (
        "● icu-full：严重\n  2026-11-20 02:00 核验：压缩包完整：压缩包不完整" in hooks.calls[1].body["text"]
    )
    ward.clock.time += timedelta(hours=1)
    ward.night(Level.OK, "icu-week")
    assert len(hooks.calls) == 2
    ward.clock.time += timedelta(hours=1)
    ward.night()
    assert [call.body["state"] for call in hooks.calls] == ["new", "new", "over"]
    assert hooks.calls[2].body["title"] == "备份核验：2 份全部正常"


def test_the_same_backups_bad_for_the_same_reason_are_told_once_a_day(told: tuple[Ward, Hooks]) -> None:
    ward, hooks = told
    for _night in range(3):
        ward.night(Level.CRITICAL)
        ward.clock.time += timedelta(hours=24)
    assert [call.body["state"] for call in hooks.calls] == ["new", "again", "again"]


def test_a_date_far_ahead_from_a_wrong_clock_hides_no_silence(ward: Ward) -> None:
    ward.night()
    now = ward.clock.time
    ward.clock.time = now + timedelta(days=3650)
    ward.night()
    ward.clock.time = now + timedelta(days=4)
    assert len(list(silent_nights(ward.world))) == 1
    assert checks_beside(ward.world, "icu", ward.clock.time)["icu-full"][-1].level is Level.CRITICAL
