"""Rules of MySQL and MariaDB whose defect no laboratory can be given within seconds, and what each version has not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hmaint.advise.engines import advise, book_of
from hmaint.advise.facts import Facts
from hmaint.advise.mysql.looks import LOOKS
from hmaint.database.guard import refusal
from hmaint.expr.condition import compile_condition
from hmaint.expr.version import Version
from hmaint.model.advice import Judged
from hmaint.model.look import Row, Rows, Seen
from tests.checks.catalogues import catalogue

_DAY = 86_400
VARIABLES = {
    "event_scheduler": "ON",
    "innodb_print_all_deadlocks": "ON",
    "performance_schema": "ON",
    "slow_query_log": "ON",
    "long_query_time": "2.000000",
    "query_cache_size": "1048576",
    "query_cache_type": "ON",
    "tmp_table_size": "1024",
    "max_heap_table_size": "16777216",
    "table_open_cache": "2000",
}
STATUS = {
    "Questions": "5000000",
    "Qcache_hits": "0",
    "Com_select": "100000",
    "Innodb_row_lock_waits": "0",
    "Innodb_row_lock_time": "0",
    "Created_tmp_tables": "100",
    "Created_tmp_disk_tables": "90",
}


def facts(
    *,
    flavour: str = "mariadb",
    version: str = "10.11.6",
    uptime: int | None = 60 * _DAY,
    **looks: tuple[Row, ...],
) -> Facts:
    rows = {
        "variables": as_rows(VARIABLES),
        "status": as_rows(STATUS),
        "metrics": ({"name": "lock_deadlocks", "value": 0}, {"name": "trx_rseg_history_len", "value": 10}),
        "events": (),
        **looks,
    }
    seen = {name: Rows(Seen.OBSERVED, each) for name, each in rows.items()}
    return Facts("main", "mysql", flavour, version, seen, uptime, 1_800_000_000)


def as_rows(values: Mapping[str, str]) -> tuple[Row, ...]:
    return tuple({"variable_name": name, "value": value} for name, value in values.items())


def judged(seen: Facts, rule: str) -> Judged:
    return next(each for each in advise(seen).judged if each.rule == f"mysql.{rule}")


def test_a_server_without_statement_counters_is_told_so_and_nothing_is_concluded_from_their_silence():
    off = facts(
        variables=as_rows({**VARIABLES, "performance_schema": "OFF"}),
        **HIS_TABLE,
        digests=(),
        digest_total=({"digests": 0, "calls": None, "total_ms": None, "lost_calls": None},),
        usage=(),
    )
    assert judged(off, "performance_schema").advice
    for rule in ("index.missing", "statement.time", "join.collation"):
        assert "没有语句统计" in judged(off, rule).unexamined
    for rule in ("index.unused", "index.useless", "table.cold"):
        assert "没有统计索引的使用" in judged(off, rule).unexamined
    assert any("看不到索引的使用" in line for line in advise(off).cautions)


def test_versions_nobody_cleans_up_after_are_found():
    long = ({"name": "trx_rseg_history_len", "value": 2_000_000},)
    assert judged(facts(metrics=long), "transaction.history").advice
    assert not judged(facts(), "transaction.history").advice
    assert "没有计数器" in judged(facts(metrics=()), "transaction.history").unexamined


@pytest.mark.parametrize(
    ("flavour", "version", "counts"),
    [
        ("mysql", "5.6.24", False),
        ("mysql", "5.7.44", True),
        ("mariadb", "10.1.48", False),
        ("mariadb", "10.2.44", True),
    ],
)
def test_deadlocks_that_a_version_leaves_out_of_its_count_are_not_called_none(
    flavour: str, version: str, *, counts: bool
):
    told = judged(facts(flavour=flavour, version=version), "lock.deadlocks")
    assert bool(told.skipped) is not counts
    assert not told.unexamined
    step = next(each for each in catalogue("mysql").steps if each.id == "mysql.locks.deadlocks")
    assert (
        compile_condition(step.when)({"database": {"flavour": flavour, "version": Version(version)}})
        is counts
    )


def test_long_waits_for_rows_are_found_by_their_mean():
    slow = as_rows({**STATUS, "Innodb_row_lock_waits": "100", "Innodb_row_lock_time": "900000"})
    assert judged(facts(status=slow), "lock.time").advice
    assert not judged(facts(), "lock.time").advice
    assert judged(facts(status=slow, uptime=3_600), "lock.time").unexamined


@pytest.mark.parametrize(("age", "found"), [(3 * _DAY, 1), (_DAY, 0)])
def test_a_job_that_did_not_run_is_found(age: int, found: int):
    event = {"db": "his", "event": "nightly", "enabled": 1, "unit": "DAY", "every": "1", "age": age}
    assert len(judged(facts(events=(event,)), "job.overdue").advice) == found


def test_jobs_of_a_server_that_hides_them_are_not_called_fine():
    blind = facts(flavour="mysql", version="8.4.3", event_right=({"rights": 0},))
    assert "EVENT" in judged(blind, "job.scheduler").unexamined
    assert not judged(
        facts(flavour="mysql", version="8.4.3", event_right=({"rights": 1},)), "job.scheduler"
    ).unexamined


@pytest.mark.parametrize("rule", ["query_cache", "temp.mismatch", "temp.disk"])
def test_no_advice_that_the_version_no_longer_heeds(rule: str):
    assert judged(facts(), rule).advice
    new = judged(facts(flavour="mysql", version="8.4.3"), rule)
    assert (new.advice, new.unexamined) == ((), "")
    assert "不适用于" in new.skipped


def test_a_variable_the_server_does_not_have_is_never_advised():
    bare = facts(variables=(), status=as_rows({**STATUS, "Uptime": "1"}))
    assert [item.object for item in advise(bare).advice if item.fix is not None] == []


def test_ratios_of_nothing_break_nothing():
    nothing = facts(status=as_rows(dict.fromkeys(STATUS, "0") | {"Questions": "99999999"}))
    assert "mysql.query_cache" not in {item.rule for item in advise(nothing).advice}
    assert not judged(nothing, "query_cache").unexamined


def test_a_server_that_answers_nonsense_is_not_examined_and_ends_nothing():
    odd = facts(variables=({"variable_name": None, "value": None},), metrics=({"name": 1},), events=({},))
    told = advise(odd)
    assert len(told.judged) == len(book_of("mysql").RULES)
    assert judged(odd, "transaction.history").unexamined
    assert judged(odd, "job.overdue").unexamined or judged(odd, "job.overdue").advice == ()


def test_what_was_read_only_in_part_is_not_called_whole():
    (table,) = HIS_TABLE["tables"]
    known = tuple({**table, "tab": name} for name in ("bare", "bed", "last", "never"))
    twice = tuple({**row, "tab": name} for name in ("bed", "last") for row in HIS_TABLE["indexes"])
    seen = facts(**{**HIS_TABLE, "tables": known, "indexes": twice})
    looks = {**seen.looks, "indexes": Rows(Seen.OBSERVED, twice, cut=True)}
    part = Facts("main", "mysql", "mariadb", "10.11.6", looks, seen.uptime, seen.now)
    assert "只判断了读到的部分" in judged(part, "index.duplicate").unexamined
    assert [item.object for item in judged(part, "index.duplicate").advice] == ["his.bed.two"]
    assert [item.object for item in judged(part, "table.no_key").advice] == ["his.bed"]
    assert len(judged(seen, "table.no_key").advice) == len(known)


def test_a_look_that_failed_is_told_with_its_reason():
    seen = facts()
    looks = {**seen.looks, "metrics": Rows(Seen.DENIED, reason="账号没有所需权限")}
    blind = Facts("main", "mysql", "mariadb", "10.11.6", looks, seen.uptime, seen.now)
    assert judged(blind, "transaction.history").unexamined == "账号没有所需权限"


def test_every_look_passes_the_guard_and_no_sample_of_a_statement_is_read():
    for look in LOOKS:
        assert refusal(look.query.sql, "mysql") is None, look.name
        assert "sample" not in look.query.sql.lower()
        assert "trx_query" not in look.query.sql.lower()
        assert look.query.limit is not None
        assert look.query.limit <= 30


def test_every_look_a_rule_needs_is_taken_on_each_version_it_holds_for():
    versions = {
        "mysql": ("5.6.24", "5.7.44", "8.0.40", "9.1"),
        "mariadb": ("10.3.1", "10.5", "10.11.6", "11.8"),
    }
    for flavour, numbers in versions.items():
        for version in numbers:
            taken = [look.name for look in LOOKS if look.fits(flavour, version)]
            assert len(taken) == len(set(taken)), version
            for rule in book_of("mysql").RULES:
                assert set(rule.needs) <= set(taken), (rule.id, version)


def test_every_rule_says_where_it_comes_from_and_has_a_name_of_its_own():
    rules = book_of("mysql").RULES
    assert len({rule.id for rule in rules}) == len(rules)
    assert all(rule.source and rule.title for rule in rules)


HIS_TABLE = {
    "tables": (
        {
            "db": "his",
            "tab": "bed",
            "engine": "InnoDB",
            "row_format": "Dynamic",
            "row_count": 10,
            "data_bytes": 16_384,
            "index_bytes": 0,
            "free_bytes": 0,
            "next_number": None,
            "options": "",
            "collation_name": "utf8mb4_bin",
        },
    ),
    "columns": (),
    "foreign_keys": (),
    "indexes": tuple(
        {
            "db": "his",
            "tab": "bed",
            "ix": name,
            "non_unique": 1,
            "place": 1,
            "col": "ward",
            "distinct_count": 5,
            "prefix": None,
            "sort_order": "A",
            "kind": "BTREE",
            "hidden": 0,
        }
        for name in ("one", "two")
    ),
}


def digest(words: str) -> Row:
    counted = dict.fromkeys(
        ("total_ms", "examined", "sent", "affected", "disk_tables", "merge_passes", "no_index", "full_joins"),
        0,
    )
    return {"db": "his", "digest": "d1", "words": words, "calls": 100, **counted}


def index(name: str, *, non_unique: int = 1, hidden: int = 0, column: str = "ward") -> Row:
    (one, _) = HIS_TABLE["indexes"]
    return {**one, "ix": name, "non_unique": non_unique, "hidden": hidden, "col": column}


@pytest.mark.parametrize(
    ("digests", "safe"),
    [
        ((digest("SELECT `id` FROM `bed` WHERE `ward` = ?"),), True),
        ((digest("SELECT `id` FROM `bed` FORCE INDEX ( `two` ) WHERE `ward` = ?"),), False),
        ((digest("SELECT `id` FROM `bed` USE INDEX FOR ORDER BY ( `one` , `TWO` ) ORDER BY `ward`"),), False),
        ((), False),
    ],
)
def test_an_index_that_statements_name_or_may_name_is_not_put_aside_by_itself(
    digests: tuple[Row, ...], *, safe: bool
):
    (item,) = judged(facts(digests=digests, **HIS_TABLE), "index.duplicate").advice
    assert item.fix is not None
    assert (item.object, item.fix.safe) == ("his.bed.two", safe)
    assert safe == ("点名" not in item.checked)


@pytest.mark.parametrize(
    ("indexes", "found"),
    [
        ((index("aside", hidden=1),), 1),
        ((index("aside", hidden=1, non_unique=0),), 0),
        ((index("aside", hidden=1, non_unique=0), index("kept", non_unique=0)), 1),
    ],
)
def test_a_hidden_index_that_still_keeps_double_values_out_is_not_dropped(
    indexes: tuple[Row, ...], found: int
):
    seen = facts(**{**HIS_TABLE, "indexes": indexes})
    assert len(judged(seen, "index.hidden").advice) == found


def test_a_hidden_index_a_foreign_key_stands_on_is_not_dropped():
    key = {"db": "his", "tab": "bed", "fk": "f", "col": "ward", "place": 1}
    key |= {"other_db": "his", "other_tab": "ward", "other_col": "id"}
    seen = facts(**{**HIS_TABLE, "foreign_keys": (key,), "indexes": (index("aside", hidden=1),)})
    assert not judged(seen, "index.hidden").advice


def test_an_index_comes_back_with_its_comment():
    seen = facts(**{**HIS_TABLE, "indexes": ({**index("aside", hidden=1), "remark": "夜间'统计"},)})
    (item,) = judged(seen, "index.hidden").advice
    assert item.fix is not None
    assert "(`ward`) COMMENT '夜间''统计' IGNORED" in item.fix.undo[0]


@pytest.mark.parametrize(("files", "safe"), [("100000", True), ("5000", False), (None, False)])
def test_a_cache_of_tables_is_not_made_larger_than_the_files_the_server_may_open(
    files: str | None, *, safe: bool
):
    variables = (
        VARIABLES | {"max_connections": "500"} | ({} if files is None else {"open_files_limit": files})
    )
    pushed = as_rows({**STATUS, "Opened_tables": "90000", "Table_open_cache_overflows": "80000"})
    (item,) = judged(facts(variables=as_rows(variables), status=pushed), "tables.cache").advice
    assert item.fix is not None
    assert item.fix.safe is safe


@pytest.mark.parametrize(("larger", "safe"), [(64, True), (256, False)])
def test_room_for_temporary_tables_of_every_session_is_not_made_large_by_itself(larger: int, *, safe: bool):
    variables = VARIABLES | {"max_heap_table_size": str(larger * 1024**2)}
    (item,) = judged(facts(variables=as_rows(variables)), "temp.mismatch").advice
    assert item.fix is not None
    assert item.fix.safe is safe


def test_a_log_that_holds_what_statements_hold_is_not_switched_on_by_itself():
    off = facts(variables=as_rows(VARIABLES | {"slow_query_log": "OFF", "long_query_time": "0.000000"}))
    (item,) = judged(off, "log.slow").advice
    assert item.fix is not None
    assert not item.fix.safe
    assert "患者" in item.risk


_COLD = {
    "usage": (
        {"db": "his", "tab": "bed", "ix": "one", "reads_done": 0, "inserts": 0, "updates": 0, "deletes": 0},
        {"db": "his", "tab": "bed", "ix": "two", "reads_done": 9, "inserts": 9, "updates": 0, "deletes": 0},
    ),
}


def test_counters_that_were_emptied_after_the_start_are_not_taken_for_as_old_as_the_server():
    total = {"digests": 5, "calls": 90_000, "total_ms": 5, "lost_calls": 0, "counted": 90 * _DAY}
    old = facts(**HIS_TABLE, **_COLD, digest_total=(total,))
    assert [item.object for item in judged(old, "index.unused").advice] == ["his.bed.one"]
    emptied = facts(**HIS_TABLE, **_COLD, digest_total=({**total, "counted": 3 * _DAY},))
    for rule in ("index.unused", "index.useless", "table.cold"):
        assert "清空过" in judged(emptied, rule).unexamined


def test_counters_there_was_no_room_for_are_not_taken_for_nobody_reading():
    lost = as_rows({**STATUS, "Performance_schema_index_stat_lost": "12"})
    assert "丢了统计" in judged(facts(**HIS_TABLE, **_COLD, status=lost), "index.unused").unexamined


@pytest.mark.parametrize("shared", ["his@002d@4f4f@9662", "his"])
def test_room_within_the_shared_file_is_nobodys_own(shared: str):
    (table,) = HIS_TABLE["tables"]
    named = "his-住院" if "@" in shared else "his"
    hollow = {**table, "db": named, "free_bytes": 5 * 1024**3, "data_bytes": 1024**3}
    within = facts(**{**HIS_TABLE, "tables": (hollow,)}, shared_space=({"db": shared, "tab": "bed"},))
    assert [item.object for item in judged(within, "space.shared").advice] == [f"{named}.bed"]
    assert not judged(within, "table.fragmented").advice
    assert judged(facts(**{**HIS_TABLE, "tables": (hollow,)}), "table.fragmented").unexamined
    apart = facts(**{**HIS_TABLE, "tables": (hollow,)}, shared_space=())
    assert judged(apart, "table.fragmented").advice


def test_a_compressed_table_with_a_size_of_block_has_no_statement_that_would_fail():
    (table,) = HIS_TABLE["tables"]
    pressed = {**table, "row_format": "Compressed", "options": "row_format=COMPRESSED key_block_size=8"}
    (item,) = judged(facts(**{**HIS_TABLE, "tables": (pressed,)}), "table.row_format").advice
    assert item.fix is None
    assert "KEY_BLOCK_SIZE" in item.advice


@pytest.mark.parametrize(
    ("full_type", "fixed"), [("int(8) unsigned", True), ("int(8) unsigned zerofill", False)]
)
def test_a_number_that_is_shown_with_its_noughts_is_not_widened_by_a_statement(
    full_type: str, *, fixed: bool
):
    (table,) = HIS_TABLE["tables"]
    column = {"db": "his", "tab": "bed", "col": "id", "place": 1, "kind": "int", "full_type": full_type}
    column |= {
        "nullable": "NO",
        "collation_name": None,
        "octets": None,
        "extra": "auto_increment",
        "remark": "",
    }
    full = {**table, "next_number": 4_000_000_000}
    (item,) = judged(
        facts(**{**HIS_TABLE, "tables": (full,), "columns": (column,)}), "table.running_out"
    ).advice
    assert (item.fix is not None) is fixed


@pytest.mark.parametrize(
    ("variables", "act"),
    [
        ({}, "hide_index"),
        ({"read_only": "ON"}, "manual"),
        ({"read_only": "NO_LOCK_NO_ADMIN"}, "manual"),
        ({"wsrep_on": "ON"}, "manual"),
        ({"wsrep_on": "OFF", "read_only": "OFF", "group_replication_group_name": ""}, "hide_index"),
        ({"group_replication_group_name": "aaaaaaaa-0000"}, "manual"),
    ],
)
def test_a_table_of_a_replica_or_a_cluster_is_not_changed_by_itself(variables: dict[str, str], act: str):
    seen = facts(
        variables=as_rows(VARIABLES | variables), digests=(digest("SELECT `id` FROM `bed`"),), **HIS_TABLE
    )
    (item,) = judged(seen, "index.duplicate").advice
    assert item.fix is not None
    assert (item.fix.act, item.fix.safe) == (act, act != "manual")


def test_where_it_cannot_be_seen_who_depends_on_the_server_nothing_is_called_safe():
    seen = facts(**HIS_TABLE)
    looks = {**seen.looks, "variables": Rows(Seen.TIMED_OUT, reason="超过了查询时限")}
    blind = Facts("main", "mysql", "mariadb", "10.11.6", looks, seen.uptime, seen.now)
    (item,) = judged(blind, "index.duplicate").advice
    assert item.fix is not None
    assert not item.fix.safe


def test_jobs_of_a_replica_are_not_to_run():
    event = {"db": "his", "event": "nightly", "enabled": 1, "unit": "DAY", "every": "1", "age": 0}
    off = VARIABLES | {"event_scheduler": "OFF"}
    assert judged(facts(events=(event,), variables=as_rows(off)), "job.scheduler").advice
    replica = facts(events=(event,), variables=as_rows(off | {"read_only": "ON"}))
    assert not judged(replica, "job.scheduler").advice


@pytest.mark.parametrize(("version", "better"), [("5.6.24", "COMPACT"), ("5.7.44", "DYNAMIC")])
def test_a_row_format_the_version_would_not_make_is_not_advised(version: str, better: str):
    (table,) = HIS_TABLE["tables"]
    old = facts(
        flavour="mysql", version=version, **{**HIS_TABLE, "tables": ({**table, "row_format": "Redundant"},)}
    )
    (item,) = judged(old, "table.row_format").advice
    assert item.fix is not None
    assert f"ROW_FORMAT={better}," in item.fix.statements[0]


def test_a_redo_log_is_as_large_as_the_server_made_it():
    variables = as_rows(VARIABLES | {"innodb_redo_log_capacity": str(100 * 1024**2)})
    written = {**STATUS, "Innodb_os_log_written": str(60 * 24 * 500 * 1024**2)}
    small = facts(flavour="mysql", version="8.0.36", variables=variables, status=as_rows(written))
    assert judged(small, "redo.size").advice
    real = as_rows(written | {"Innodb_redo_log_capacity_resized": str(2 * 1024**3)})
    assert not judged(
        facts(flavour="mysql", version="8.0.36", variables=variables, status=real), "redo.size"
    ).advice


def test_tables_the_account_is_not_shown_are_not_called_fine():
    none = facts(**{**HIS_TABLE, "tables": ()})
    assert "看不到任何业务表" in judged(none, "index.duplicate").unexamined
    kept = tuple(
        {"db": "his", "tab": name, "row_count": 1, "pages": 1, "age": 1}
        for name in ("bed", "secret", "a#P#p0")
    )
    (line,) = [
        each
        for each in advise(facts(**HIS_TABLE, statistics=kept)).cautions
        if "看不到" in each and "张表" in each
    ]
    assert line.startswith("有 1 张表")
    assert "his.secret" in line


def test_sessions_of_others_that_are_not_shown_are_not_called_fine():
    seen = facts(sessions=(), transactions=())
    assert not judged(seen, "lock.metadata").unexamined
    looks = {**seen.looks, "transactions": Rows(Seen.DENIED, reason="没有权限")}
    own = Facts("main", "mysql", "mariadb", "10.11.6", looks, seen.uptime, seen.now)
    assert "没有权限" in judged(own, "lock.metadata").unexamined


def test_partitions_whose_bounds_are_no_dates_are_not_called_fine():
    dated = {"db": "his", "tab": "bed", "open_ended": 0, "parts": 1, "method": "RANGE", "days_left": 400}
    every = ({"db": "his", "tab": "bed"}, {"db": "his", "tab": "bill"})
    told = advise(facts(**HIS_TABLE, partitions=(dated,), ranges=every)).cautions
    (line,) = [each for each in told if "分区表" in each]
    assert line.startswith("有 1 张")
    assert "his.bill" in line
