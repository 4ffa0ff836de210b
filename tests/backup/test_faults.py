"""Every fault in real dumps gets its verdict at the layer named, and its good twin passes."""

from __future__ import annotations

import gzip
import os
import re
import secrets
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hmaint.app.backup_verify import Request, verify
from hmaint.model.look import Row
from tests.services.fixtures import running
from tests.services.smalldisk import SmallDisk
from tests.services.sshd import Sshd
from tests.services.unixuser import UnixUser

from .faults import FAULTS, PAGE, page
from .hospital import Hospital
from .test_catalogue import GOOD_ORACLE, GOOD_SQLSERVER, judged
from .verifying import Seen, Ward, packed

EXACT = {"patient": {"min_rows": 300, "max_rows": 300}, "exam": {"min_rows": 4000, "max_rows": 4000}}
OBJECTS = {"views": 2, "triggers": 1, "routines": 2}
SEEN: dict[str, tuple[str, str]] = {}
DAYS = 86_400
WRITE = os.environ.get("HMAINT_FAULTS_PAGE") == "write"


@dataclass
class Bench:
    """What a fault is made with."""

    ward: Ward
    folder: Path
    dump: bytes
    big: Path
    tj: Hospital

    def file(self, name: str, content: bytes) -> Path:
        (self.folder / name).write_bytes(content)
        return self.folder / name

    def gz(self, content: bytes | None = None) -> Path:
        return packed(self.dump if content is None else content, self.folder / "tj.sql.gz")

    def whole_big(self) -> bytes:
        return self.big.read_bytes()

    def verify(self, path: Path, **entry: Any) -> Seen:
        return self.ward.verify(path, of=entry.pop("of", "tj"), **entry)


@pytest.fixture
def bench(ward: Ward, tmp_path: Path, dump: bytes, big: Path, tj: Hospital) -> Bench:
    folder = tmp_path / "backup"
    folder.mkdir()
    return Bench(ward, folder, dump, big, tj)


def tells(fault: str, seen: Seen) -> None:
    """The check named is at the level named; at `skipped` nothing else may be bad either."""
    wanted = next(f for f in FAULTS if f.id == fault)
    told = {c.id.removeprefix("backup."): str(c.level) for c in seen.run.checks}
    assert told.get(wanted.check) == wanted.level, (fault, seen.bad, told)
    if wanted.level == "skipped":
        assert seen.bad == {}
    SEEN[fault] = (wanted.check, told[wanted.check])


def passes(seen: Seen) -> None:
    assert seen.bad == {}


def test_cut_and_flipped_packed_files(bench: Bench) -> None:
    whole = bench.whole_big()
    good = bench.file("tj.sql.gz", whole)
    unpacked = len(gzip.decompress(whole))
    assert unpacked > 30_000_000
    passes(bench.verify(good, of="tj_big", tables={"exam": {"min_rows": 260_000, "max_rows": 260_000}}))
    tells("BF01", bench.verify(bench.file("tj.sql.gz", whole[: len(whole) * 6 // 10]), of="tj_big"))
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0x10
    tells("BF02", bench.verify(bench.file("tj.sql.gz", bytes(flipped)), of="tj_big"))


def test_a_flipped_character_is_seen_by_the_hash_of_its_table_or_told_as_not_looked_at(bench: Bench) -> None:
    good = bench.gz()
    first = bench.verify(good, immutable=["exam_2019"])
    assert first.bad == {}
    assert any("首次记录指纹" in words for words in first.unlooked)
    second = bench.verify(good, immutable=["exam_2019"])
    assert second.level("content.differs") == "ok"
    place = bench.dump.index(b"INSERT INTO `exam_2019`")
    place = bench.dump.index("正常".encode(), place) + 1
    flipped = bytearray(bench.dump)
    flipped[place] ^= 1
    bad = bench.gz(bytes(flipped))
    tells("BF03", bench.verify(bad, immutable=["exam_2019"]))
    other = Ward(bench.folder / "other")
    tells("BF03 bare", other.verify(bad, of="tj", tables=EXACT))


def test_an_empty_file(bench: Bench) -> None:
    tells("BF04", bench.verify(bench.file("tj.sql.gz", b"")))


def test_dumps_that_were_killed(bench: Bench) -> None:
    text = gzip.decompress(bench.whole_big())
    tells("BF06", bench.verify(packed(text[: len(text) * 7 // 10], bench.folder / "tj.sql.gz"), of="tj_big"))
    last = bench.dump.index(b"INSERT INTO `trace`") + 40
    tells("BF08", bench.verify(bench.gz(bench.dump[:last])))
    passes(Ward(bench.folder / "other").verify(bench.gz(), of="tj"))


def test_tables_rows_and_objects_that_are_missing(bench: Bench) -> None:
    wanted = {**EXACT, "exam_2019": {"min_rows": 500, "max_rows": 500}}
    passes(bench.verify(bench.gz(), tables=wanted, objects=OBJECTS))
    less = bench.tj.dump(bench.folder / "less.sql", "--ignore-table=tj.exam")
    tells("BF09", bench.verify(less, tables=wanted))
    text = gzip.decompress(bench.whole_big())
    starts = [m.start() for m in re.finditer(rb"^INSERT INTO `exam`", text, re.MULTILINE)]
    assert len(starts) > 10
    ends = [text.index(b";\n", start) + 2 for start in starts]
    for start, end in reversed(list(zip(starts, ends, strict=True))[1::2]):
        text = text[:start] + text[end:]
    half = packed(text, bench.folder / "half.sql.gz")
    tells("BF10", bench.verify(half, of="tj_big", tables={"exam": {"min_rows": 260_000}}))
    row = re.search(rb"\n\(2001,[^\n]*,(?=\n)", bench.dump)
    assert row is not None
    short = bench.dump[: row.start()] + bench.dump[row.end() :]
    tells("BF11", bench.verify(bench.gz(short), tables=wanted))
    other = Ward(bench.folder / "other")
    tells("BF11 bare", other.verify(bench.gz(short), of="tj", tables={"exam": {"min_rows": 3000}}))
    no_objects = bench.tj.dump(bench.folder / "bare.sql", "--skip-triggers", "--skip-routines")
    tells("BF22", bench.verify(no_objects, objects=OBJECTS))
    tells("BF23", bench.verify(bench.tj.dump(bench.folder / "empty.sql", "--no-data")))


def test_old_ones_and_links(bench: Bench) -> None:
    good = bench.gz()
    old = bench.file("old.gz", good.read_bytes())
    then = time.time() - 9 * DAYS
    os.utime(old, (then, then))
    tells("BF13", bench.verify(old))
    latest = bench.folder / "latest.gz"
    latest.symlink_to(old)
    tells("BF34 old", bench.verify(latest))
    latest.unlink()
    latest.symlink_to(good)
    passes(bench.verify(latest))
    latest.unlink()
    latest.symlink_to("/dev/zero")
    tells("BF34 zero", bench.verify(latest))
    latest.unlink()
    latest.symlink_to(bench.folder / "other.gz")
    (bench.folder / "other.gz").symlink_to(latest)
    tells("BF34 loop", bench.verify(latest))


def test_a_copy_of_an_old_dump_under_a_new_time_is_old(bench: Bench) -> None:
    text = re.sub(rb"Dump completed on \S+", b"Dump completed on 2026-01-05", bench.dump)
    assert "age.expired" in bench.verify(bench.gz(text)).bad
    path = packed(bench.dump, bench.folder / "tj-20260105.sql.gz")
    seen = bench.verify(Path(str(path).replace("20260105", "%Y%m%d")))
    assert "age.expired" in seen.bad
    assert "age.disagrees" in seen.bad


def test_other_databases_and_hospitals(bench: Bench) -> None:
    tells("BF15", bench.verify(bench.gz(bench.dump.replace(b"Database: tj", b"Database: tj_test"))))
    ours, theirs = ["第一人民医院"], ["第二人民医院"]
    passes(bench.verify(bench.gz(), contains=ours, lacks=theirs))
    foreign = bench.dump.replace("第一人民医院".encode(), "第二人民医院".encode())
    tells("BF17", bench.verify(bench.gz(foreign), contains=ours, lacks=theirs))


def test_chinese_that_is_lost(bench: Bench) -> None:
    latin = bench.tj.dump(bench.folder / "latin.sql", "--default-character-set=latin1")
    tells("BF18", bench.verify(latin, contains=["血常规"]))
    twice = bench.dump.decode().encode().decode("latin-1").encode()
    tells("BF19", bench.verify(bench.gz(twice), contains=["血常规"]))
    marks = re.sub(r"[^\x00-\x7f]", "?", bench.dump.decode()).encode()
    tells("BF21", bench.verify(bench.gz(marks)))
    passes(bench.verify(bench.gz(), contains=["血常规"]))


def test_error_text_within(bench: Bench) -> None:
    half = bench.dump.index(b"-- Table structure for table `patient`")
    error = b"mysqldump: Got error: 2013: Lost connection to server during query when dumping table `exam`\n"
    mixed = bench.dump[:half] + error + bench.dump[half:]
    seen = bench.verify(bench.gz(mixed))
    tells("BF24", seen)
    assert "2013" in seen.bad["structure.error_text"]
    # The same words as data are data.
    quoted = bench.dump.replace("'启用'".encode(), b"'mysqldump: Got error: 2013\\nERROR 2013 lost'")
    assert quoted != bench.dump
    passes(bench.verify(bench.gz(quoted)))


def test_locked_ones(bench: Bench) -> None:
    tells("BF26", bench.verify(bench.file("tj.sql.gz", secrets.token_bytes(300_000))))
    plain = bench.gz()
    locked = bench.folder / "tj.sql.gz.enc"
    words = [
        "openssl",
        "enc",
        "-aes-256-cbc",
        "-pbkdf2",
        "-pass",
        "pass:right",
        "-in",
        str(plain),
        "-out",
        str(locked),
    ]
    subprocess.run(words, check=True)  # noqa: S603 - a constant command
    passes(bench.verify(locked, password="right", tables=EXACT))
    tells("BF27", bench.verify(locked, password="wrong"))
    hurt = bytearray(locked.read_bytes())
    hurt[len(hurt) // 2] ^= 0xFF
    tells("BF27 cut", bench.verify(bench.file("hurt.enc", bytes(hurt)), password="right"))
    assert "container.key" in bench.verify(locked).bad


def test_a_bomb_ends_early(bench: Bench) -> None:
    target = bench.file("tj.sql.gz", gzip.compress(bytes(1 << 26), 9) * 32)
    tells("BF29", bench.verify(target))


@pytest.mark.matrix  # awk takes a line without an end in pieces, and each costs as much as all before it
def test_a_line_without_an_end_is_left_where_it_is(bench: Bench) -> None:
    text = b"-- MariaDB dump 10.19\nINSERT INTO `t` VALUES (" + b"0" * 90_000_000
    seen = bench.verify(packed(text, bench.folder / "tj.sql.gz"))
    assert "container.bomb" in seen.bad or "structure.known" in seen.bad, seen.bad


def test_padding_after_the_stream(bench: Bench) -> None:
    good = bench.gz()
    tells("BF31", bench.verify(bench.file("tj.sql.gz", good.read_bytes() + bytes(4096))))
    xz = bench.tj.dump(bench.folder / "tj.sql.xz", pack=["xz", "-1"])
    passes(bench.verify(xz))
    assert "container.trailing" in bench.verify(bench.file("tj.sql.xz", xz.read_bytes() + bytes(4096))).bad


@pytest.fixture
def away() -> Iterator[Sshd]:
    server = Sshd().start()
    yield server
    server.stop()


def _host(server: Sshd, **more: Any) -> dict[str, Any]:
    return {
        "address": server.address,
        "port": server.port,
        "ssh": {"user": server.user, "key": str(server.key)},
        **more,
    }


def test_copies_elsewhere(bench: Bench, away: Sshd, tmp_path: Path) -> None:
    far = tmp_path / "far"
    far.mkdir()
    good = bench.folder / "tj-20261101.sql.gz"
    packed(bench.dump, good)
    pattern = str(bench.folder / "tj-*.sql.gz")
    copies = [{"host": "nas", "path": f"{far}/"}]
    (bench.ward.root / "known_hosts").write_text(away.known_hosts_line())
    site = {"hosts": {"nas": _host(away)}}

    def verified() -> Seen:
        return bench.ward.verify(pattern, of="tj", copies=copies, site=site)

    tells("BF36", verified())
    copy = far / good.name
    shutil.copyfile(good, copy)
    passes(verified())
    copy.write_bytes(good.read_bytes()[:-5000])
    tells("BF38", verified())
    holed = bytearray(good.read_bytes())
    holed[4096:12_288] = bytes(8192)
    copy.write_bytes(bytes(holed))
    tells("BF39", verified())
    shutil.copyfile(good, copy)
    lines = (bench.ward.root / "known_hosts").read_text()
    other = Sshd().start()
    try:
        stranger = other.known_hosts_line().split()[1:]
    finally:
        other.stop()
    (bench.ward.root / "known_hosts").write_text(" ".join([lines.split()[0], *stranger]) + "\n")
    tells("BF40 key", verified())
    (bench.ward.root / "known_hosts").write_text(lines)
    away.stop()
    seen = verified()
    tells("BF40", seen)
    assert seen.level("container.complete") == "ok"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to make a user")
def test_one_that_may_not_be_read_is_not_one_that_is_missing(bench: Bench) -> None:
    with UnixUser() as user, running(Sshd()) as server:
        (bench.ward.root / "known_hosts").write_text(server.known_hosts_line())
        host = {
            "address": server.address,
            "port": server.port,
            "ssh": {"user": user.name, "key": str(server.key)},
        }
        folder = Path("/var/tmp") / f"backup-{secrets.token_hex(4)}"  # noqa: S108 - where the other user can look
        folder.mkdir()
        try:
            path = packed(bench.dump, folder / "tj.sql.gz")
            path.chmod(0)
            site = {"hosts": {"holder": host}}
            entry = {"host": "holder"}
            tells("BF35", bench.ward.verify(path, site=site, **entry))
            folder.chmod(0o700)
            hidden = bench.ward.verify(path, site=site, **entry)
            assert hidden.level("found.unreadable") == "unknown"
            folder.chmod(0o755)
            path.chmod(0o644)
            passes(bench.ward.verify(path, site=site, **entry))
        finally:
            shutil.rmtree(folder)


def _clock(folder: Path, shift: str) -> dict[str, str]:
    """A PATH on which `date` tells another time."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "date").write_text(f"#!/bin/sh\nexec /bin/date -d '{shift}' \"$@\"\n")
    (tools / "date").chmod(0o755)
    return {"PATH": f"{tools}:{os.environ['PATH']}"}


def test_clocks_that_are_wrong(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    good = bench.gz()
    monkeypatch.setenv("PATH", _clock(bench.folder, "3 hours")["PATH"])
    seen = bench.verify(good)
    tells("BF41 ahead", seen)
    assert seen.level("age.expired") == "ok"
    _clock(bench.folder, "-2 days")
    seen = bench.verify(good)
    assert seen.level("clock.skew") == "warning"
    later = time.time() + 20 * 3600
    os.utime(good, (later, later))
    tells("BF41 behind", bench.verify(good))
    os.utime(good)
    _clock(bench.folder, "2036-03-01")
    tells("BF41 2036", bench.verify(good))


def test_logs_that_do_not_follow_each_other(bench: Bench) -> None:
    good = bench.tj.dump(bench.folder / "tj.sql", "--flush-logs")
    text = good.read_bytes().replace(
        b"\n--\n", b"\n--\n-- CHANGE MASTER TO MASTER_LOG_FILE='bin.000003', MASTER_LOG_POS=4;\n", 1
    )
    bench.file("tj.sql", text)
    logs = bench.folder / "logs"
    logs.mkdir()
    for number in range(3, 10):
        (logs / f"bin.{number:06}").write_bytes(b"\xfebin")
    (logs / "bin.index").write_text("bin.000003\n")
    chain = {"path": f"{logs}/bin.[0-9]*", "kind": "binlog"}
    passes(bench.verify(good, chain=chain))
    (logs / "bin.000007").unlink()
    tells("BF43", bench.verify(good, chain=chain))
    (logs / "bin.000007").write_bytes(b"\xfebin")
    (logs / "bin.000003").unlink()
    tells("BF43 anchor", bench.verify(good, chain=chain))
    wal = bench.folder / "wal"
    wal.mkdir()
    names = [f"0000000100000001{n:08X}" for n in range(0xFD, 0x100)] + [
        f"0000000100000002{n:08X}" for n in range(3)
    ]
    for name in names:
        (wal / f"{name}.gz").write_bytes(b"x")
    (wal / "00000001.history").write_bytes(b"x")
    chain = {"path": f"{wal}/*", "kind": "wal"}
    passes(bench.verify(good, chain=chain))
    (wal / f"{names[2]}.gz").unlink()
    tells("BF43 wal", bench.verify(good, chain=chain))


def test_a_differential_without_its_full_one(bench: Bench) -> None:
    full = packed(bench.dump, bench.folder / "full-20261101.sql.gz")
    then = time.time() - 3 * DAYS
    os.utime(full, (then, then))
    part = bench.gz()
    base = {"host": "laptop", "path": str(bench.folder / "full-*.sql.gz"), "max_age": "8d"}
    entry = {"host": "laptop", "path": str(part), "base": "whole"}

    def verified() -> Seen:
        world = bench.ward.world({"whole": base, "full": entry})
        try:
            return Seen(verify(world, Request("tj", ("full",)), lambda _event: None))
        finally:
            world.records.dispose()

    passes(verified())
    full.unlink()
    tells("BF45", verified())


def test_one_that_is_still_written(bench: Bench) -> None:
    target = bench.file("tj.sql", bench.dump[:200_000])
    over = threading.Event()

    def write() -> None:
        with target.open("ab") as out:
            while not over.is_set():
                out.write(b"x" * 100)
                out.flush()
                time.sleep(0.005)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        tells("BF47", bench.verify(target))
    finally:
        over.set()
        writer.join()
    with target.open("ab"):
        assert "found.writing" in bench.verify(target).bad  # open for writing is enough
    bench.file("tj.sql", bench.dump)
    passes(bench.verify(target))


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a file system")
def test_a_file_system_that_is_full(bench: Bench, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    disk = SmallDisk(small, 8)
    disk.start()
    try:
        path = packed(bench.dump, small / "tj.sql.gz")
        passes(bench.verify(path))
        (small / "more").write_bytes(bytes(8_250_000 - path.stat().st_size))
        tells("BF48", bench.verify(path))
    finally:
        disk.stop()


def test_what_the_catalogues_of_oracle_and_sql_server_tell() -> None:
    logs: list[Row] = [{"log_mode": "ARCHIVELOG", "unsaved": 4}]
    bare: list[Row] = [{**row, "has_backup_checksums": False} for row in GOOD_SQLSERVER["sets"]]
    for fault, kind, rows in (
        ("BF55", "rman", {**GOOD_ORACLE, "archivelog": logs}),
        ("BF56", "sqlserver", {**GOOD_SQLSERVER, "sets": bare}),
    ):
        wanted = next(f for f in FAULTS if f.id == fault)
        told = {name.split()[0]: level for name, level in judged(kind, rows).items()}
        assert told == {wanted.check: wanted.level}
        SEEN[fault] = (wanted.check, told[wanted.check])


def test_the_page_tells_what_the_tests_saw() -> None:
    if WRITE:
        PAGE.write_text(page(SEEN), "utf-8")
    wanted = {fault.id: (fault.check, fault.level) for fault in FAULTS}
    assert PAGE.read_text("utf-8") == page(wanted)
