"""What people put on record: opened, carried on, corrected, withdrawn; all of a file or nothing; nothing erased."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hmaint.app.changes import Changes
from hmaint.app.corrections import Correction, correct, withdraw
from hmaint.app.matter_list import find, matters
from hmaint.app.matters import Wording, carry_on, carry_on_from, open_from, open_matter, site_of
from hmaint.app.pledges import warn_of_pledge
from hmaint.app.world import World
from hmaint.errors import BadFile, Failure, WrongUsage
from hmaint.model.ledgers.change import CHANGE
from hmaint.model.ledgers.duty import COUNT, DOWNTIME, PERFORMED
from hmaint.model.ledgers.log import LOG
from hmaint.model.ledgers.pledge import PLEDGE
from hmaint.model.ledgers.training import TRAINING
from hmaint.model.matter import Matter
from hmaint.store.records import Records
from tests.app.desks import NOW, Still, a_mail, a_world
from tests.services.fixtures import running
from tests.services.smalldisk import SmallDisk

ASKED = {"kind": "3", "requester": "药房/王药师", "module": "收费对账", "details": "按日期导出"}
ROOT = Path(__file__).parents[2]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return a_world(tmp_path)


def a_change(world: World, at: str = "2026-11-16 10:20", **more: object) -> Matter:
    return open_matter(world, CHANGE, "tj", Wording({**ASKED, **more}, at))


def then(world: World, event: str, matter: Matter, at: str = "", **values: object) -> Matter:
    return carry_on(world, CHANGE, CHANGE.event(event), matter.id, Wording(values, at))


def test_a_matter_is_opened_and_carried_on_and_found_again(world: World) -> None:
    change = a_change(world)
    assert change.id == "C-20261125-001"
    done = then(world, "delivered", change, "2026年11月20日", result="完成")
    assert done == find(world, CHANGE, "latest")
    assert [(each.event, f"{each.at:%m-%d %H:%M}") for each in done.entries] == [
        ("asked", "11-16 10:20"), ("delivered", "11-20 00:00"),
    ]  # fmt: skip
    assert done.entries[0].recorded_at == NOW
    assert done.entries[0].operator == "张工"


@pytest.mark.parametrize("at", ["2026-11-26", "2026-11-25 15:01", "2026-13-01", "2026-02-30", "明天", ""])
def test_what_has_not_happened_or_is_no_day_is_refused_and_nothing_is_kept(world: World, at: str) -> None:
    if not at:
        with pytest.raises(WrongUsage, match="--servers"):
            open_matter(world, LOG, "tj", Wording({}))
    else:
        with pytest.raises(WrongUsage) as refused:
            a_change(world, at)
        assert "\n" not in str(refused.value)
    assert matters(world, CHANGE) == matters(world, LOG) == ()


def test_nothing_happens_to_a_change_before_it_was_asked_for(world: World) -> None:
    change = a_change(world)
    with pytest.raises(WrongUsage, match="2026-11-15"):
        then(world, "delivered", change, "2026-11-15", result="完成")
    assert then(world, "accepted", change, "2026-11-16").first("accepted")


def test_the_site_need_not_be_named_where_there_is_one(world: World, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="tj、or"):
        site_of(world, "")
    with pytest.raises(WrongUsage, match="tj"):
        site_of(world, "tk")
    alone = tmp_path / "alone"
    alone.mkdir()
    only = a_world(alone)
    del only.inventory.sites["or"]  # type: ignore[attr-defined] # a dict underneath
    assert site_of(only, "") == "tj"


def test_an_email_says_who_confirmed_when_and_under_which_id(world: World, tmp_path: Path) -> None:
    change = a_change(world)
    mail = a_mail(tmp_path)
    told = carry_on(world, CHANGE, CHANGE.event("confirmed"), change.id,
                    Wording({"confirmed_by": "王药师"}, "", (mail,)))  # fmt: skip
    (proof,) = told.evidence
    assert f"{told.entries[1].at:%Y-%m-%d %H:%M}" == "2026-11-18 09:12"
    assert (proof["message_id"], proof["sender"]) == ("<abc123@example.org>", "王药师 <wang@example.org>")
    assert world.records.evidence.get(proof["sha256"]) == mail.read_bytes()


def test_a_file_that_can_be_no_evidence_is_refused_before_anything_is_kept(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "空.pdf").write_bytes(b"")
    for name in ("空.pdf", "没有.pdf", "."):
        with pytest.raises(WrongUsage):
            open_matter(world, LOG, "tj", Wording({"remark": "甲"}, "", (tmp_path / name,)))
    assert matters(world, LOG) == ()


def test_a_correction_keeps_both_words_and_the_reason(world: World) -> None:
    change = a_change(world)
    then(world, "promised", change, promised="2026-12-08")
    asked = Correction(Wording({"module": "对账", "promised": "2026-12-09"}), "写错")
    told = correct(world, CHANGE, change.id, asked)
    assert (told.text("module"), told.text("promised")) == ("对账", "2026-12-09")
    assert len(told.history) == 4
    assert {each.body["reason_of_correction"] for each in told.history if each.corrects} == {"写错"}
    assert told.opening is not None
    assert told.opening.at == change.entries[0].at


def test_when_something_happened_can_be_corrected_and_words_taken_away(world: World) -> None:
    change = a_change(world, wanted_by="月底前")
    told = correct(world, CHANGE, change.id, Correction(Wording({"wanted_by": ""}, "2026-11-15"), "写错"))
    assert told.opening is not None
    assert f"{told.opening.at:%m-%d}" == "11-15"
    assert "wanted_by" not in told.body
    with pytest.raises(WrongUsage, match="module"):
        correct(world, CHANGE, change.id, Correction(Wording({"module": ""}), "删"))
    with pytest.raises(WrongUsage, match="--kind"):
        correct(world, CHANGE, change.id, Correction(Wording({}), "?"))
    with pytest.raises(WrongUsage, match="--result"):
        correct(world, CHANGE, change.id, Correction(Wording({"result": "甲"}), "还没有交付"))


def test_of_several_entries_that_tell_rows_the_one_meant_must_be_named(world: World) -> None:
    planned = {"topic": "备份", "date": "2026-12-05", "trainer": "张工", "audience": "信息科"}
    training = open_matter(world, TRAINING, "tj", Wording(planned))
    invite = TRAINING.event("invited")
    carry_on(world, TRAINING, invite, training.id, Wording({"invited": [{"name": "李"}]}))
    told = carry_on(world, TRAINING, invite, training.id, Wording({"invited": [{"name": "周"}]}))
    wrong = Wording({"invited": [{"name": "孙"}]})
    with pytest.raises(WrongUsage, match="--entry"):
        correct(world, TRAINING, training.id, Correction(wrong, "写错"))
    second = next(each.id for each in told.all("invited") if each.body["invited"] == [{"name": "周"}])
    after = correct(world, TRAINING, training.id, Correction(wrong, "写错", second[:8]))
    # The clock stands still, so that nothing tells which of the two came first.
    assert {each["name"] for each in after.rows("invited")} == {"李", "孙"}
    with pytest.raises(WrongUsage, match="zzzz"):
        correct(world, TRAINING, training.id, Correction(wrong, "写错", "zzzz"))


def test_one_entry_or_all_can_be_withdrawn_and_stay_on_record(world: World) -> None:
    change = a_change(world)
    told = then(world, "promised", change, promised="2026-12-08")
    mark = told.last("promised")
    assert mark is not None
    less = withdraw(world, CHANGE, change.id, reason="未经同意", which=mark.id[:8])
    assert less.first("promised") is None
    assert not less.withdrawn
    gone = withdraw(world, CHANGE, change.id, reason="重复登记")
    assert gone.withdrawn
    assert len(gone.history) == 4
    with pytest.raises(WrongUsage, match="已撤回"):
        then(world, "delivered", change, result="完成")
    with pytest.raises(WrongUsage, match="已撤回"):
        withdraw(world, CHANGE, change.id, reason="再撤")


FILE = """
records:
  - {site: tj, at: 2026年11月20日, system: 体检登记可用, mode: onsite}
  - {site: or, at: 2026.11.21 14:30, servers: 更换电源, remark: 备件由医院提供}
"""


def a_file(folder: Path, text: str) -> Path:
    path = folder / "many.yaml"
    path.write_text(text, "utf-8")
    return path


def test_a_file_brings_many_at_once(world: World, tmp_path: Path) -> None:
    told = open_from(world, LOG, a_file(tmp_path, FILE))
    assert [(each.id, each.site) for each in told] == [("L-20261125-001", "tj"), ("L-20261125-002", "or")]
    assert told[1].opening is not None
    assert f"{told[1].opening.at:%Y-%m-%d %H:%M}" == "2026-11-21 14:30"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (FILE + "  - {site: tj, at: 2027-01-01, system: 甲}", "第 3 条"),
        (FILE + "  - {site: tk, system: 甲}", "第 3 条"),
        (FILE + "  - {site: tj}", "第 3 条"),
        (FILE + "  - {site: tj, sytem: 甲}", "many.yaml:5:16"),
        (FILE + "  - {site: tj, mode: home, remark: 甲}", "many.yaml:5:22"),
        (FILE + "  - {site: tj, remark: 12}", "many.yaml:5:24"),
        ("records: []", "many.yaml:1:10"),
        ("- {site: tj, system: 甲}", "many.yaml:1"),
        (FILE.replace("tj, at", "tj, site: or, at"), "many.yaml:3"),
        (FILE + "  - {site: tj, remark: 甲, evidence: [没有.pdf]}", "没有.pdf"),
    ],
)
def test_one_fault_in_a_file_and_nothing_of_it_is_kept(
    world: World, tmp_path: Path, wrong: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadFile) as refused:
        open_from(world, LOG, a_file(tmp_path, wrong))
    assert says in str(refused.value)
    assert matters(world, LOG) == ()


def test_a_file_carries_several_matters_on_or_none(world: World, tmp_path: Path) -> None:
    one, two = a_change(world), a_change(world)
    text = "records:\n" + "".join(
        f"  - {{id: {each.id}, promised: 2026-12-0{n}}}\n" for n, each in enumerate((one, two), 1)
    )
    told = carry_on_from(world, CHANGE, CHANGE.event("promised"), a_file(tmp_path, text))
    assert [each.text("promised") for each in told] == ["2026-12-01", "2026-12-02"]
    with pytest.raises(BadFile, match="第 3 条"):
        carry_on_from(
            world,
            CHANGE,
            CHANGE.event("promised"),
            a_file(tmp_path, text + "  - {id: C-1, promised: 2026-12-03}"),
        )
    assert len(find(world, CHANGE, one.id).history) == 2


@pytest.mark.parametrize(
    ("ledger", "values", "says"),
    [
        (PERFORMED, {"clause": "S4-4x", "what": "甲"}, "S4-4"),
        (COUNT, {"clause": "S4-2.1", "quantity": "1"}, "S4-2.1"),
        (CHANGE, {**ASKED, "grade": "custm"}, "custom"),
        (DOWNTIME, {"until": "2026-11-26T10:00:00+08:00", "planned": True, "reason": "甲"}, "2026-11-26"),
        (PLEDGE, {"person": "张工", "role": "运维", "from_date": "2026-03-01", "identity": "123"}, "身份证"),
    ],
)
def test_what_the_contract_does_not_know_is_refused_with_what_it_does(
    world: World, ledger: object, values: dict[str, object], says: str
) -> None:
    with pytest.raises(WrongUsage, match=says):
        open_matter(world, ledger, "tj", Wording(values))  # type: ignore[arg-type] # a ledger of the table


def test_a_wrong_contract_costs_clocks_and_never_a_record(world: World) -> None:
    (world.workspace.root / "contracts" / "s4.yaml").write_text("schema: nonsense", "utf-8")
    change = a_change(world, grade="anything")
    assert Changes(world).clocks(change) == ()
    assert "tj" in Changes(world).why_none(change)
    with pytest.raises(BadFile):
        open_matter(world, PERFORMED, "tj", Wording({"clause": "S4-4a", "what": "甲"}))


def test_who_has_signed_no_pledge_is_told_where_the_contract_demands_one(world: World) -> None:
    (told,) = warn_of_pledge(world)
    assert "张工" in told
    assert "or" in told
    assert "tj" not in told
    registered = {
        "person": "张工",
        "role": "运维",
        "from_date": "2026-03-01",
        "identity": "11010519491231002X",
    }
    pledge = open_matter(world, PLEDGE, "or", Wording(registered))
    assert list(warn_of_pledge(world))
    carry_on(world, PLEDGE, PLEDGE.event("signed"), pledge.id, Wording({}))
    assert list(warn_of_pledge(world)) == []
    withdraw(world, PLEDGE, pledge.id, reason="签错")
    assert list(warn_of_pledge(world))
    assert b"110105194912" not in world.workspace.records.read_bytes()


def test_words_are_masked_before_they_are_kept(world: World) -> None:
    told = open_matter(world, LOG, "tj", Wording({"remark": "联系 13912345678，password=hunter22"}))
    assert "13912345678" not in told.text("remark")
    assert "hunter22" not in told.text("remark")


def test_under_a_lock_what_is_told_is_kept_beside_and_comes_in_later(tmp_path: Path) -> None:
    world = a_world(tmp_path)
    Records.open(world.workspace.records, folder=world.workspace.private).dispose()
    busy = World(world.workspace, Still(NOW + timedelta(hours=1)), {}, "李工", "li")
    busy.__dict__["records"] = Records.open(world.workspace.records, folder=world.workspace.private, wait=0.1)
    holder = sqlite3.connect(world.workspace.records, isolation_level=None)
    holder.execute("begin immediate")
    told = open_from(busy, LOG, a_file(tmp_path, FILE))
    holder.close()
    assert busy.records.rescue is not None
    assert {each.id for each in matters(world, LOG)} == {each.id for each in told}


WRITER = """
import sys
from pathlib import Path
from hmaint.app.matters import Wording, open_matter
from hmaint.app.world import make_world
from hmaint.model.ledgers.log import LOG

world = make_world(Path(sys.argv[1]), None)
for number in range(int(sys.argv[3])):
    print(open_matter(world, LOG, "tj", Wording({"remark": f"{sys.argv[2]} {number}"})).id, flush=True)
"""


def both_write(folder: Path, count: int) -> tuple[list[str], list[str]]:
    """Two processes put records into one store at once: the numbers they were told, and those that are kept."""
    command = [sys.executable, "-c", WRITER, str(folder)]
    going = [
        subprocess.Popen(  # noqa: S603 - this very Python
            [*command, name, str(count)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for name in ("甲", "乙")
    ]
    told = [line for each in going for line in each.communicate(timeout=600)[0].split()]
    assert [each.returncode for each in going] == [0, 0]
    return told, [each.id for each in matters(a_world_there(folder), LOG)]


def a_world_there(folder: Path) -> World:
    from hmaint.app.world import make_world  # noqa: PLC0415 - as the processes do

    return make_world(folder, None)


def test_two_engineers_at_once_lose_nothing(tmp_path: Path) -> None:
    a_world(tmp_path)
    told, kept = both_write(tmp_path, 60)
    assert len(set(told)) == 120
    assert sorted(told) == sorted(kept)


@pytest.mark.matrix
def test_two_engineers_who_write_a_thousand_records_each_lose_nothing(tmp_path: Path) -> None:
    a_world(tmp_path)
    told, kept = both_write(tmp_path, 1000)
    assert len(set(told)) == 2000
    assert sorted(told) == sorted(kept)


@pytest.fixture
def disk(world: World) -> Iterator[SmallDisk]:
    with running(SmallDisk(world.workspace.private, 8)) as mounted:
        yield mounted


def test_a_full_disk_takes_words_into_the_reserve_and_refuses_what_it_cannot_keep(
    world: World, disk: SmallDisk, tmp_path: Path
) -> None:
    kept = a_change(world)
    disk.fill()
    scan = tmp_path / "扫描.pdf"
    scan.write_bytes(bytes(range(256)) * 400)
    with pytest.raises(Failure) as refused:
        carry_on(world, CHANGE, CHANGE.event("debugged"), kept.id, Wording({}, "", (scan,)))
    assert "\n" not in str(refused.value)
    told = then(world, "delivered", kept, result="完成")
    assert world.records.rescue is not None
    assert told.id == kept.id
    disk.free()
    again = World(world.workspace, Still(NOW + timedelta(hours=1)), {}, "张工", "zhang")
    assert [each.event for each in find(again, CHANGE, kept.id).entries] == ["asked", "delivered"]


def test_a_folder_nobody_may_write_to_refuses_in_one_line(world: World, disk: SmallDisk) -> None:
    a_change(world)
    world.records.dispose()
    disk.freeze()
    fresh = World(world.workspace, Still(), {}, "张工", "zhang")
    with pytest.raises(Failure) as refused:
        a_change(fresh)
    assert "\n" not in str(refused.value)


def test_hostile_words_are_kept_as_words(world: World, tmp_path: Path) -> None:
    hostile = "\x1b[31m红\x1b[0m\r\n{{ 7*7 }} <b>&</b> \x07'; drop table entries; --"
    text = f"records:\n  - {{site: tj, remark: {json.dumps(hostile)}}}\n"
    (told,) = open_from(world, LOG, a_file(tmp_path, text))
    assert told.text("remark") == "红\n{{ 7*7 }} <b>&</b> ␇'; drop table entries; --"
    assert find(world, LOG, "latest") == told


def test_a_period_is_one_of_the_clause_or_it_would_count_for_nothing(world: World) -> None:
    profile = world.workspace.root / "contracts" / "s4.yaml"
    text = profile.read_text("utf-8")
    told = {"clause": "S4-2.1", "what": "补做"}
    free = open_matter(world, PERFORMED, "tj", Wording({**told, "period": "补"}))
    assert free.text("period") == "补"  # nothing can be said of periods before the first day is known
    profile.write_text(text.replace("signed: null", "signed: 2026-06-30"), "utf-8")
    kept = open_matter(world, PERFORMED, "tj", Wording({**told, "period": "2026q3"}))
    assert kept.text("period") == "2026Q3"
    for wrong in ("2026-09", "2026Q9", "2025Q4"):
        with pytest.raises(WrongUsage, match="2026Q3"):
            open_matter(world, PERFORMED, "tj", Wording({**told, "period": wrong}))
    right = correct(world, PERFORMED, kept.id, Correction(Wording({"period": "2026q4"}), "季度写错"))
    assert right.text("period") == "2026Q4"
    with pytest.raises(WrongUsage, match="2026Q9"):
        correct(world, PERFORMED, kept.id, Correction(Wording({"period": "2026Q9"}), "写错"))


def test_a_time_down_that_ends_before_it_begins_is_refused_and_does_not_vanish(world: World) -> None:
    told = {"planned": True, "reason": "甲", "until": "2026-11-20T02:00:00+08:00"}
    for at in ("", "2026-11-20 02:00", "2026-11-20 03:00"):
        with pytest.raises(WrongUsage, match="--at"):
            open_matter(world, DOWNTIME, "tj", Wording(told, at))
    kept = open_matter(world, DOWNTIME, "tj", Wording(told, "2026-11-20 01:00"))
    with pytest.raises(WrongUsage, match="--at"):
        correct(world, DOWNTIME, kept.id, Correction(Wording({}, "2026-11-20 04:00"), "写错"))
