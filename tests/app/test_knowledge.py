"""The knowledge base as an operation: written, corrected, used, offered unasked, told on its forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hmaint.app import knowledge
from hmaint.app.entry import begin, draft
from hmaint.app.gather import GATHERERS, Options
from hmaint.app.knowledge_draw import drawn
from hmaint.app.knowledge_export import pages
from hmaint.app.world import World
from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.load.articles import read_articles
from hmaint.load.workspace import Workspace
from hmaint.model.article import Written
from hmaint.report.agreement import disagreements
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from hmaint.store.lookup import Narrowing
from tests.services.postgresql import PostgreSQL

INVENTORY = """
version: 1
hospital: {name: 青海示范医院, department: 信息科}
vendor: {name: 某某公司}
sites:
  icu: {name: 重症监护系统, contract: icu}
  his: {name: 医院信息系统}
"""


class _Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 25, 9, 0, tzinfo=CHINA)

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at

    def monotonic(self) -> float:
        return 0.0


def _world(folder: Path, **environ: str) -> World:
    (folder / "inventory.yaml").write_text(INVENTORY, "utf-8")
    return World(Workspace(folder, folder / "inventory.yaml"), _Clock(), environ, "李工", "li")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return _world(tmp_path)


LOCK = Written(
    "数据库锁表",
    "重症监护",
    "保存医嘱转圈，提示 ORA-00054",
    "长事务",
    "查阻塞链",
    codes=("ORA-00054",),
    site="icu",
)


def test_an_article_is_written_corrected_and_keeps_its_history(world: World) -> None:
    one = knowledge.write(world, LOCK)
    assert one.number == "K-20261125-001"
    edited = knowledge.edit(world, "001", Written(cause="归档写满", tags=("数据库", "数据库", " ")), "复核")
    assert (edited.cause, edited.tags, edited.symptoms) == ("归档写满", ("数据库",), LOCK.symptoms)
    assert knowledge.use(world, "001", solved=True).solved == 1
    assert knowledge.retire(world, "001", "已升级").retired
    assert not knowledge.retire(world, "001", "", restore=True).retired
    _article, entries = knowledge.history(world, "latest")
    assert [each.event for each in entries] == ["added", "edited", "used", "retired", "restored"]
    assert knowledge.search(world, "归档").hits[0].article.number == one.number


def test_what_makes_no_sense_is_refused(world: World) -> None:
    knowledge.write(world, LOCK)
    for wrong in (
        lambda: knowledge.write(world, Written("  ")),
        lambda: knowledge.write(world, Written("x", site="nowhere")),
        lambda: knowledge.edit(world, "001", Written(cause="长事务")),
        lambda: knowledge.edit(world, "001", Written(title=" ")),
        lambda: knowledge.retire(world, "001", "", restore=True),
        lambda: knowledge.one(world, "K-2000"),
        lambda: knowledge.search(world, "😀 ， "),
    ):
        with pytest.raises(WrongUsage):
            wrong()


def test_persons_and_secrets_are_masked_before_they_are_kept(world: World) -> None:
    one = knowledge.write(world, Written("登录失败", symptoms="患者手机 13812345678 password=Geheim#99"))
    assert "13812345678" not in one.symptoms
    assert "Geheim" not in one.symptoms


def test_hostile_words_stay_words(world: World) -> None:
    one = knowledge.write(world, Written("\x1b[31m红\x07\udcff", symptoms="a\r\nb", links=("\x00", "x")))
    assert "\x1b" not in one.title
    assert "\udcff" not in one.title
    assert one.symptoms == "a\nb"


def test_search_holds_all_words_else_says_that_it_holds_some(world: World) -> None:
    knowledge.write(world, LOCK)
    knowledge.write(world, Written("打印机脱机", symptoms="腕带打不出来"))
    assert [each.article.title for each in knowledge.search(world, "转圈 长事务").hits] == ["数据库锁表"]
    loose = knowledge.search(world, "转圈 腕带")
    assert (loose.loose, len(loose.hits)) == (True, 2)
    assert knowledge.search(world, "没有的词语").hits == ()
    assert knowledge.search(world, "锁表", Narrowing(only="his")).hits == ()


def test_what_was_written_a_moment_ago_is_found_though_the_index_is_old(world: World) -> None:
    knowledge.write(world, LOCK)
    assert len(knowledge.search(world, "锁表").hits) == 1
    knowledge.write(world, Written("再次锁表"))
    assert len(knowledge.search(world, "锁表").hits) == 2


def test_near_articles_are_offered_and_far_fetched_ones_are_not(world: World) -> None:
    knowledge.write(world, LOCK)
    knowledge.write(world, Written("打印机脱机", symptoms="腕带打不出来，卡纸", site="his"))
    offered = knowledge.nearest(
        world, "icu", "护士站王护士长反映：保存医嘱一直转圈，后来提示 ORA-00054，重启无效"
    )
    assert [each.article.title for each in offered] == ["数据库锁表"]
    assert knowledge.nearest(world, "icu", "食堂的灯坏了，请派人来看看") == ()
    for text in ("", "😀", "x" * 100_000, "医" * 100_000, "\x00'\"*"):
        assert knowledge.nearest(world, "icu", text) == ()


def test_an_offer_never_fails_the_command_it_comes_with(world: World) -> None:
    knowledge.write(world, LOCK)
    (world.workspace.root / "synonyms.yaml").write_text("groups: 7", "utf-8")
    assert knowledge.nearest(world, "icu", "保存医嘱转圈 ORA-00054")
    with pytest.raises(BadFile, match=r"synonyms\.yaml"):
        knowledge.search(world, "锁表")


def test_a_workspaces_own_synonyms_count_too(world: World) -> None:
    knowledge.write(world, LOCK)
    assert knowledge.search(world, "卡住不动").loose
    (world.workspace.root / "synonyms.yaml").write_text("groups: [[卡住不动, 转圈]]", "utf-8")
    assert not knowledge.search(world, "卡住不动").loose


def test_a_file_holds_one_article_or_many_and_its_faults_have_places(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("title: 锁表\nsteps: [查, 改]\ncodes: ORA-1\n", "utf-8")
    (one,) = read_articles(file)
    assert (one.steps, one.codes) == ("1. 查\n2. 改", ("ORA-1",))
    file.write_text("articles:\n  - {title: a}\n  - {title: b, tag: [x]}\n", "utf-8")
    with pytest.raises(BadFile, match=r"a\.yaml:3:.*tags"):
        read_articles(file)


def test_an_article_is_drawn_only_from_an_incident_that_is_resolved(world: World) -> None:
    first = draft(world, kind="incident", event="opened", site="icu", body={"what": "保存医嘱转圈"})
    number = begin(world, first, "I").matter
    with pytest.raises(WrongUsage, match=number):
        drawn(world, number)
    body = {"cause": "长事务未提交", "solution": "结束会话"}
    world.records.entries.add(
        [draft(world, kind="incident", event="resolved", site="icu", body=body, matter=number)]
    )
    written, incident = drawn(world, "latest")
    one = knowledge.write(world, written, incident=incident)
    assert (one.title, one.cause, one.steps, one.incident) == (
        "保存医嘱转圈",
        "长事务未提交",
        "结束会话",
        number,
    )
    assert (one.site, one.system) == ("icu", "重症监护系统")


def _told(world: World, form: str, period: str = "") -> dict[str, object]:
    told = GATHERERS[form](world, "icu", Options(period=period))
    data = {**told.data, "number": "icu-2026-001"}
    assert disagreements(data, find_form(form, None).fields) == []
    assert fill(find_form(form, None), data)
    return data


def test_the_digest_tells_what_became_of_the_articles_in_a_period(world: World) -> None:
    for title in ("锁表", "打印", "旧版"):
        knowledge.write(world, Written(title, site="icu"))
    knowledge.write(world, Written("别处的", site="his"))
    knowledge.edit(world, "002", Written(cause="spool"), "补原因")
    knowledge.retire(world, "003", "已升级")
    for solved in (True, True, False):
        knowledge.use(world, "001", solved=solved)
    data = _told(world, "knowledge-digest", "2026Q4")
    assert (data["total"], data["tally"]) == (2, "新增 3，修订 1，停用 1")
    assert [(row["title"], row["times"], row["solved"]) for row in data["used"]] == [("锁表", 3, "67%")]  # type: ignore[attr-defined] # rows
    assert [row["title"] for row in data["unconfirmed"]] == ["打印"]  # type: ignore[attr-defined] # rows
    assert data["revised"][0]["why"] == "补原因"  # type: ignore[index] # rows
    with pytest.raises(WrongUsage, match="2027Q1"):
        _told(world, "knowledge-digest", "2027Q1")
    with pytest.raises(WrongUsage):
        _told(world, "knowledge-digest", "2026Q3")
    with pytest.raises(WrongUsage):
        _told(world, "knowledge-digest", "someday")


def test_the_volume_and_the_pages_hold_every_article_in_use(world: World, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage):
        _told(world, "knowledge-base")
    knowledge.write(world, Written("# 标题 [x](y) <b> ../..", symptoms="- 一\n- 二 *粗*", site="icu"))
    knowledge.write(world, Written("旧版", site="icu"))
    knowledge.retire(world, "002", "已升级")
    data = _told(world, "knowledge-base")
    assert (data["total"], len(data["entries"])) == (1, 1)  # type: ignore[arg-type] # rows
    folder = tmp_path / "out"
    pages(world, folder, "icu", retired=False)
    names = sorted(each.name for each in folder.iterdir())
    assert len(names) == 2
    assert names[1] == "README.md"
    text = (folder / names[0]).read_text("utf-8")
    assert r"\# 标题 \[x\](y) \<b\>" in text
    assert "\\- 一" in text
    assert names[0] in (folder / "README.md").read_text("utf-8")


def test_on_a_teams_server_the_index_lies_on_the_laptop_and_follows_the_others(
    tmp_path: Path, postgresql: PostgreSQL
) -> None:
    postgresql.admin("create database known")
    url = f"postgresql://{postgresql.user}@/known?host={postgresql.socket}&port={postgresql.port}"
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.mkdir()
    theirs.mkdir()
    one, other = _world(mine, HMAINT_STORE=url), _world(theirs, HMAINT_STORE=url)
    try:
        knowledge.write(one, LOCK)
        assert len(knowledge.search(other, "锁表").hits) == 1
        knowledge.write(other, Written("再次锁表"))
        assert len(knowledge.search(one, "锁表").hits) == 2
        assert (mine / ".hmaint" / "knowledge.db").is_file()
    finally:
        one.records.dispose()
        other.records.dispose()
