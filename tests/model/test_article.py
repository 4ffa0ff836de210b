"""An article is folded from its entries: in whatever order, however often they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from hmaint.model.article import articles, told
from hmaint.model.entry import WITHDRAWN, Entry
from tests.store.samples import NOON


def _entry(number: int, event: str, body: dict[str, object], corrects: str = "") -> Entry:
    at = NOON + timedelta(minutes=number)
    return Entry(f"{number:032}", "K-1", "kb", event, "icu", at, at, "张工", body, corrects)


HISTORY = (
    _entry(0, "added", {"title": "锁表", "symptoms": "转圈", "codes": ["ORA-00054"], "incident": "I-1"}),
    _entry(1, "edited", {"cause": "长事务", "why": "补充"}),
    _entry(2, "used", {"solved": True}),
    _entry(3, "used", {"solved": False}),
    _entry(4, "edited", {"title": "锁表处理", "codes": []}),
    _entry(5, "retired", {"why": "已升级"}),
    _entry(6, "restored", {}),
    _entry(7, "unheard-of", {"title": "别的"}),
)


def test_the_newest_words_hold_and_what_was_not_said_stays() -> None:
    article = told(HISTORY)
    assert article is not None
    assert (article.title, article.symptoms, article.cause, article.codes) == (
        "锁表处理",
        "转圈",
        "长事务",
        (),
    )
    assert (article.solved, article.failed, article.used, article.retired) == (1, 1, 2, False)
    assert (article.number, article.site, article.incident, article.author) == ("K-1", "icu", "I-1", "张工")
    assert (article.added_at, article.changed_at) == (NOON, NOON + timedelta(minutes=6))


@pytest.mark.parametrize("seed", range(8))
def test_order_and_repetition_change_nothing(seed: int) -> None:
    shuffled = [*HISTORY, *HISTORY[:3]]
    Random(seed).shuffle(shuffled)  # noqa: S311 - a test's own order
    assert told(shuffled) == told(HISTORY)


def test_what_was_corrected_or_taken_back_does_not_hold() -> None:
    corrected = replace(_entry(9, "edited", {"cause": "归档写满"}, HISTORY[1].id), at=HISTORY[1].at)
    article = told([*HISTORY, corrected])
    assert article is not None
    assert article.cause == "归档写满"
    assert told([*HISTORY, _entry(9, WITHDRAWN, {}, HISTORY[0].id)]) is None
    assert told([]) is None


def test_articles_of_many_are_told_apart() -> None:
    other = replace(HISTORY[0], id="x" * 32, matter="K-2")
    assert [each.number for each in articles([*HISTORY, other])] == ["K-1", "K-2"]


@pytest.mark.parametrize(
    "body", [{"title": 7}, {"title": "t", "codes": "A"}, {"title": None, "links": {"a": 1}}]
)
def test_a_body_of_the_wrong_kind_is_no_failure(body: dict[str, object]) -> None:
    article = told([_entry(0, "added", body)])
    assert article is not None
    assert isinstance(article.title, str)
    assert (article.codes, article.links) == ((), ())
