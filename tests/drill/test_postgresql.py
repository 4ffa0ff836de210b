"""PostgreSQL dumps restored on trial, plain and in archives."""

from __future__ import annotations

import pytest

from tests.end_to_end.desk import Written
from tests.services.postgresql import PostgreSQL

from .conftest import Room, dump_postgresql
from .hospital import packed

_EXPECTED = {
    "beside_source": True,
    "source": "rows",
    "newest": "select max(created) from exam",
    "chinese": [
        {"title": "重症医学科的名称", "sql": "select name from dept where id = 1", "equals": "重症医学科"}
    ],
    "content": [{"table": "exam", "where": "id <= 1400"}],
}


def source(server: PostgreSQL) -> Written:
    from tests.end_to_end.desk import Tagged  # noqa: PLC0415 - a word that is used once

    return {
        "engine": "postgresql", "address": server.address, "port": server.port, "user": "postgres",
        "password": Tagged("!env SOURCE"), "name": "icu",
    }  # fmt: skip


@pytest.mark.parametrize("style", ["plain", pytest.param("custom", marks=pytest.mark.matrix)])
def test_a_good_dump_passes_and_nothing_is_left(room: Room, cluster: PostgreSQL, style: str) -> None:
    cluster.admin(
        "do $$ begin create role nurse; exception when duplicate_object then null; end $$",
        "grant select on dept to nurse",
        database="icu",
    )
    if style == "custom":
        (room.backups / "full.dump").write_bytes(dump_postgresql(cluster, "-Fc"))
    else:
        packed(room.backups / "full.sql.gz", dump_postgresql(cluster))
    room.write({"main": source(cluster)}, "main", drill=_EXPECTED)
    done = room.drill("--report", SOURCE=cluster.password)
    assert (done.code, done.object["findings"]) == (0, []), done.err
    assert any("属主与授权" in words for words in done.object["not_verified"])
    assert room.left() == []


@pytest.mark.matrix
def test_faults_of_dumps_are_told(room: Room, cluster: PostgreSQL) -> None:
    room.write({"main": source(cluster)}, "main", drill=_EXPECTED)
    plain = dump_postgresql(cluster).decode()
    swapped = plain.replace("阴性", "阳性", 1)
    packed(room.backups / "full.sql.gz", swapped.encode())
    assert room.checks(room.drill(SOURCE=cluster.password))["content"] == "critical"  # BF33
    cut = plain[: plain.index("COPY public.exam") + 4000]
    packed(room.backups / "full.sql.gz", cut.encode())
    told = room.checks(room.drill(SOURCE=cluster.password))
    assert "critical" in told.values()  # a plain restore of a cut file ends with 0 unless it stops on errors
    questions = "".join("?" if ord(c) > 127 else c for c in plain)
    packed(room.backups / "full.sql.gz", questions.encode())
    told = room.checks(room.drill(SOURCE=cluster.password))
    assert told["charset"] == told["chinese"] == "critical"
    assert room.left() == []


def test_a_damaged_archive_is_no_restore(room: Room, cluster: PostgreSQL) -> None:
    whole = dump_postgresql(cluster, "-Fc")
    (room.backups / "full.dump").write_bytes(whole[: len(whole) * 7 // 10])
    room.write({"main": source(cluster)}, "main", drill=_EXPECTED)
    assert room.checks(room.drill(SOURCE=cluster.password))["restore"] == "critical"
    assert room.left() == []


def test_a_dump_with_a_command_for_the_client_is_not_loaded(room: Room, cluster: PostgreSQL) -> None:
    trace = room.scratch / "trace"
    packed(room.backups / "full.sql.gz", f"create table t (a int);\nselect 1 \\! touch {trace}\n".encode())
    room.write({"main": source(cluster)}, "main", drill=_EXPECTED)
    done = room.drill(SOURCE=cluster.password)
    assert room.checks(done)["restore"] == "unknown"
    assert not trace.exists()
    program = f"copy (select 1) to program 'touch {trace}';\n"
    packed(room.backups / "full.sql.gz", program.encode())
    assert room.checks(room.drill(SOURCE=cluster.password))["restore"] == "critical"
    assert not trace.exists()
    assert room.left() == []
