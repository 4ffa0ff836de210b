"""MariaDB dumps restored on trial: the good one passes, and each one with something wrong is told at its place."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.end_to_end.desk import words_of
from tests.services.mariadb import MariaDB

from .conftest import Room, dump_mysql, mysql_source
from .hospital import packed

Hospital = tuple[MariaDB, bytes]
_EXPECTED = {
    "beside_source": True,
    "source": "rows",
    "newest": "select max(created) from exam",
    "chinese": [
        {"title": "重症医学科的名称", "sql": "select name from dept where id = 1", "equals": "重症医学科"}
    ],
    "checks": [{"title": "检查条数", "sql": "select count(*) from exam", "at_least": 1000}],
    "content": [{"table": "exam", "where": "id <= 1400"}],
    "rto": "10m",
    "rpo": "3650d",
}


def write(room: Room, server: MariaDB, dump: bytes, **more: object) -> None:
    packed(room.backups / "full.sql.gz", dump)
    room.write({"main": mysql_source(server)}, "main", drill={**_EXPECTED, **more})


def test_a_good_dump_passes_and_the_report_tells_it(room: Room, hospital: Hospital) -> None:
    server, dump = hospital
    write(room, server, dump)
    done = room.drill("--report", SOURCE=server.password)
    assert (done.code, done.object["findings"]) == (0, []), done.err
    assert done.object["level"] == "ok"
    assert room.left() == []
    told = words_of(room.desk.root / done.object["reports"][0])
    for words in (
        "通过",
        "重症医学科的名称",
        "exam",
        "1500",
        "临时数据库及其数据目录已删除",
        "RTO",
        "SHA-256",
    ):
        assert words in told, words
    assert "{{" not in told
    assert room.desk.run("audit", "verify").code == 0


def halved(dump: bytes) -> bytes:
    """BF10: every second INSERT of the biggest table is gone."""
    before, within = dump.split(b"INSERT INTO `exam`")
    lines = within.splitlines(keepends=True)
    rows = [number for number, line in enumerate(lines) if line.startswith(b"(") and line.endswith(b"),\n")]
    assert len(rows) > 1000
    lost = set(rows[::2])
    kept = [line for number, line in enumerate(lines) if number not in lost]
    return before + b"INSERT INTO `exam`" + b"".join(kept)


def shorn(dump: bytes) -> bytes:
    """BF11: exactly one row is gone."""
    changed, count = re.subn(rb"\(501,[^)]*\),\n", b"", dump)
    assert count == 1
    return changed


def twice(dump: bytes) -> bytes:
    """BF19: UTF-8 taken for latin1 (cp1252) and encoded once more."""
    lines = []
    for line in dump.splitlines(keepends=True):
        text = "".join(bytes([b]).decode("cp1252", "replace").replace("\ufffd", chr(b)) for b in line)
        lines.append(text.encode() if line.startswith(b"(") else line)
    return b"".join(lines)


def asked(dump: bytes) -> bytes:
    """BF21: every character that is not ASCII became a question mark."""
    return re.sub(r"[^\x00-\x7f]", "?", dump.decode()).encode()


def orphaned(dump: bytes) -> bytes:
    """BF32: a child whose parent is missing; dumps switch the check off."""
    changed, count = re.subn(
        rb"INSERT INTO `patient` VALUES\s*\(1,[^)]*\),", b"INSERT INTO `patient` VALUES ", dump
    )
    assert count == 1
    return changed


def swapped(dump: bytes) -> bytes:
    """BF33: one result reads positive instead of negative."""
    text = dump.decode()
    place = text.index("(500,")
    return (text[:place] + text[place:].replace("阴性", "阳性", 1)).encode()


def test_faults_of_content_are_told_each_at_its_place(room: Room, hospital: Hospital) -> None:
    """All at once here; one by one in the matrix."""
    server, dump = hospital
    write(room, server, asked(orphaned(halved(dump))))
    done = room.drill(SOURCE=server.password)
    assert done.code == 1, done.err
    told = room.checks(done)
    assert {"rows", "charset", "chinese", "orphans", "content"} <= set(told)
    assert set(told.values()) == {"critical"}
    assert room.left() == []


@pytest.mark.matrix
@pytest.mark.parametrize(
    ("fault", "check"),
    [
        (halved, "rows"), (shorn, "content"), (twice, "charset"), (asked, "charset"), (orphaned, "orphans"),
        (swapped, "content"),
    ],
)  # fmt: skip
def test_a_content_fault_is_told_at_its_place(
    room: Room, hospital: Hospital, fault: Callable[[bytes], bytes], check: str
) -> None:
    server, dump = hospital
    write(room, server, fault(dump))
    done = room.drill(SOURCE=server.password)
    assert done.code == 1, done.err
    assert room.checks(done)[check] == "critical"
    assert room.left() == []


@pytest.mark.matrix
def test_a_wrong_character_set_and_missing_objects_of_real_dumps_are_told(
    room: Room, hospital: Hospital
) -> None:
    server, _good = hospital
    write(room, server, dump_mysql(server, "--default-character-set=latin1", "--skip-triggers"))
    done = room.drill(SOURCE=server.password)
    told = room.checks(done)
    assert told["charset"] == told["chinese"] == "critical"  # BF18
    assert told["objects"] == "critical"  # BF22
    assert room.left() == []


def test_what_the_dump_choked_on_is_told_without_the_data(room: Room, hospital: Hospital) -> None:
    server, dump = hospital
    write(
        room,
        server,
        dump.replace(b"INSERT INTO `patient` VALUES", "INSERT INTO '张三疯' `patient` VALUES".encode()),
    )
    done = room.drill(SOURCE=server.password)
    assert done.code == 1
    assert room.checks(done)["restore"] == "critical"
    for _name, content in room.desk.bytes_kept():
        assert "张三疯".encode() not in content
    assert room.left() == []


@pytest.mark.matrix
def test_a_cut_archive_is_no_restore(room: Room, hospital: Hospital) -> None:
    server, dump = hospital
    path = packed(room.backups / "full.sql.gz", dump)
    room.write({"main": mysql_source(server)}, "main", drill=_EXPECTED)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    done = room.drill(SOURCE=server.password)
    assert room.checks(done)["restore"] == "critical"
    assert room.left() == []


def test_answers_to_the_sites_questions_are_not_kept_where_they_are_words(
    room: Room, hospital: Hospital
) -> None:
    server, dump = hospital
    question = {"title": "某患者", "sql": "select name from patient where id = 7", "equals": "别人"}
    write(room, server, dump, checks=[question])
    done = room.drill("--report", SOURCE=server.password)
    assert room.checks(done)["business"] == "critical"
    for _name, content in room.desk.bytes_kept():
        assert "测试7号".encode() not in content
