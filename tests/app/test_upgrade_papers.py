"""The end of an upgrade on record: versions, papers, duties and time down are all told from it, and told once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from hmaint.app import gather
from hmaint.app.contract import contract_of
from hmaint.app.deeds import known_of
from hmaint.app.documents import issue_document
from hmaint.app.gather import Options
from hmaint.app.upgrade_desk import Desk, desk_of
from hmaint.app.upgrade_ended import ended_runs, keep_ended
from hmaint.app.upgrade_report import report
from hmaint.app.upgrade_versions import register_of
from hmaint.app.world import World
from hmaint.engine.journal import Journal, Outcome
from hmaint.errors import WrongUsage
from hmaint.model.contract import Contract, Triggered
from tests.app.desks import Still, a_world
from tests.end_to_end.desk import words_of
from tests.engine.test_upgrade_ran import DOCUMENT, HEAD

SITE = "or"


def a_run(
    world: World, run: str, *, state: str = "done", back: str = "", halt: str = "", **head: object
) -> Desk:
    """A run whose every act took a minute; `state` is how it ended, empty for one that has not.

    `halt`: how it stopped instead; `back`: the one target that was put back while the others kept what they got.
    """
    clock = Still(world.clock.now() - timedelta(minutes=30))
    desk = desk_of(world, run)
    desk.make()
    desk.document.write_text(json.dumps(DOCUMENT, ensure_ascii=False), "utf-8")
    with Journal(desk.journal, clock) as journal:

        def told(act: str, outcome: Outcome | None, facts: Mapping[str, object]) -> None:
            clock.at += timedelta(minutes=1)
            if outcome is None:
                journal.intend(act, **facts)
            else:
                journal.outcome(act, outcome, **facts)

        told("run", None, {**HEAD, "site": SITE, **head})
        told("presence", Outcome.DONE, {"when": "start", "who": "王主任"})
        told("stop@a", None, {"what": "do", "attempt": 1})
        told("stop@a", Outcome.DONE, {"what": "do", "code": 0})
        if back:
            told("turn", Outcome.DONE, {"reason": "磁盘满", "targets": [back]})
        if halt:
            told("halt", Outcome.DONE, {"state": halt, "reason": "磁盘满"})
        if state:
            told("run", Outcome.DONE, {"state": state})
    return desk


@pytest.fixture
def world(tmp_path: Path) -> World:
    return a_world(tmp_path)


def test_a_run_is_put_on_record_once_and_only_when_it_is_over(world: World) -> None:
    going = a_run(world, "R-1", state="")
    assert keep_ended(world, going) is None
    over = a_run(world, "R-2")
    assert keep_ended(world, over) is not None
    assert keep_ended(world, over) is None
    (told,) = ended_runs(world, SITE)
    assert (told.run, told.content, told.modules, told.impact) == ("R-2", "修复", "护理", "十分钟")


def test_the_version_is_what_the_last_good_run_brought(world: World) -> None:
    a_run(world, "R-1", **{"from": "1", "to": "2"})
    assert register_of(world)[0]["version"] == "2"
    a_run(world, "R-2", state="rolled_back", **{"from": "2", "to": "3"})
    (site,) = register_of(world, SITE)
    assert (site["version"], [each["state"] for each in site["runs"]]) == ("2", ["done", "rolled_back"])


def test_a_site_whose_only_run_was_put_back_has_the_version_before(world: World) -> None:
    a_run(world, "R-1", state="rolled_back", **{"from": "1", "to": "2"})
    assert register_of(world)[0]["version"] == "1"
    with pytest.raises(WrongUsage):
        register_of(world, "nowhere")


def test_what_was_put_back_on_some_targets_alone_is_never_told_as_put_back_whole(world: World) -> None:
    a_run(world, "R-1", **{"from": "0", "to": "1"})
    desk = a_run(world, "R-2", state="rolled_back", back="b", **{"from": "1", "to": "2"})
    (document,) = report(world, desk.run)
    words = words_of(world.workspace.root / document.path)
    assert "部分完成：a 保持实施后的状态" in words
    assert "部分回退（a 未回退）" in words
    assert "全部回退" not in words
    assert register_of(world)[0]["version"] == "1（a：2）"
    log = issue_document(
        world, "upgrade-log", SITE, gather.GATHERERS["upgrade-log"](world, SITE, Options(period="2026Q4"))
    )
    assert "a 已升级，其余已回退到原版本" in words_of(world.workspace.root / log.path)


@pytest.mark.parametrize(
    ("halt", "words"), [("needs_person", "须人工处理"), ("paused", "未结束，已暂停"), ("", "进行中或已中断")]
)
def test_a_run_that_has_not_ended_is_told_by_register_and_log(world: World, halt: str, words: str) -> None:
    a_run(world, "R-1", **{"from": "0", "to": "1"})
    a_run(world, "R-2", state="", halt=halt, **{"from": "1", "to": "2"})
    (site,) = register_of(world)
    assert (site["version"], site["unfinished"]) == ("1", "R-2")
    told = gather.GATHERERS["upgrade-log"](world, SITE, Options(period="2026Q4")).data["upgrades"]
    assert isinstance(told, list)
    assert [str(each["running"])[-4:-1] for each in told] == ["R-1", "R-2"]
    assert words in str(told[1]["running"])


def asking_for_reports(world: World) -> Contract:
    """The contract of the site, by which a report is owed after each upgrade."""
    found = contract_of(world, SITE)
    assert found is not None
    asked = Triggered("X-1", "upgrade.done", None, deliver=("upgrade_report",))
    return replace(found, triggered=(*found.triggered, asked))


def test_a_report_before_the_end_of_a_run_meets_nothing(world: World) -> None:
    contract = asking_for_reports(world)

    def about() -> set[str]:
        known = known_of(world, {SITE: contract}, date(2026, 1, 1))[SITE]
        return {record for deed in known.deeds for record in deed.of}

    a_run(world, "R-1", state="")
    report(world, "R-1")
    assert "R-1" not in about()
    a_run(world, "R-2")
    report(world, "R-2")
    assert "R-2" in about()


def test_only_an_upgrade_that_came_to_a_good_end_starts_what_is_owed_after_one(world: World) -> None:
    contract = asking_for_reports(world)
    for run, words in {
        "R-1": {},
        "R-2": {"state": "rolled_back"},
        "R-3": {"kind": "data-fix"},
        "R-4": {"state": "needs_person"},
    }.items():
        keep_ended(world, a_run(world, run, **words))  # type: ignore[arg-type]  # words of the run
    known = known_of(world, {SITE: contract}, date(2026, 1, 1))[SITE]
    assert [each.record for each in known.events if each.name == "upgrade.done"] == ["R-1"]


def test_the_report_of_a_run_meets_what_is_owed_after_it(world: World) -> None:
    desk = a_run(world, "R-1")
    (document,) = report(world, "R-1")
    assert document.sources == ("R-1",)
    words = words_of(world.workspace.root / document.path)
    for expected in ("停止（a）", "成功", "未回滚", "王主任", "无批准记录", "结束时没有确认"):
        assert expected in words
    assert report(world, desk.run)[0].version == 2


@pytest.mark.parametrize("form", ["upgrade-report", "upgrade-log"])
def test_papers_are_told_from_records_too(world: World, form: str) -> None:
    a_run(world, "R-1")
    told = gather.GATHERERS[form](world, SITE, Options(period="2026Q4"))
    document = issue_document(world, form, SITE, told)
    assert "1 → 2" in words_of(world.workspace.root / document.path)


def test_a_period_without_upgrades_is_told_as_one(world: World) -> None:
    told = gather.GATHERERS["upgrade-log"](world, SITE, Options(period="2026Q4"))
    assert told.data["upgrades"] == []
    with pytest.raises(WrongUsage):
        gather.GATHERERS["upgrade-report"](world, SITE, Options())
    with pytest.raises(WrongUsage):
        gather.GATHERERS["data-fix-record"](world, SITE, Options())


def test_hostile_words_of_a_plan_stay_words(world: World) -> None:
    nasty = "{{ 7 * 7 }} <b>&\x1b[31m ../../etc"
    desk = a_run(world, "R-1", title=nasty, **{"from": nasty, "to": nasty})
    (document,) = report(world, desk.run)
    assert "{{ 7 * 7 }} <b>&" in words_of(world.workspace.root / document.path)
    assert "49" not in document.path
