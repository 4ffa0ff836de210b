"""Which documents a contract's profile wants with a quarter, and what is told of a profile that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.duty.papers import FORMS
from hmaint.errors import BadFile
from hmaint.load.contract_documents import load_wanted
from hmaint.model.wanted import Wanted
from hmaint.report.form import form_ids

HEAD = "schema: hmaint.contract/1\nid: s\ntitle: 甲\n"


def written(folder: Path, text: str) -> Path:
    (folder / "contracts").mkdir()
    (folder / "contracts" / "s.yaml").write_text(HEAD + text, "utf-8")
    return folder


@pytest.mark.parametrize(("per", "rhythm"), [
    ("day", "month"), ("week", "week"), ("month", "month"), ("quarter", "quarter"),
    ("half_year", "if_any"), ("year", "if_any"), ("contract", "if_any"), ("continuous", "if_any"), ("null", "if_any"),
])  # fmt: skip
def test_how_often_a_document_is_due_within_a_quarter(tmp_path: Path, per: str, rhythm: str) -> None:
    root = written(
        tmp_path,
        "documents: [{id: health_report, name: 报告}]\n"
        f"obligations: [{{id: A-1, title: 乙, kind: inspection, per: {per}, evidence: [health_report]}}]",
    )
    assert load_wanted(root, "s") == (Wanted("报告", "health-report", rhythm, "A-1"),)  # type: ignore[arg-type] # one of them


def test_documents_have_the_contract_s_own_names_and_those_if_any_are_not_demanded(tmp_path: Path) -> None:
    root = written(tmp_path, """
documents:
  - {id: faq, name: 常见问题, fields: [a], seal: contractor}
  - {id: upgrade_log, name: 升级记录（若有）, if_any: true}
  - {id: training_record, name: 培训记录}
obligations:
  - {id: A-6, title: 提交, kind: bundle, per: quarter, evidence: [faq, upgrade_log], cli: auto, quote: 每季度}
on_demand: [{id: A-7, title: 培训, evidence: [training_record, faq]}]
""")  # fmt: skip
    assert load_wanted(root, "s") == (
        Wanted("常见问题", "", "quarter", "A-6"),
        Wanted("升级记录（若有）", "upgrade-log", "if_any", "A-6"),
        Wanted("培训记录", "training-record", "if_any", "A-7"),
    )


def test_no_profile_is_not_an_empty_one(tmp_path: Path) -> None:
    assert load_wanted(tmp_path, "s") is None
    assert load_wanted(tmp_path, "") is None
    assert load_wanted(written(tmp_path, ""), "s") == ()


@pytest.mark.parametrize(("text", "place"), [
    ("obligations: [{id: A, per: fortnight, evidence: [x]}]", "s.yaml:4:"),
    ("obligations: [{id: A, per: month, evidence: x}]", "s.yaml:4:"),
    ("documents:\n  - {id: 7, name: x}\n", "s.yaml:5:"),
    ("documents: [{id: a}]", "s.yaml:4:"),
    ("documents: [a", "s.yaml:4:"),
])  # fmt: skip
def test_a_profile_that_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(BadFile) as wrong:
        load_wanted(written(tmp_path, text), "s")
    assert place in str(wrong.value)


def test_every_form_named_is_one_there_is() -> None:
    assert set(FORMS.values()) <= set(form_ids(None))
