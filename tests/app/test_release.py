"""The papers of a version: from one file and the changes on record; what was not run has not passed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from hmaint.app.agenda import agenda
from hmaint.app.matters import Wording, carry_on, open_matter
from hmaint.app.release import issue_release
from hmaint.app.world import World
from hmaint.errors import BadFile, WrongUsage
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.meeting import MEETING
from hmaint.model.ledgers.pledge import PLEDGE
from hmaint.model.ledgers.upkeep import VULNERABILITY
from hmaint.model.matter import Matter
from tests.app.desks import a_world

FILE = """\
site: tj
product: 体检系统
before: 6.2.4
after: 6.3.0
released: 2026年11月20日
summary: 对账单按批次导出
impact: 停用约 20 分钟
upgrade: 先在测试库验证
rollback: 恢复 6.2.4
artefacts: [web.war]
tests:
  period: 2026-11-16 至 2026-11-19
  testers: 周工
  environment: 独立测试服务器
  origin: 合成数据
  scope: 变更功能
  method: 功能测试
  untested: openEuler
  left: TC-02 未执行
  cases:
    - {id: TC-01, steps: 按批次导出, expected: 每批一页, actual: 每批一页, result: 通过}
    - {id: TC-02, steps: 跨日合计, expected: 正确}
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "web.war").write_bytes(b"war" * 1000)
    return a_world(tmp_path)


def a_file(world: World, text: str = FILE) -> Path:
    path = world.workspace.root / "6.3.0.yaml"
    path.write_text(text, "utf-8")
    return path


def a_change(world: World, kind: str, module: str, version: str = "") -> Matter:
    values = {"kind": kind, "requester": "药房", "module": module, "details": "详情"}
    change = open_matter(world, CHANGE, "tj", Wording(values, "2026-11-01"))
    if version:
        done = {"result": "完成", "version": version}
        change = carry_on(world, CHANGE, CHANGE.event("delivered"), change.id, Wording(done, "2026-11-19"))
    return change


def said(world: World, digest: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(world.records.evidence.get(digest))
    return told


def test_notes_tell_what_the_version_brings_by_the_records(world: World) -> None:
    brought, mended = a_change(world, "3", "对账", "6.3.0"), a_change(world, "2", "打印", "6.3.0")
    still = a_change(world, "1", "登录")
    a_change(world, "3", "以后", "6.4.0")
    report, notes = issue_release(world, a_file(world))
    data = said(world, notes.digest)
    assert [row["request"] for row in data["changes"]] == [brought.id]
    assert [row["id"] for row in data["fixed"]] == [mended.id]
    assert still.id in data["known"][0]["problem"]
    assert data["test_report"] == report.number
    assert data["artefacts"][0]["sha256"] == hashlib.sha256(b"war" * 1000).hexdigest()
    assert data["released"] == "2026-11-20"


def test_a_case_that_was_not_run_has_not_passed(world: World) -> None:
    report, _notes = issue_release(world, a_file(world))
    data = said(world, report.digest)
    assert data["tally"] == "用例 2 个：通过 1，不通过 0，未执行 1"
    assert [(row["result"], row["actual"]) for row in data["cases"]] == [
        ("通过", "每批一页"),
        ("未执行", "未执行"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("before: 6.2.4", "befor: 6.2.4", "befor"),
        ("result: 通过", "result: 过", "result"),
        ("actual: 每批一页, ", "", "actual"),
        ("web.war", "wab.war", "10:13"),
        ("2026年11月20日", "2026-11-31", "5:11"),
        ("before: 6.2.4", "before: 6.2", "3:9"),
        ("  cases:", "  cases: []\n  defects:", "cases"),
    ],
)
def test_a_fault_is_told_with_its_place_and_nothing_is_issued(
    world: World, old: str, new: str, says: str
) -> None:
    with pytest.raises(BadFile) as refused:
        issue_release(world, a_file(world, FILE.replace(old, new, 1)))
    assert says in str(refused.value)
    assert world.records.documents.listed() == ()


def test_a_site_that_is_none_is_refused(world: World) -> None:
    with pytest.raises(WrongUsage, match="tk"):
        issue_release(world, a_file(world, FILE.replace("site: tj", "site: tk")))


def test_a_version_told_again_is_a_further_version_of_its_papers(world: World) -> None:
    first = issue_release(world, a_file(world))
    second = issue_release(world, a_file(world, FILE.replace("20 分钟", "30 分钟")))
    assert [each.number for each in first] == [each.number for each in second]
    assert second[1].version == 2


def test_the_agenda_is_what_the_records_hold_open(world: World) -> None:
    assert agenda(world, "tj") == ()
    decided = [{"decision": "扩容", "owner": "李老师", "due": "2026-10-31"}, {"decision": "备份"}]
    met = {"name": "例会", "hospital_people": "李", "vendor_people": "张", "decisions": decided}
    meeting = open_matter(world, MEETING, "tj", Wording(met, "2026-08-20"))
    followed = {"followed": [{"number": "2", "state": "完成"}]}
    carry_on(world, MEETING, MEETING.event("followed"), meeting.id, Wording(followed))
    open_, done = a_change(world, "1", "打印"), a_change(world, "1", "对账", "6.3.0")
    carry_on(world, CHANGE, CHANGE.event("debugged"), done.id, Wording({}))
    found = {
        "scope": "甲",
        "basis": "乙",
        "findings": [{"target": "a", "what": "CVE-1"}, {"target": "b", "what": "CVE-2"}],
    }
    look = open_matter(world, VULNERABILITY, "tj", Wording(found))
    mended = {"fixed": [{"target": "a", "what": "CVE-1"}]}
    carry_on(world, VULNERABILITY, VULNERABILITY.event("fixed"), look.id, Wording(mended))
    registered = {"person": "李工", "role": "运维", "from_date": "2026-03-01"}
    pledge = open_matter(world, PLEDGE, "tj", Wording(registered))
    items = agenda(world, "tj")
    assert [each.record for each in items] == [meeting.id, open_.id, look.id, pledge.id]
    assert items[0].detail == "扩容，李老师，限 2026-10-31"
    assert items[2].detail == "b CVE-2"
    assert agenda(world, "or") == ()
