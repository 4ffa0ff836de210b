"""Cells side by side: nothing is lost, nothing stands out, Chinese takes two columns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hmaint.cli.format.grid import layout
from hmaint.kit.width import width

_WORDS = st.text(st.sampled_from("ab 中文，→\n"), min_size=0, max_size=40)


def test_cells_of_several_lines_stand_side_by_side() -> None:
    rows = [["icu", "巡检", "S3-1"], ["pacs", "备份\n→ 每晚", "S3-1.2"]]
    assert layout(rows, 60).splitlines() == [
        "  icu   巡检    S3-1",
        "  pacs  备份    S3-1.2",
        "        → 每晚",
    ]


def test_the_longest_cell_gives_way_in_a_narrow_terminal() -> None:
    told = layout([["icu", "一二三四五六七八九十一二三四五六七八九十"]], 30).splitlines()
    assert len(told) > 1
    assert max(map(width, told)) <= 30


@given(st.lists(st.lists(_WORDS, min_size=3, max_size=3), min_size=1, max_size=5), st.integers(20, 120))
def test_no_word_is_lost(rows: list[list[str]], columns: int) -> None:
    kept = "".join("".join(cell.split()) for row in rows for cell in row)
    assert sorted("".join(layout(rows, columns).split())) == sorted(kept)
