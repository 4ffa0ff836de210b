"""Logs in parts, large statements, many kinds, and whatever else a file may be."""

# ruff: noqa: S608, S311 - statements that are looked at and never run, made by chance

from __future__ import annotations

import ast
import gzip
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hmaint.errors import CouldNotLook
from hmaint.model.look import Reply, Seen
from hmaint.slowlog import local, mysql, scan, tally
from hmaint.slowlog.ask import fragment, read_answer, shell_words
from hmaint.slowlog.digest import read_part
from hmaint.slowlog.local import read_local
from hmaint.slowlog.program import program

from .logs import ask_here, case, entry, mode_is_kept, names, read, texts, told, without_python, write


def some(count: int, seed: int = 1) -> list[bytes]:
    draw = random.Random(seed)
    forms = (
        "select * from bed where ward = {} and name = '张{}'",
        "update bed\n  set note = 'it''s {}'\n where id = {}",
        "insert into t values " + ", ".join(["({}, {})"] * 5),
    )
    return [
        entry(
            draw.choice(forms).format(*(draw.randint(1, 999) for _hole in range(10))),
            draw.random() * 9,
            1_760_000_000 + n,
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("block", [1, 7, 64, 2 * 1024 * 1024])
def test_a_log_read_in_parts_is_the_log(block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "slow.log", some(12))
    whole = told(read(path))
    monkeypatch.setattr(mysql, "BLOCK", block)
    size = path.stat().st_size
    for length in {97, 350, size // 2, size - 1} if block > 1 else {size // 2}:
        starts = range(0, size, length)
        parts = [read(path, start, length if start + length < size else 0) for start in starts]
        again = told(*parts)
        assert [(each.text, each.calls, each.p95_s, each.first_seen) for each in again.statements] == [
            (each.text, each.calls, each.p95_s, each.first_seen) for each in whole.statements
        ]
        assert again.entries == whole.entries == 12
        assert again.total_s == pytest.approx(whole.total_s)


def test_processes_side_by_side_read_what_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "slow.log", some(400))
    monkeypatch.setattr(local, "_WORTH", 8 * 1024)
    monkeypatch.setattr(local, "_PART", 16 * 1024)
    heard: list[int] = []
    parts = list(read_local(path, heard.append))
    assert len(parts) > 3
    assert len(heard) == len(parts)
    ours, wanted = told(*parts), told(read(path))
    assert {each.digest: each.calls for each in ours.statements} == {
        each.digest: each.calls for each in wanted.statements
    }
    assert ours.bytes == path.stat().st_size


def test_a_statement_of_a_megabyte_is_one_of_its_kind(tmp_path: Path) -> None:
    row = "(17, 'SECRET''s \\\\ \\' 张三', NULL)"
    huge = "insert into exam (id, name, note) values " + ", ".join([row] * 30_000)
    path = write(
        tmp_path / "slow.log", [entry(huge), entry("insert into exam(id,name,note) values (1,'x','y')")]
    )
    log = told(read(path))
    assert len(huge) > 1_000_000
    assert [(each.text, each.calls) for each in log.statements] == [
        ("insert into exam(id, name, note) values (?+)", 2)
    ]


def test_a_statement_without_end_is_read_in_bounds_and_the_next_one_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mysql, "BLOCK", 4096)
    monkeypatch.setattr(mysql, "LONGEST_STATEMENT", 16_384)
    monkeypatch.setattr(mysql, "_TAIL", 2048)
    blob = "insert into doc values (1, '" + "SECRET " * 40_000 + "')"
    path = write(tmp_path / "slow.log", [entry(blob), entry("select 1 from next")])
    log = told(read(path))
    assert log.entries == 2
    assert "select ? from next" in texts(log)
    assert not any("secret" in text for text in texts(log))


@pytest.mark.parametrize("tool", ["mawk", "gawk"])
@pytest.mark.parametrize("row", ["(1765432, 'it''s SECRET', NULL)", "(1765432, 'it\\'s SECRET', NULL)"])
def test_awk_reads_the_beginning_of_a_large_statement_and_hides_its_numbers_too(
    row: str, tool: str, tmp_path: Path
) -> None:
    rows = ",\n".join([row] * 20_000)
    huge = f"insert into exam (id, name, note) values\n{rows}"
    path = write(tmp_path / "slow.log", [entry(huge), entry("select 1 from next")])
    reply = ask_here(str(path), without_python(tmp_path / "bin", tool))
    assert b"SECRET" not in reply.out
    assert b"1765432" not in reply.out
    log = told(*read_answer(reply))
    assert [each.calls for each in log.statements] == [1, 1]
    assert "select ? from next" in texts(log)
    assert any(text.startswith("insert into exam(id, name, note) values (?") for text in texts(log))


@pytest.mark.parametrize("tool", ["mawk", "gawk"])
def test_awk_leaves_no_literal_of_whatever_is_thrown_at_it(tool: str, tmp_path: Path) -> None:
    draw = random.Random(7)
    pieces = [
        "'",
        '"',
        "`",
        "\\",
        "\\'",
        "''",
        "--",
        "-- ",
        "#",
        "/*",
        "*/",
        "张",
        "乗",
        "\n",
        " ",
        "?",
        ",",
        "(",
        ")",
        "=5",
        "\t",
    ]

    def scribble() -> bytes:
        words = [draw.choice([*pieces, "a"]) for _piece in range(draw.randint(0, 12))]
        inner = "".join(words).replace("\\", "\\\\").replace("'", "''")
        text = f"select a{draw.randint(1, 9)} from t where b = '{inner}SECRET{inner}' and c = 987654321"
        return text.encode(draw.choice(["utf-8", "gb18030"]))

    path = write(tmp_path / "slow.log", [entry(scribble()) for _entry in range(400)])
    reply = ask_here(str(path), without_python(tmp_path / "bin", tool))
    assert b"SECRET" not in reply.out.upper()
    assert b"987654321" not in reply.out
    theirs, ours = told(*read_answer(reply)), told(read(path))
    assert theirs.entries + theirs.unread == ours.entries + ours.unread == 400
    assert not any("secret" in text for text in texts(ours))
    assert not any("987654321" in text for text in texts(ours))


def test_very_many_kinds_are_summed_up_and_none_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tally, "MOST_GROUPS", 50)
    rare = [entry(f"select {'abcdefghij'[n % 10]}{'x' * (n // 10)} from t", 0.5) for n in range(400)]
    hot = entry("select * from hot where a = 5", 9)
    log = told(read(write(tmp_path / "slow.log", [*rare[:200], hot, hot, *rare[200:]])))
    assert log.entries == 402
    assert log.statements[0].text == "select * from hot where a = ?"
    assert log.statements[0].calls == 2
    assert log.rest_kinds
    assert sum(each.calls for each in log.statements) + log.rest_calls == 402
    assert sum(each.total_s for each in log.statements) + log.rest_s == pytest.approx(log.total_s)


def test_the_95th_percentile_is_true_to_a_twentieth(tmp_path: Path) -> None:
    times = [n / 10 for n in range(1, 101)]
    log = told(read(write(tmp_path / "slow.log", [entry("select 1", each) for each in times])))
    assert log.statements[0].p95_s == pytest.approx(9.5, rel=0.06)
    assert log.statements[0].max_s == pytest.approx(10.0)


def test_packed_logs_and_windows_line_ends_are_read_as_they_are(tmp_path: Path) -> None:
    plain = case("mysql-8.0-extra").read_bytes()
    packed, windows = tmp_path / "slow.log.1.gz", tmp_path / "windows.log"
    packed.write_bytes(gzip.compress(plain))
    windows.write_bytes(plain.replace(b"\n", b"\r\n"))
    wanted = told(read(case("mysql-8.0-extra")))
    for path in (packed, windows):
        assert told(*read_local(path)).statements == wanted.statements


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\x00\xff" * 1000, b"{}\n", b"\x1f\x8b broken"])
def test_what_is_no_slow_log_could_not_be_looked_at(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.log"
    path.write_bytes(content)
    with pytest.raises(CouldNotLook):
        list(read_local(path))
    with pytest.raises(CouldNotLook):
        read_answer(ask_here(str(path)))


def test_a_missing_log_is_not_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(CouldNotLook, match="没有文件"):
        read_answer(ask_here(f"{tmp_path}/no*.log"))
    with pytest.raises(CouldNotLook, match=r"no\.log"):
        list(read_local(tmp_path / "no.log"))


@pytest.mark.skipif(not mode_is_kept(), reason="root may read everything")
def test_a_log_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "slow.log", some(1))
    path.chmod(0)
    with pytest.raises(CouldNotLook, match="权限"):
        read_answer(ask_here(str(path)))


def test_several_logs_that_fit_are_one(tmp_path: Path) -> None:
    folder = tmp_path / "it's a $HOME"
    folder.mkdir()
    write(folder / "slow.log", some(5, 1))
    write(folder / "slow.log.1", some(7, 2))
    log = told(*read_answer(ask_here(f"{folder}/slow.log*")))
    assert log.entries == 12
    assert len(log.files) == 2
    assert shell_words("/a b/*.log") == "'/a b/'*'.log'"


@pytest.mark.parametrize(
    "out",
    [
        b"",
        b"F\t/a\t1\n",
        b"F\t/a\t1\n{}\n",
        b"F\t/a\t1\n[1]\n",
        b'F\t/a\t1\n{"groups": [{}], "rest": [0,0,0], "entries": 1}\n',
        b"F\t/a\t1\nTraceback (most recent call last):\n",
        b"F\t/a\t1\nH\t1\t1\n",
        b"F\t/a\t1\nH\t1\t1\t0\t0\t0\t0\t0\nG\t1\tx\n",
        b"F\t/a\t1\n" + b"[" * 20_000 + b"\n",
    ],
)
def test_what_a_host_tells_wrongly_is_garbled_and_never_nothing(out: bytes) -> None:
    with pytest.raises(CouldNotLook):
        read_answer(Reply(seen=Seen.OBSERVED, out=out, err=b"", code=0))


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), "5", None, True])
def test_a_figure_that_cannot_be_is_refused(wrong: object) -> None:
    sound = json.loads(json.dumps(dict(read(case("mysql-5.1")).told)))
    assert read_part("x", sound).told["entries"] == 3
    for name in ("entries", "seconds", "unread"):
        with pytest.raises(ValueError, match="慢日志"):
            read_part("x", {**sound, name: wrong})
    sound["groups"][0]["figures"][0] = wrong
    with pytest.raises(ValueError, match="慢日志"):
        read_part("x", sound)


def test_the_program_is_one_that_an_old_python_reads() -> None:
    source = program()
    assert source.isascii()
    ast.parse(source, feature_version=(3, 6))
    assert "hmaint" not in source
    assert "'" not in Path(local.__file__).with_name("slow.awk").read_text("ascii")


def test_every_case_was_thought_of() -> None:
    assert {"mysql-5.1", "mariadb-10.11", "percona-5.6", "postgresql-csv", "hostile-torn"} <= set(names())


def _twice_readable() -> list[bytes]:
    return [
        entry(r"select * from t where path = 'C:\' and note = ' SECRET #3'"),
        entry(b"select * from `\xbb\xbc\x81\x60\xd5\xdf` where name = 'SECRET' and `\x81\x60` = 1"),
        entry("# administrator command: x\nselect 'SECRET' from t"),
        entry("# administrator command: Prepare"),
        entry(r"select 'say \"hi\"' from `say`"),
    ]


@pytest.mark.parametrize("tool", ["", "mawk", "gawk"])
def test_what_could_be_read_two_ways_leaves_no_host(tool: str, tmp_path: Path) -> None:
    path = write(tmp_path / "slow.log", _twice_readable())
    reply = ask_here(str(path), without_python(tmp_path / "bin", tool) if tool else "")
    assert b"SECRET" not in reply.out.upper()
    log = told(*read_answer(reply))
    assert log.doubtful == 2
    assert {"administrator command: prepare", "select ? from say"} <= set(texts(log))


@pytest.mark.parametrize("name", ["{awk} {program} {most}.log", "q'$(touch pwned);[x] 慢.log", "-n.log"])
def test_the_name_of_a_log_is_only_a_name(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / name, some(3))
    assert told(*read_answer(ask_here(str(path)))).entries == 3


def test_one_that_holds_nothing_yet_keeps_no_other_from_being_told(tmp_path: Path) -> None:
    write(tmp_path / "slow.log.1", some(3))
    write(tmp_path / "slow.log", [])
    assert told(*read_answer(ask_here(f"{tmp_path}/slow.log*"))).entries == 3
    with pytest.raises(CouldNotLook, match="空文件"):
        read_answer(ask_here(f"{tmp_path}/slow.log"))
    with pytest.raises(CouldNotLook, match="空文件"):
        list(read_local(tmp_path / "slow.log"))


def test_a_log_that_is_cut_while_it_is_read_is_not_told_as_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "slow.log", some(30))

    def cut(*_words: object, **_more: object) -> None:
        os.truncate(path, 0)

    monkeypatch.setattr(scan, "read_mysql", cut)
    with pytest.raises(EOFError, match="shrunk"):
        scan.scan(str(path))


def test_a_log_that_becomes_another_between_its_parts_is_not_told_as_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "_WORTH", 1000)
    monkeypatch.setattr(local, "_PART", 2000)
    path = write(tmp_path / "slow.log", some(60))
    parts = read_local(path)
    next(parts)
    path.rename(tmp_path / "slow.log.1")
    write(path, some(1))
    with pytest.raises(CouldNotLook, match=r"轮转|出错"):
        list(parts)


def test_the_program_ends_when_nobody_reads_its_answer_any_more(tmp_path: Path) -> None:
    """As on a host after Ctrl-C: the log here is one that never ends."""
    os.mkfifo(tmp_path / "slow.log")
    words = [sys.executable, "-I", "-S", "-", str(tmp_path / "slow.log"), "0", "0", "10"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603 - ours
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(program().encode())
        process.stdin.close()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.5)
        process.stdout.close()
        assert process.wait(20) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_awk_ends_once_nobody_hears_it_any_more(tmp_path: Path, *, packed: bool) -> None:
    log = tmp_path / ("slow.log.gz" if packed else "slow.log")
    folder = without_python(tmp_path / "bin", "mawk", "sleep", "ls")
    log.write_bytes(gzip.compress(entry(b"select 1")) if packed else entry(b"select 1"))
    awk, mark = Path(folder) / "awk", tmp_path / "pid"
    awk.unlink()
    awk.write_text(f"#!/bin/sh\necho $$ >{mark}.t; /bin/mv {mark}.t {mark}\nexec sleep 60\n")
    awk.chmod(0o755)
    script = fragment(str(log)).script
    asked = subprocess.Popen(  # noqa: S603 - the very script a host is sent
        ["/bin/sh", "-c", script], env={"PATH": folder}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    pid = int(_written(mark))
    assert asked.stdout is not None
    assert asked.stderr is not None
    asked.stdout.close()
    asked.stderr.close()
    until = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()
    asked.wait(30)


def _written(path: Path) -> str:
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    return path.read_text()
