"""What came again is grouped by links and causes; what only reads alike is offered."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hmaint.duty.incident import fold
from hmaint.duty.recurrence import alike, repeats
from hmaint.model.incident import Incident
from tests.duty.incidents import at, told


def incident(number: int, what: str, cause: str = "", links: tuple[str, ...] = ()) -> Incident:
    found = fold(told("2026-03-05 09:00:00", {"what": what}))
    assert found is not None
    texts = {"cause": cause} if cause else {}
    when = at("2026-03-05 09:00:00") + timedelta(days=number)
    return replace(found, id=f"I-{number}", reported=when, texts=texts, links=links)


def test_links_and_equal_causes_make_one_trouble_whatever_the_order() -> None:
    known = [
        incident(1, "打印错行", "驱动过旧"),
        incident(2, "登录慢"),
        incident(3, "打印机卡纸", "驱动 过旧。"),
        incident(4, "打印乱码", "", ("I-3",)),
        incident(5, "无法登录", "口令过期"),
    ]
    for order in (known, known[::-1]):
        assert [[each.id for each in group] for group in repeats(order)] == [["I-1", "I-3", "I-4"]]


def test_a_link_to_what_is_not_there_groups_nothing() -> None:
    assert repeats([incident(1, "打印错行", "", ("I-99",))]) == []


def test_earlier_ones_that_read_alike_are_offered_and_linked_ones_not_again() -> None:
    now = incident(9, "内镜中心工作站无法登录")
    like, other = incident(1, "内镜中心工作站全部无法登录"), incident(2, "打印机卡纸")
    later, elsewhere = incident(10, "内镜中心工作站无法登录"), replace(incident(3, now.what), site="his")
    assert [each.id for each in alike(now, [like, other, later, elsewhere, now])] == ["I-1"]
    assert alike(replace(now, links=("I-1",)), [like]) == []
    assert alike(replace(now, what="慢"), [replace(like, what="慢")]) == []
