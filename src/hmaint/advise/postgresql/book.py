"""The looks and the rules of PostgreSQL, in the order they are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from hmaint.advise.draft import Manner, Topic
from hmaint.advise.facts import Facts, Look
from hmaint.advise.limits import DAY
from hmaint.advise.postgresql import (
    indexes,
    load,
    schema_looks,
    server_looks,
    settings,
    statements,
    tables,
    upkeep,
)
from hmaint.advise.postgresql.company import suited
from hmaint.advise.postgresql.hypothetical import checked
from hmaint.advise.postgresql.rows import server, whole
from hmaint.advise.rules import Rule
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Advice
from hmaint.model.look import Row

__all__ = ["LOOKS", "RULES", "cautions", "checked", "remember"]

LOOKS: tuple[Look, ...] = (*server_looks.LOOKS, *schema_looks.LOOKS)

_MANNER = Manner("postgresql", ("opengauss", "gaussdb", "kingbase", "highgo", "vastbase"))


def _rule(topic: Topic) -> Rule:
    made = _MANNER.rule(topic)

    def find(facts: Facts) -> Iterator[Advice]:
        return (suited(item, facts) for item in made.find(facts))

    return replace(made, find=find)


RULES: tuple[Rule, ...] = tuple(
    _rule(topic) for room in (settings, indexes, statements, tables, upkeep, load) for topic in room.TOPICS
)


def remember(facts: Facts) -> Mapping[str, tuple[Row, ...]]:
    """Counters of statements by digest, and since when each index has been seen unused."""
    try:
        idle = _idle(facts)
    except CouldNotLook:
        idle = facts.before.get("unused", ())
    return {**statements.remember(facts), "unused": idle}


def _idle(facts: Facts) -> tuple[Row, ...]:
    """An index that was used meanwhile begins anew; what was dropped is forgotten."""
    since = indexes.first_seen(facts)
    found = ((index.full, whole(index.row["oid"])) for index in indexes.idle(facts))
    return tuple(
        {"index": full, "oid": oid, "first": since.get((full, oid), facts.now)} for full, oid in found
    )


def cautions(facts: Facts) -> tuple[str, ...]:
    """What limits the judgement of the whole server."""
    return tuple(_cautions(facts))


def _cautions(facts: Facts) -> Iterator[str]:
    try:
        row = server(facts)
    except CouldNotLook as unseen:
        yield f"没有读到服务器的计数（{unseen.reason}）：许多规则未能判断"
        return
    counted = row["counted"]
    if counted is None or whole(counted) < facts.limits.ratio_hours * 3600:
        lasting = "多久不知道" if counted is None else f"只有 {whole(counted) / 3600:.1f} 小时"
        yield f"计数器累计{lasting}：与工作量有关的规则未能判断"
    elif whole(counted) < facts.limits.usage_days * DAY:
        yield f"计数器只累计了 {whole(counted) / DAY:.0f} 天，没有跨过月末：不判断索引是否无用"
    if row["standby"]:
        yield "这是备库：语句与索引使用情况只是备库自己的，改动要在主库做"
    yield from _hidden(facts)


def _hidden(facts: Facts) -> Iterator[str]:
    """What the account was not shown."""
    if facts.was_seen("sequences"):
        hidden = sum(each["last"] is None for each in facts.rows("sequences"))
        if hidden:
            yield f"有 {hidden} 个序列账号看不到当前值，是否将用尽不知道"
    if facts.was_seen("tables") and facts.was_seen("statistics"):
        seen = {(each["schema"], each["name"]) for each in facts.rows("statistics")}
        lost = sum(
            t["kind"] != "p" and whole(t["tuples"]) > 0 and (t["schema"], t["name"]) not in seen
            for t in facts.rows("tables")
        )
        if lost:
            yield f"有 {lost} 张表账号看不到列统计：膨胀与区分度没有估算"
