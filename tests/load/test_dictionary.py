"""The dictionary file: completed wherever there is room, in any layout, and not a word of it lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.errors import BadFile
from hmaint.load.dictionary import meanings_of, read_meanings
from hmaint.load.dictionary_skeleton import Missing, Wanted, completed
from hmaint.load.yaml import parse_yaml

WANTED: Wanted = {
    "patient": Missing(itself=True, columns={"a": "int", "b": "varchar(3)"}),
    "bed": Missing(itself=False, columns={"x y": "int"}),
    "no": Missing(itself=True, columns={}),
}
LAYOUTS = {
    "nothing": "",
    "an empty file": "\n\n",
    "blocks": "tables:\n  patient:  # 患者\n    # mine\n    meaning: 人\n"
    "    columns:\n      c: 甲  # keep\n      a: ''\n",
    "one line each": "tables:\n  bed: {meaning: 床}\n  ward:\n    columns: {q: 一床}\n",
    "one line": "tables: {patient: {columns: {c: x}}}\n",
    "no tables": "tables: {}\n",
    "keys without values": "tables:\n    patient:\n        columns:  # none yet\n    bed:\n",
    "line ends of Windows": "tables:\r\n  patient:\r\n    columns:\r\n      z: 甲\r\n",
    "no line end at the end": "tables:\n  ward:\n    meaning: 病区",
    "a long text": "tables:\n  bed:\n    columns: {}\n  patient:\n"
    "    columns:\n      c: |\n        long\n        text\n",
    "no columns": "tables:\n  patient:\n    meaning: 人\n",
    "names in quotes": 'tables:\n  "patient":\n    "columns":\n      "on": 开\n',
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_gap_gets_its_place_and_every_word_stays(layout: str) -> None:
    text = LAYOUTS[layout]
    before = meanings_of(parse_yaml(text, "x")) if text.strip() else {}
    done = completed(text, "icu.yaml", "icu", WANTED)
    after = meanings_of(parse_yaml(done, "x"))
    for table, meaning in before.items():
        assert after[table].table == meaning.table
        assert meaning.columns.items() <= after[table].columns.items()
    for table, missing in WANTED.items():
        assert missing.columns.keys() <= after[table].columns.keys()
    for line in text.split("\n"):
        remark = line.partition("#")[2]
        assert remark in done
    assert completed(done, "icu.yaml", "icu", WANTED) == done, "a second time there is nothing to do"


letters = st.characters(whitelist_categories=("L", "N"), whitelist_characters="_ -:#'\"{}[],&*!|>%@")
names = st.text(letters, min_size=1, max_size=8).filter(lambda name: name.strip() == name)


@given(st.dictionaries(names, st.dictionaries(names, st.just("int"), max_size=4), min_size=1, max_size=4))
def test_whatever_tables_and_columns_are_called(tables: dict[str, dict[str, str]]) -> None:
    wanted = {name: Missing(itself=True, columns=columns) for name, columns in tables.items()}
    first = completed("", "x", "icu", dict(list(wanted.items())[:1]))
    told = meanings_of(parse_yaml(completed(first, "x", "icu", wanted), "x"))
    assert {name: set(meaning.columns) for name, meaning in told.items()} == {
        name: set(columns) for name, columns in tables.items()
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tables:\n  bed:\n    meening: 床\n", "3:5"),
        ("tabels: {}\n", "1:1"),
        ("tables:\n  bed:\n    columns:\n      a: [1]\n", "4:10"),
        ("tables:\n  bed: {}\n  bed: {}\n", "3:3"),
    ],
)
def test_a_wrong_file_is_refused_at_its_place(text: str, place: str) -> None:
    with pytest.raises(BadFile) as caught:
        meanings_of(parse_yaml(text, "icu.yaml"))
    assert str(caught.value.faults[0].place) == f"icu.yaml:{place}"


def test_no_file_is_nothing_said(tmp_path: Path) -> None:
    assert read_meanings(tmp_path / "none.yaml") == {}
