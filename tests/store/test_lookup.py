"""The index of the knowledge base: everything there is found, whatever is asked, and the file may go at any time."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from bench.articles import HOW, WHAT, articles
from bench.knowledge import recall
from hypothesis import given
from hypothesis import strategies as st

from hmaint.load.synonyms import load_synonyms
from hmaint.model.article import Article
from hmaint.store.lookup import FILE, Lookup, Narrowing
from hmaint.store.lookup_text import all_of, any_of, hits, pieces, words_of

EVERY = list(articles(800))
SYNONYMS = load_synonyms(None)
LOCK = Article(
    "K-1", "icu", "数据库死锁处理", symptoms="医嘱保存转圈，提示 ORA-00060", steps="结束会话 10.1.2.3"
)
PRINT = Article("K-2", "", "打印机脱机", symptoms="腕带打不出来，错误 0x80070005", cause="spool 服务停止")


@pytest.fixture
def lookup(tmp_path: Path) -> Lookup:
    return Lookup(tmp_path, "one", lambda: [LOCK, PRINT])


def _found(
    lookup: Lookup, query: str, narrowing: Narrowing | None = None, *, synonyms: bool = True
) -> list[str]:
    words = words_of(query, SYNONYMS if synonyms else {})
    return [each.number for each, _rank in lookup.search(all_of(words), narrowing or Narrowing())]


def test_every_two_characters_and_every_code_are_found_wherever_they_stand(tmp_path: Path) -> None:
    lookup = Lookup(tmp_path, "many", lambda: EVERY)
    twos = [word for word in (*WHAT, *HOW) if len(word) == 2]
    assert recall(EVERY, lookup, [*twos, *(each.codes[0] for each in EVERY[:80])]) == 1.0


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("死锁", ["K-1"]),
        ("锁表", ["K-1"]),
        ("ora-00060", ["K-1"]),
        ("00060", ["K-1"]),
        ("ORA 00060", ["K-1"]),
        ("０ｘ８００７０００５", ["K-2"]),
        ("80070005", ["K-2"]),
        ("10.1.2.3", ["K-1"]),
        ("10.1.2", []),
        ("0.1.2.3", []),
        ("列印", []),
        ("打印機", ["K-2"]),
        ("打印机离线", ["K-2"]),
        ("转圈 死锁", ["K-1"]),
        ("死锁 打印", []),
        ("SPOOL", ["K-2"]),
    ],
)
def test_words_are_found_in_any_spelling_and_never_by_half_a_code(
    lookup: Lookup, query: str, numbers: list[str]
) -> None:
    assert _found(lookup, query) == numbers


def test_without_synonyms_only_the_word_itself_is_found(lookup: Lookup) -> None:
    assert _found(lookup, "锁表", synonyms=False) == []


HOSTILE = ['"', "''", "*", "NEAR(", "a AND", "OR", "NOT x", "title:死锁", "{a}", "^x", "(", "死锁*", "\x00", "\ud800",
           "😀", "-", "--", "x" * 10_000, "死" * 10_000, '"死锁', "ｏｒ", "a\nb", "%", "_", ":", "+"]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_nothing_that_is_asked_is_a_command(lookup: Lookup, query: str) -> None:
    _found(lookup, query)
    lookup.search(any_of(words_of(query, SYNONYMS), SYNONYMS), Narrowing())


@given(st.text(max_size=200))
def test_no_text_makes_a_search_fail(text: str) -> None:
    words = words_of(text, SYNONYMS)
    assert all("(" in part for part in (all_of(words), any_of(words, SYNONYMS)) if words)
    hits(text, [*pieces(words, SYNONYMS), *(word.tokens for word in words)])


def test_what_helped_stands_before_what_did_not_and_ones_own_site_before_another(tmp_path: Path) -> None:
    good, bad = replace(LOCK, number="good", solved=4), replace(LOCK, number="bad", failed=4)
    own, other = replace(LOCK, number="own", site="icu"), replace(LOCK, number="other", site="his")
    lookup = Lookup(tmp_path, "ranked", lambda: [bad, other, own, good])
    assert _found(lookup, "死锁")[0] == "good"
    assert _found(lookup, "死锁")[-1] == "bad"
    asked = _found(lookup, "死锁", Narrowing(site="his"))
    assert asked.index("other") < asked.index("own")
    assert "own" not in _found(lookup, "死锁", Narrowing(only="his"))


def test_a_retired_article_is_found_only_when_asked_for(tmp_path: Path) -> None:
    lookup = Lookup(tmp_path, "old", lambda: [replace(LOCK, retired=True)])
    assert _found(lookup, "死锁") == []
    assert _found(lookup, "死锁", Narrowing(retired=True)) == ["K-1"]


def test_an_index_of_another_state_is_made_anew_and_one_of_this_is_not(tmp_path: Path) -> None:
    made: list[str] = []

    def told(name: str) -> list[Article]:
        made.append(name)
        return [replace(LOCK, number=name)]

    for state in ("a", "a", "b", "b"):
        name = state
        assert _found(Lookup(tmp_path, state, lambda name=name: told(name)), "死锁") == [state]  # type: ignore[misc] # a default that binds
    assert made == ["a", "b"]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.parametrize("damage", [b"", b"no database at all", None])
def test_a_damaged_or_missing_index_costs_a_moment_and_no_answer(
    tmp_path: Path, damage: bytes | None
) -> None:
    lookup = Lookup(tmp_path, "one", lambda: [LOCK])
    assert _found(lookup, "死锁") == ["K-1"]
    if damage is None:
        (tmp_path / FILE).unlink()
    else:
        (tmp_path / FILE).write_bytes(damage)
    assert _found(lookup, "死锁") == ["K-1"]


def test_an_index_cut_in_the_middle_is_made_anew(tmp_path: Path) -> None:
    lookup = Lookup(tmp_path, "one", lambda: EVERY)
    before = _found(lookup, "死锁")
    whole = (tmp_path / FILE).read_bytes()
    for kept in range(1, 8):
        (tmp_path / FILE).write_bytes(whole[: len(whole) * kept // 8])
        assert _found(lookup, "死锁") == before
        (tmp_path / FILE).write_bytes(whole[: len(whole) * kept // 8] + b"\xff" * (len(whole) // 8))
        assert _found(lookup, "死锁") == before


def test_where_no_file_can_be_written_the_answer_is_the_same(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    assert _found(Lookup(nowhere, "one", lambda: [LOCK]), "死锁") == ["K-1"]
    assert not nowhere.exists()


def test_many_at_once_each_get_their_answer_and_leave_one_file(tmp_path: Path) -> None:
    def ask(number: int) -> list[str]:
        return _found(Lookup(tmp_path, str(number % 2), lambda: [LOCK, PRINT]), "死锁")

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(40))) == [["K-1"]] * 40
    assert [each.name for each in tmp_path.iterdir()] == [FILE]


def test_hits_are_told_in_the_text_as_it_was_written() -> None:
    text = "提示ＯＲＡ－00060，数据庫死锁"
    words = words_of("ora-00060 数据库", {})
    assert [text[a:b] for a, b in hits(text, [word.tokens for word in words])] == ["ＯＲＡ－00060", "数据庫"]


def test_what_a_killed_process_left_half_made_goes_when_it_is_old(tmp_path: Path) -> None:
    old, young = tmp_path / f".{FILE}.old", tmp_path / f".{FILE}.young"
    for each in (old, young):
        each.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert _found(Lookup(tmp_path, "one", lambda: [LOCK]), "死锁") == ["K-1"]
    assert (old.exists(), young.exists()) == (False, True)
