"""What VACUUM and ANALYZE have not done, and counters that run out: transaction ids, sequences, partitions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hmaint.advise.draft import HIGH, LOW, MEDIUM, NO, Draft, Topic
from hmaint.advise.facts import Facts
from hmaint.advise.postgresql.rows import Table, server, settings, tables, whole
from hmaint.advise.postgresql.tables import about
from hmaint.advise.postgresql.words import WEAK, WHOLE, by_hand, lasting, literal, name, upkeep
from hmaint.errors import CouldNotLook
from hmaint.model.advice import Act, Chapter, Claim, Fix, Lock, Verb
from hmaint.model.look import Row, Seen
from hmaint.model.playbook import Level

_IDS = 2_147_483_647
_AHEAD, _SOON, _ARCHIVED = 45, 15, 90
"""Days of room left in partitions that are a warning, and critical (CHECKS PG-27); since when it is an archive."""


def _dead(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        dead = table.count("dead")
        if dead > 10_000 and dead / max(1, dead + table.count("live")) > 0.2:  # noqa: PLR2004 - see the rule's source
            yield Draft(
                table.full,
                f"表 {table.name} 有 {dead} 个死元组，占 {dead / (dead + table.count('live')):.0%}",
                "扫描不再读已删除的行，空间可再用",
                (HIGH, LOW, NO),
                "磁盘较忙一阵",
                "有长事务或复制槽挡着时清不掉：先看并发一章",
                evidence=(about(table, dead=dead),),
                fix=upkeep(Act.VACUUM, "VACUUM (ANALYZE)", table, 2),
                checked="服务器自己的计数",
                claims=(Claim(Verb.ANALYZE, table.full, weight=1),),
            )


def _never_vacuumed(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        busy = table.rows >= facts.limits.rows and table.count("inserted") >= facts.limits.rows
        if table.row["kind"] == "r" and busy and not table.row["vacuumed"]:
            yield Draft(
                table.full,
                f"表 {table.name}（{table.rows} 行）从没有清理过：仅索引扫描用不上，将来要一次冻结全部",
                "仅索引扫描可用，冻结分摊开",
                (MEDIUM, LOW, NO),
                "磁盘较忙一阵",
                evidence=(about(table),),
                fix=upkeep(Act.VACUUM, "VACUUM (ANALYZE)", table, 2),
                checked="服务器自己的记录：没有手工或自动清理",
                claims=(Claim(Verb.ANALYZE, table.full, weight=1),),
            )


def _stale(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        changed, live = table.count("modified"), max(1, table.count("live"))
        if table.row["analyzed"] and changed > 5000 and changed / live > 0.2:  # noqa: PLR2004 - see the rule's source
            yield _analyze(table, f"表 {table.name} 上次统计后改了 {changed} 行（共 {live} 行）", changed)


def _never_analyzed(facts: Facts) -> Iterator[Draft]:
    for table in tables(facts):
        if table.row["kind"] == "r" and not table.row["analyzed"] and table.count("live") >= 5000:  # noqa: PLR2004 - see the rule's source
            yield _analyze(
                table, f"表 {table.name}（{table.count('live')} 行）从没有统计过", table.count("modified")
            )


def _analyze(table: Table, summary: str, changed: int) -> Draft:
    return Draft(
        table.full,
        f"{summary}，优化器按过时的数目选计划",
        "行数估得准，选对索引和连接方式",
        (HIGH, LOW, NO),
        "读约 3 万行样本",
        "个别语句的执行计划会改变",
        evidence=(about(table, modified=changed),),
        fix=upkeep(Act.ANALYZE, "ANALYZE", table),
        checked="服务器自己的计数",
        claims=(Claim(Verb.ANALYZE, table.full),),
    )


def _old_tables(facts: Facts) -> Iterator[Draft]:
    most = settings(facts)["autovacuum_freeze_max_age"].figure
    for table in tables(facts):
        age = table.count("age")
        if age > most * 1.5:
            yield Draft(
                table.full,
                f"表 {table.name} 的事务号年龄 {age}，超过自动冻结线的 150%",
                "离事务号用尽更远",
                (HIGH, MEDIUM, NO),
                "读写整张表",
                "无",
                Level.CRITICAL if age > _IDS * 0.75 else Level.WARNING,
                evidence=(about(table, age=age),),
                fix=by_hand(
                    (f"VACUUM (FREEZE, ANALYZE) {table.sql}",), (), lasting(WEAK, table.bytes, 2), table
                ),
                checked="目录中 relfrozenxid 的年龄",
                claims=(Claim(Verb.ANALYZE, table.full, weight=2),),
            )


def _old_database(facts: Facts) -> Iterator[Draft]:
    row = server(facts)
    used = 100 * max(whole(row["age"]), whole(row["mxid_age"])) / _IDS
    if used >= 50:  # noqa: PLR2004 - postgres-checkup
        yield Draft(
            str(row["db"]),
            f"库 {row['db']} 的事务号已用 {used:.0f}%，用尽后拒绝写入",
            "业务不会被停",
            (HIGH, HIGH, LOW),
            "逐表冻结，读写整个库",
            "无",
            Level.CRITICAL if used >= 80 else Level.WARNING,  # noqa: PLR2004 - see the rule's source
            evidence=({"db": str(row["db"]), "age": whole(row["age"]), "used_pct": round(used, 1)},),
            advice="先清掉长事务、悬挂的两阶段事务、不用的复制槽，再在低峰从最老的表开始 VACUUM (FREEZE)",
            checked="目录中 datfrozenxid 与 datminmxid 的年龄",
        )


def _sequences(facts: Facts) -> Iterator[Draft]:
    rows = facts.rows("sequences")
    if rows and all(row["last"] is None for row in rows):
        raise CouldNotLook(
            Seen.DENIED, "账号看不到任何序列的当前值（要 USAGE ON SCHEMA 与 SELECT ON ALL SEQUENCES）"
        )
    for row in rows:
        most = min(
            whole(row["most"]), {"int2": 32_767, "int4": _IDS}.get(str(row["type"]), whole(row["most"]))
        )
        used = whole(row["last"]) / max(1, most)
        if row["last"] is not None and used >= facts.limits.used_up:
            yield _widen(facts, row, used)


def _widen(facts: Facts, row: Row, used: float) -> Draft:
    sequence = name(str(row["schema"]), str(row["name"]))
    grow = f"ALTER SEQUENCE {sequence} AS bigint MAXVALUE 9223372036854775807"
    owner = next(
        (t for t in tables(facts) if (t.schema, t.name) == (row["owner_schema"], row["owner"])), None
    )
    narrow = owner is not None and row["type"] in ("int2", "int4")
    lock = lasting(WHOLE, owner.bytes, 2) if narrow and owner else Lock("只锁序列", 0.1)
    alter = (
        (f"ALTER TABLE {owner.sql} ALTER COLUMN {name(str(row['column']))} TYPE bigint",)
        if narrow and owner
        else ()
    )
    return Draft(
        f"{row['schema']}.{row['name']}",
        f"序列 {row['name']} 已用 {used:.0%}，用尽后 {row['owner'] or '业务'} 不能再插入",
        "业务不会被停",
        (HIGH, HIGH if narrow else LOW, HIGH if narrow else LOW),
        "整张表和它的索引重写" if narrow else "无",
        "重写期间读写都被阻塞；引用它的外键列与程序里的整数类型要一起改" if narrow else "无",
        Level.CRITICAL if used >= facts.limits.nearly_used_up else Level.WARNING,
        evidence=(
            {
                "sequence": f"{row['schema']}.{row['name']}",
                "column": f"{row['owner']}.{row['column']}",
                "type": str(row["type"]),
                "used_pct": round(used * 100, 1),
            },
        ),
        fix=by_hand((*alter, grow), (), lock, owner),
        checked="序列的当前值与列类型的上限",
    )


def _partitions(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("partitions"):
        left = row["days_left"]
        if row["rest"] or left is None or not -_ARCHIVED < float(left) < _AHEAD:
            continue  # what ended long ago is an archive: its program would have stopped
        yield Draft(
            f"{row['schema']}.{row['name']}",
            f"分区表 {row['name']} 的最后一个分区还剩 {float(left):.0f} 天，之后写入立即报错",
            "业务不会被停",
            (HIGH, LOW, LOW),
            "无",
            "分区的命名与厂商的定时任务不要冲突",
            Level.CRITICAL if float(left) < _SOON else Level.WARNING,
            evidence=(
                {
                    "table": f"{row['schema']}.{row['name']}",
                    "partitions": whole(row["partitions"]),
                    "until": str(row["upper"]),
                    "days_left": round(float(left)),
                },
            ),
            fix=_next_partition(row),
            advice="与厂商商定提前建好后续分区，并设定时任务自动建",
            checked="目录中的分区边界；没有兜底分区",
        )


def _next_partition(row: Row) -> Fix | None:
    """Made beside the table and attached, which takes no lock that stops writing (PostgreSQL 12 and later)."""
    if row["upper"] is None or row["lower"] is None:
        return None
    upper, lower = _moment(row["upper"]), _moment(row["lower"])
    ending = _after(lower, upper)
    shown = [
        moment.isoformat(" ") if row["type"] != "date" else moment.date().isoformat()
        for moment in (upper, ending)
    ]
    whole_table, part = name(str(row["schema"]), str(row["name"])), f"{row['name']}_{upper:%Y%m%d}"
    made = name(str(row["schema"]), part)
    return by_hand(
        (
            f"CREATE TABLE {made} (LIKE {whole_table} INCLUDING ALL)",
            (
                f"ALTER TABLE {whole_table} ATTACH PARTITION {made} FOR VALUES FROM ({literal(shown[0])}) "
                f"TO ({literal(shown[1])})"
            ),
        ),
        (f"ALTER TABLE {whole_table} DETACH PARTITION {made}",),
        Lock("SHARE UPDATE EXCLUSIVE 锁（读写照常）", 0.1, "新分区是空的"),
    )


def _moment(value: object) -> datetime:
    text = str(value)
    return datetime.fromisoformat(text if len(text) < 3 or text[-3] not in "+-" else f"{text}:00")  # noqa: PLR2004 - `+08` as the server writes it


def _after(lower: datetime, upper: datetime) -> datetime:
    """The end of the next partition: as many months on where both ends begin a month, else as many days."""
    months = (upper.year - lower.year) * 12 + upper.month - lower.month
    if (lower.day, upper.day) == (1, 1) and months > 0:
        at = upper.year * 12 + upper.month - 1 + months
        return upper.replace(year=at // 12, month=at % 12 + 1)
    return upper + max(upper - lower, timedelta(days=1))


def _rest(facts: Facts) -> Iterator[Draft]:
    for row in facts.rows("partitions"):
        rows = whole(row["rest_rows"])
        if rows >= facts.limits.rows:
            yield Draft(
                f"{row['schema']}.{row['name']}",
                f"分区表 {row['name']} 的兜底分区里有 {rows} 行：后续分区没有建",
                "分区裁剪和逐月归档重新有效",
                (MEDIUM, MEDIUM, MEDIUM),
                "要把这些行移到新分区",
                "兜底分区有数据时直接加分区会失败并长时间持锁",
                evidence=(
                    {
                        "table": f"{row['schema']}.{row['name']}",
                        "partition": str(row["rest_name"]),
                        "rows": rows,
                    },
                ),
                advice="在停机窗口：DETACH 兜底分区，建好各月分区，把行移回，再建空的兜底分区",
                checked="服务器自己的行数计数",
            )


_TABLE = Chapter.TABLE
TOPICS: tuple[Topic, ...] = (
    Topic("table.dead", _TABLE, "死元组过多", _dead, "20% 且 1 万行（本项目经验值）", ("tables", "server")),
    Topic(
        "table.never_vacuumed",
        _TABLE,
        "从没有清理过的表",
        _never_vacuumed,
        "1 万行以上",
        ("tables", "server"),
    ),
    Topic(
        "table.stale_statistics",
        _TABLE,
        "统计信息过时",
        _stale,
        "20% 且 5000 行（本项目经验值）",
        ("tables", "server"),
    ),
    Topic(
        "table.never_analyzed",
        _TABLE,
        "从没有统计过的表",
        _never_analyzed,
        "5000 行以上",
        ("tables", "server"),
    ),
    Topic(
        "table.wraparound",
        _TABLE,
        "迟迟没有冻结的表",
        _old_tables,
        "autovacuum_freeze_max_age 的 150%",
        ("tables", "settings", "server"),
    ),
    Topic(
        "storage.wraparound",
        Chapter.STORAGE,
        "事务号将用尽",
        _old_database,
        "50%（postgres-checkup），严重 80%（本项目经验值）",
        ("server",),
    ),
    Topic(
        "table.sequence",
        _TABLE,
        "序列将用尽",
        _sequences,
        "70%，严重 90%（PgHero）",
        ("sequences", "tables", "server"),
        since="10",
    ),
    Topic(
        "table.partition_ahead",
        _TABLE,
        "后续分区没有建",
        _partitions,
        "45 天，严重 15 天（本项目经验值）",
        ("partitions",),
        since="12",
    ),
    Topic("table.partition_rest", _TABLE, "兜底分区里有数据", _rest, "1 万行", ("partitions",), since="12"),
)
