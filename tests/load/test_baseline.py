"""Baselines as files: whatever was learned reads back as it was, a row a line."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.errors import BadFile
from hmaint.load.baseline import hold, load_baseline, path_of, save_baseline

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.text(max_size=20).filter(
        lambda text: "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)
    )
)
COLUMNS = st.sampled_from(["port", "user", "line", "digest", "值"])
ROWS = st.lists(st.dictionaries(COLUMNS, SCALARS, min_size=1, max_size=4), max_size=4)


@given(
    st.dictionaries(
        st.sampled_from(["app", "icu-db-1"]),
        st.dictionaries(st.sampled_from(["a.b", "c.d"]), ROWS, min_size=1),
    )
)
def test_what_was_saved_reads_back(entries: dict[str, dict[str, list[dict[str, object]]]]) -> None:
    with TemporaryDirectory() as folder:
        save_baseline(Path(folder), "icu", entries)  # type: ignore[arg-type] # scalars
        read = load_baseline(Path(folder), "icu").entries
    assert {target: set(steps) for target, steps in read.items()} == {t: set(s) for t, s in entries.items()}
    for target, steps in entries.items():
        for step, rows in steps.items():
            assert {repr(sorted(map(repr, row.items()))) for row in read[target][step]} == {
                repr(sorted(map(repr, row.items()))) for row in rows
            }


@pytest.mark.parametrize(
    "text",
    ["no", "true", "1e5", "0x1f", "010", "22", "1.5", "~", "", " a", "a: b", "{x}", "-", "# c", "!secret x"],
)
def test_text_that_looks_like_something_else_stays_text(tmp_path: Path, text: str) -> None:
    save_baseline(tmp_path, "icu", {"app": {"a.b": ({"line": text},)}})
    assert load_baseline(tmp_path, "icu").entries["app"]["a.b"] == ({"line": text},)


def test_a_changed_row_is_a_changed_line(tmp_path: Path) -> None:
    rows = tuple({"user": name, "uid": number} for number, name in enumerate(("root", "icu", "backup")))
    save_baseline(tmp_path, "icu", {"app": {"accounts": rows}})
    before = path_of(tmp_path, "icu").read_text("utf-8").splitlines()
    save_baseline(tmp_path, "icu", {"app": {"accounts": (*reversed(rows), {"user": "eve", "uid": 0})}})
    after = path_of(tmp_path, "icu").read_text("utf-8").splitlines()
    assert [line for line in after if line not in before] == ["      - {user: eve, uid: 0}"]
    assert [line for line in before if line not in after] == []


def test_without_a_file_nothing_is_expected(tmp_path: Path) -> None:
    baseline = load_baseline(tmp_path, "icu")
    assert baseline.entries == {}
    hold(baseline, [], {"a.b": ("port",)})


def test_every_fault_is_told_at_its_place(tmp_path: Path) -> None:
    path = path_of(tmp_path, "icu")
    path.parent.mkdir()
    path.write_text("version: 1\ntargets:\n  app:\n    a.b: [{port: 22}, {prot: 80}]\n  ap: {}\n")
    with pytest.raises(BadFile) as caught:
        hold(load_baseline(tmp_path, "icu"), ["app"], {"a.b": ("port",), "c.d": ("x",)})
    assert [(fault.place.line, fault.place.column) for fault in caught.value.faults] == [(4, 23), (5, 3)]
    assert "app" in caught.value.faults[1].message
