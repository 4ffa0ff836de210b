"""Confirmations of open questions: only what is in writing counts, everything stays on record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from hmaint.app.confirm import Confirmation, confirm, history, withdraw
from hmaint.app.contract import contract_of, questions_of, questions_of_form
from hmaint.app.deadline import answer
from hmaint.app.world import World
from hmaint.errors import WrongUsage
from hmaint.kit.clock import CHINA
from hmaint.kit.resources import shipped
from hmaint.load.workspace import Workspace

INVENTORY = """
version: 1
hospital: {name: 示范医院, department: 信息科}
vendor: {name: 某某公司}
sites:
  icu: {name: 重症, contract: c, hosts: {app: {connection: local}}}
  lis: {name: 检验, hosts: {lis: {connection: local}}}
"""


class Clock:
    """It is later each time it is asked."""

    def __init__(self) -> None:
        self._minute = 0

    def now(self) -> datetime:
        self._minute += 1
        return datetime(2026, 11, 25, 9, self._minute, tzinfo=CHINA)

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "inventory.yaml").write_text(INVENTORY, "utf-8")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "c.yaml").write_bytes((shipped("contracts") / "s3.yaml").read_bytes())
    return World(Workspace(tmp_path, tmp_path / "inventory.yaml"), Clock(), {}, "张工", "zhang")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "确认函.pdf"
    path.write_bytes(b"%PDF-1.4 signed")
    return path


def said(letter: Path, question: str = "A3-5", reading: str = "proposal", **more: str) -> Confirmation:
    told = {"contract": "c", "by": "王主任", **more}
    return Confirmation(told["contract"], question, reading, (letter,), told["by"], told.get("date", ""))


def open_ids(world: World) -> list[str]:
    return [each.id for each in questions_of(world, "icu")]


def test_nothing_is_made_by_asking_what_is_open(world: World) -> None:
    assert "A3-5" in open_ids(world)
    assert not world.workspace.records.exists()
    assert contract_of(world, "lis") is None
    assert questions_of(world, "lis") == ()


def test_a_document_is_told_what_the_contract_leaves_open_about_it(world: World, letter: Path) -> None:
    assert [each.id for each in questions_of_form(world, "icu", "upgrade-report")] == ["A3-5"]
    assert questions_of_form(world, "icu", "inspection-record") == ()
    assert questions_of_form(world, "lis", "upgrade-report") == ()
    confirm(world, said(letter))
    assert questions_of_form(world, "icu", "upgrade-report") == ()


def test_a_confirmation_settles_the_question_and_its_figure(world: World, letter: Path) -> None:
    before = answer(world, "c", "upgrade_report", "2026-09-30")
    assert [each.reading for each in before.computed] == ["three_workdays", ""]
    assert [each.id for each in before.questions] == ["A3-5"]
    entry = confirm(world, said(letter, date="2026年11月20日"))
    assert entry.matter == "A-20261125-001"
    assert entry.body["reading"] == "three_workdays"
    assert "A3-5" not in open_ids(world)
    after = answer(world, "c", "upgrade_report", "2026-09-30")
    assert [(each.reading, str(each.timed.clock.limit)) for each in after.computed] == [("", "3wd")]
    assert after.questions == ()


def test_the_evidence_is_kept_and_its_hash_is_on_record(world: World, letter: Path) -> None:
    confirm(world, said(letter))
    letter.write_bytes(b"another")
    (told,) = history(world)
    assert (told["evidence"], told["by"], told["state"]) == (["确认函.pdf"], "王主任", "holds")
    (entry,) = world.records.entries.listed(kinds=["confirmation"])
    proof = entry.body["evidence"]
    assert isinstance(proof, list)
    assert world.records.evidence.get(proof[0]["sha256"]) == b"%PDF-1.4 signed"


def test_the_latest_confirmation_holds_and_the_one_before_stays_on_record(world: World, letter: Path) -> None:
    confirm(world, said(letter, reading="unbounded"))
    confirm(world, said(letter, reading="three_workdays"))
    assert [(each["reading"], each["state"]) for each in history(world)] == [
        ("unbounded", "superseded"),
        ("three_workdays", "holds"),
    ]
    contract = contract_of(world, "icu")
    assert contract is not None
    assert contract.upgrade is not None
    assert str(contract.upgrade.after_within) == "3wd"


def test_what_is_taken_back_is_open_again(world: World, letter: Path) -> None:
    entry = confirm(world, said(letter))
    withdraw(world, entry.matter, "确认函有误")
    assert "A3-5" in open_ids(world)
    assert [each["state"] for each in history(world)] == ["withdrawn"]
    with pytest.raises(WrongUsage, match=entry.matter):
        withdraw(world, entry.matter, "再次")


def test_agreed_words_are_a_reading_of_their_own(world: World, letter: Path) -> None:
    confirm(world, said(letter, "A3-1", "两套时钟 取最严"))
    assert "A3-1" not in open_ids(world)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"question": "A3-55"}, "A3-5"),
        ({"contract": "d"}, "contracts/d.yaml"),
        ({"by": " "}, "--by"),
        ({"reading": ""}, "--reading"),
        ({"reading": "three_workday"}, "three_workdays"),
        ({"date": "2026-12-01"}, "2026-12-01"),
        ({"date": "nextweek"}, "nextweek"),
    ],
)
def test_what_is_no_confirmation_is_refused_and_leaves_nothing(
    world: World, letter: Path, told: dict[str, str], words: str
) -> None:
    given = said(letter, told.pop("question", "A3-5"), told.pop("reading", "proposal"), **told)
    with pytest.raises(WrongUsage, match=words):
        confirm(world, given)
    assert history(world) == []


def test_without_evidence_nothing_is_confirmed(world: World, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="--evidence"):
        confirm(world, Confirmation("c", "A3-5", "proposal", (), "王主任"))
    empty = tmp_path / "empty.pdf"
    empty.touch()
    with pytest.raises(WrongUsage):
        confirm(world, said(empty))
    with pytest.raises(WrongUsage):
        confirm(world, said(tmp_path / "missing.pdf"))
    assert history(world) == []


def test_an_email_tells_its_own_date(world: World, tmp_path: Path) -> None:
    mail = tmp_path / "确认.eml"
    mail.write_bytes(
        b"From: wang@hospital.example\r\nDate: Fri, 20 Nov 2026 10:00:00 +0800\r\nMessage-ID: <1@h>\r\n\r\nok\r\n"
    )
    entry = confirm(world, said(mail))
    assert entry.at == datetime(2026, 11, 20, 10, tzinfo=CHINA)


def test_an_example_is_computed_with_and_never_confirmed(world: World, letter: Path) -> None:
    assert answer(None, "s3", "S3-2.4.3", "2026-09-30").computed[0].deadline is not None
    with pytest.raises(WrongUsage, match=r"contracts/s4\.yaml"):
        confirm(world, said(letter, contract="s4"))


@pytest.mark.parametrize(
    ("clause", "start", "words"),
    [
        ("S3-2.4.33", "2026-09-30", "S3-2.4.3"),
        ("S3-1.1.1", "2026-09-30", "due --clause S3-1.1.1"),
        ("S3-2.4.3", "soon", "soon"),
        ("S3-2.4.3", "2026-02-30", "2026-02-30"),
    ],
)
def test_what_has_no_deadline_is_told_with_what_has(
    world: World, clause: str, start: str, words: str
) -> None:
    with pytest.raises(WrongUsage, match=words):
        answer(world, "c", clause, start)
