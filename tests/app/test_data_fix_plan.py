"""A data-fix as a plan: read strictly, shown before it is approved, and its act done, looked into and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from hmaint.app.upgrade_desk import desk_of
from hmaint.app.upgrade_fix import FixHand
from hmaint.app.upgrade_fix_look import fingerprints, rows_shut
from hmaint.app.upgrade_plan import Prepared, prepare
from hmaint.engine.journal import Journal, Outcome, read_journal
from hmaint.engine.upgrade import Standing, fold
from hmaint.errors import BadFile
from hmaint.model.data_fix import Fix
from tests.app.fixing import PATIENT, REQUEST, UPDATE, Bench, changed, sqlite_bench

HEAD = {
    "plan": "restore-note",
    "kind": "data-fix",
    "title": "恢复护理记录的状态",
    "site": "icu",
    "content": "恢复 3 条护理记录的状态",
    "reason": "科室书面申请",
    "impact": "3 条护理记录",
    "window": {"day": "2026-11-25", "from": "14:00", "to": "16:00"},
    "approvers": ["王科长"],
    "supervisor": "李老师",
}


def a_plan(bench: Bench, *statements: Mapping[str, object], **head: object) -> Path:
    step = {
        "id": "rows",
        "title": "恢复状态",
        "do": "fix",
        "on": {"databases": {"name": "icu-main"}},
        "with": {"request": REQUEST, "statements": list(statements or [UPDATE])},
    }
    path = bench.world.workspace.root / "plans" / "restore-note.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump({**HEAD, "steps": [step], **head}, allow_unicode=True), "utf-8")
    return path


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return sqlite_bench(tmp_path)


def test_a_plan_shows_its_rows_and_no_patient_in_what_is_approved(bench: Bench) -> None:
    prepared = prepare(bench.world, a_plan(bench))
    (seen,) = prepared.previews.values()
    assert (seen.standing, seen.reason) == ("pending", "")
    assert "***71" in "\n".join(seen.diff)
    rendered = prepared.rendered()
    assert PATIENT not in rendered.document
    assert "4471" not in rendered.document
    assert "update note set state" in rendered.document


def test_nothing_is_observed_where_nothing_is_verified(bench: Bench) -> None:
    with pytest.raises(BadFile) as refused:
        prepare(bench.world, a_plan(bench, observe={"for": "10m"}))
    assert "verify" in str(refused.value)


def test_another_value_is_another_plan_though_its_values_are_not_shown(bench: Bench) -> None:
    first = prepare(bench.world, a_plan(bench)).rendered().digest
    second = (
        prepare(bench.world, a_plan(bench, {**UPDATE, "with": {"new": 2, "no": PATIENT}})).rendered().digest
    )
    assert first != second
    assert prepare(bench.world, a_plan(bench)).rendered().digest == first


Spoil = Callable[[dict[str, object]], object]
BAD: dict[str, tuple[dict[str, object], str]] = {
    "no where": ({"sql": "update note set state = 1"}, "WHERE"),
    "two statements": ({"sql": "delete from note where id = 1; drop table note"}, "一条"),
    "a value in the statement": ({"sql": "update note set state = 1 where patient_no = 'N1'"}, ":name"),
    "a long number in the statement": ({"sql": "update note set state = 1 where id = 44711"}, ":name"),
    "a comment": ({"sql": "delete from note where id = 1 -- all"}, "注释"),
    "a function that acts": ({"sql": "delete from note where load_extension(id) = 1"}, "load_extension"),
    "a limit": ({"sql": "delete from note where id = 1 limit 1"}, "LIMIT"),
    "a join": ({"sql": "update note set state = 1 from other where note.id = 1"}, "FROM"),
    "a drop": ({"sql": "drop table note"}, "UPDATE"),
    "a select": ({"sql": "insert into note (id) select id from note"}, "VALUES"),
    "an unbound name": ({"sql": "delete from note where id = :other"}, "other"),
    "a value too many": ({"sql": "delete from note where id = 1"}, "new"),
    "no rows": ({"rows": 0}, "rows"),
    "both with and each": ({"each": [{"new": 1, "no": "x"}]}, "each"),
    "a file that is not there": ({"with": {}, "from": "rows.json"}, "rows.json"),
    "an upsert": ({"sql": "insert into note (id) values (:no) on conflict do nothing", "with": {"no": 1}}, "VALUES"),
    "a chance": ({"sql": "delete from note where random() > :no and id = :new"}, "RANDOM"),
    "an alias": ({"sql": "update note n set state = 1 where n.id = 1"}, "SET"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_statement_whose_rows_do_not_follow_from_it_is_refused(bench: Bench, name: str) -> None:
    spoilt, word = BAD[name]
    with pytest.raises(BadFile) as failed:
        prepare(bench.world, a_plan(bench, {**UPDATE, **spoilt}))
    assert word in str(failed.value)


def test_a_fix_stands_in_no_upgrade_and_nothing_else_in_a_data_fix(bench: Bench) -> None:
    with pytest.raises(BadFile):
        prepare(bench.world, a_plan(bench, kind="upgrade"))
    other = {"id": "x", "title": "x", "do": "wait", "with": {"for": "1s"}}
    with pytest.raises(BadFile):
        prepare(bench.world, a_plan(bench, steps=[other]))


def test_rows_changed_after_the_approval_shut_the_gate(bench: Bench) -> None:
    path = a_plan(bench)
    approved = prepare(bench.world, path)
    kept = fingerprints(approved.previews)
    assert not list(rows_shut(approved.drawn.acts, approved.previews, kept))
    bench.run("update note set state = 3 where id = 4471")
    now = prepare(bench.world, path)
    assert [each.gate for each in rows_shut(now.drawn.acts, now.previews, kept)] == ["approval"]
    assert now.rendered().digest == approved.rendered().digest


def test_a_wrong_count_shuts_the_gate_before_anything_is_approved(bench: Bench) -> None:
    seen = prepare(bench.world, a_plan(bench, {**UPDATE, "rows": 2}))
    assert [each.gate for each in rows_shut(seen.drawn.acts, seen.previews, None)] == ["preflight"]


def a_hand(bench: Bench, prepared: Prepared) -> FixHand:
    desk = desk_of(bench.world, "U-1")
    return FixHand(bench.world, desk, prepared.site, fingerprints(prepared.previews))


def test_the_act_is_done_looked_into_and_taken_back(bench: Bench) -> None:
    before, prepared = bench.rows(), prepare(bench.world, a_plan(bench))
    (act,) = prepared.drawn.acts
    hand = a_hand(bench, prepared)
    assert hand.settle(act, Standing(act.id)).facts["never"]
    assert hand.do(act, 1, Standing(act.id)).outcome is Outcome.DONE
    assert bench.rows() == changed(before, r4471=1, r4472=1, r4473=1)
    again = a_hand(bench, prepared)  # another process, which only has what is on the disk
    assert again.settle(act, Standing(act.id)).outcome is Outcome.DONE
    assert again.undo(act, 1, Standing(act.id)).outcome is Outcome.UNDONE
    assert bench.rows() == before
    assert again.settle(act, Standing(act.id, what="undo")).outcome is Outcome.UNDONE


def test_an_undo_over_the_work_of_others_fails_and_touches_nothing(bench: Bench) -> None:
    prepared = prepare(bench.world, a_plan(bench))
    (act,) = prepared.drawn.acts
    hand = a_hand(bench, prepared)
    hand.do(act, 1, Standing(act.id))
    bench.run("delete from note where id = 4473")
    now = bench.rows()
    assert hand.undo(act, 1, Standing(act.id)).outcome is Outcome.FAILED
    assert hand.settle(act, Standing(act.id)).outcome is Outcome.FAILED
    assert bench.rows() == now


def test_an_act_whose_evidence_cannot_be_kept_changes_nothing(bench: Bench) -> None:
    before, prepared = bench.rows(), prepare(bench.world, a_plan(bench))
    (act,) = prepared.drawn.acts
    place = desk_of(bench.world, "U-1").folder
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("in the way", "utf-8")
    came = a_hand(bench, prepared).do(act, 1, Standing(act.id))
    assert (came.outcome, came.facts["touched"]) == (Outcome.FAILED, False)
    assert bench.rows() == before


def test_rows_whose_note_is_gone_are_put_back_by_what_the_journal_says(bench: Bench) -> None:
    before, prepared = bench.rows(), prepare(bench.world, a_plan(bench))
    (act,) = prepared.drawn.acts
    hand = a_hand(bench, prepared)
    with Journal(desk_of(bench.world, "U-1").folder.parent / "j", bench.world.clock) as journal:
        journal.intend(act.id, what="do", attempt=1)
        came = hand.do(act, 1, Standing(act.id))
        journal.outcome(act.id, Outcome.DONE, **came.facts)
        standing = fold(read_journal(journal.path).lines).standing(act.id)
    for note in desk_of(bench.world, "U-1").folder.glob("*.rows"):
        note.unlink()
    assert hand.undo(act, 2, standing).outcome is Outcome.UNDONE
    assert bench.rows() == before


def test_rows_whose_evidence_is_gone_are_not_guessed_back(bench: Bench) -> None:
    prepared = prepare(bench.world, a_plan(bench))
    (act,) = prepared.drawn.acts
    hand = a_hand(bench, prepared)
    digest = str(hand.do(act, 1, Standing(act.id)).facts["rows"])
    now = bench.rows()
    (kept,) = [each for each in bench.world.workspace.private.rglob(digest) if each.is_file()]
    kept.unlink()
    assert hand.undo(act, 1, Standing(act.id)).outcome is Outcome.FAILED
    assert hand.settle(act, Standing(act.id)).outcome is None
    assert bench.rows() == now


def test_values_come_from_a_file_of_rows_too(bench: Bench) -> None:
    rows = [{"id": 6001, "no": PATIENT}, {"id": 6002, "no": PATIENT}]
    path = a_plan(
        bench,
        {"sql": "insert into note (id, patient_no) values (:id, :no)", "from": "rows.json", "rows": 2},
    )
    (path.parent / "rows.json").write_text(json.dumps(rows), "utf-8")
    prepared = prepare(bench.world, path)
    (act,) = prepared.drawn.acts
    assert a_hand(bench, prepared).do(act, 1, Standing(act.id)).outcome is Outcome.DONE
    assert [row[0] for row in bench.rows()][-3:] == [6001, 6002, 9001]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('[{"id": 6001, "no": "\\ud800"}]', "普通"),
        ('[{"id": 6001, "no": NaN}]', "舍入"),
        ('[{"id": 6001, "no": 12345678901234567890.12}]', "舍入"),
        ('[{"id": 6001, "no": ' + "9" * 5000 + "}]", "舍入"),
        ("[" * 100_000, "JSON"),
        ('[{"id": [], "no": 1}]', "普通"),
    ],
)
def test_a_file_of_rows_whose_values_could_not_be_sent_as_they_are_is_refused(
    bench: Bench, content: str, words: str
) -> None:
    told = {"sql": "insert into note (id, patient_no) values (:id, :no)", "from": "rows.json", "rows": 1}
    path = a_plan(bench, told)
    (path.parent / "rows.json").write_text(content, "utf-8")
    with pytest.raises(BadFile, match=words):
        prepare(bench.world, path)


def test_a_decimal_in_a_file_of_rows_is_what_was_written(bench: Bench) -> None:
    told = {"sql": "insert into note (id, state) values (:id, :state)", "from": "rows.json", "rows": 1}
    path = a_plan(bench, told)
    (path.parent / "rows.json").write_text('[{"id": 6001, "state": 12.10}]', "utf-8")
    (act,) = prepare(bench.world, path).drawn.acts
    assert isinstance(act.do, Fix)
    assert act.do.statements[0].binds == ({"id": 6001, "state": 12.1},)
