"""The kind `log`: counts that say what they speak of, in real shells."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from hmaint.errors import CouldNotLook
from hmaint.kit.clock import CHINA
from hmaint.model.inventory import Host
from hmaint.model.look import Reply, Seen
from hmaint.step.log import LogArgs
from hmaint.step.logbytes import MARK
from tests.step.given import arguments
from tests.step.shells import NOW, ask, context, every_shell, let_in, look, needs_root, read, run

ERRORS = {"patterns": {"error": "ERROR", "fatal": "FATAL"}}
HEAD = b"@ 2026-11-21T09:30:00+0800\n@ 1000.00\n"


def told(body: bytes, err: bytes = b"") -> Reply:
    return Reply(Seen.OBSERVED, HEAD + body, err, 0)


def file(text: str, path: str = "/opt/icu.log") -> bytes:
    return f"\n{MARK}>{path}\n{text}".encode()


@every_shell
def test_every_file_and_pattern_has_a_row_even_without_a_match(shell: str, tmp_path: Path) -> None:
    now = datetime.now(CHINA)
    (tmp_path / "a.log").write_text(f"{now:%Y-%m-%d %H:%M:%S} ERROR x\n{now:%Y-%m-%d %H:%M:%S} INFO y")
    (tmp_path / "b b.log").write_text("")
    host = Host("h", "icu", logs=(f"{tmp_path}/*.log",))
    table = look("log", ERRORS, shell, where=context(host))
    assert [(Path(str(r["path"])).name, r["pattern"], r["count"]) for r in table.rows] == [
        ("a.log", "error", 1), ("a.log", "fatal", 0), ("b b.log", "error", 0), ("b b.log", "fatal", 0),
    ]  # fmt: skip
    assert all(row["readable"] for row in table.rows)


@every_shell
def test_missing_log_has_no_count(shell: str, tmp_path: Path) -> None:
    host = Host("h", "icu", logs=(f"{tmp_path}/none.log", f"{tmp_path}/*.gone"))
    table = look("log", {"patterns": {"e": "E"}}, shell, where=context(host))
    assert [(row["count"], row["sample"]) for row in table.rows] == [
        (None, "文件不存在"),
        (None, "没有匹配的文件"),
    ]
    assert look("log", {"patterns": {"e": "E"}, "optional": True}, shell, where=context(host)).rows == ()


@needs_root
@every_shell
def test_unreadable_log_has_no_count_and_names_the_cure(shell: str, tmp_path: Path) -> None:
    let_in(tmp_path)
    (tmp_path / "open.log").write_text("E\n")
    (tmp_path / "shut.log").write_text("E\n")
    (tmp_path / "shut.log").chmod(0o600)
    host = Host("h", "icu", logs=(f"{tmp_path}/*.log",))
    one, two = look("log", {"patterns": {"e": "E"}}, shell, where=context(host), nobody=True).rows
    assert (one["count"], two["count"]) == (1, None)
    assert "sudo: true" in str(two["sample"])


@every_shell
def test_only_the_end_of_a_big_log_is_fetched_and_no_line_is_torn(shell: str, tmp_path: Path) -> None:
    log = tmp_path / "big.log"
    log.write_text(
        "".join(f"2026-11-21 09:{n % 60:02}:00 ERROR number {n} {'x' * 200}\n" for n in range(5000))
    )
    given = {"paths": [str(log)], "patterns": {"error": "^2026.*ERROR", "all": "."}, "lines": 100}
    reply = run(ask("log", given), shell)
    assert len(reply.out) < 70_000
    first, second = read("log", given, reply).rows
    assert first["count"] == second["count"] == first["lines"] == 100
    assert first["covered"] is False


def test_lines_before_the_last_look_do_not_count() -> None:
    text = "2026-11-20 09:00:00 ERROR old\n  at stack trace ERROR\n2026-11-21 09:00:00 ERROR new\n  at ERROR trace\n"
    since = NOW - timedelta(hours=2)
    row, _ = read("log", ERRORS | {"paths": ["/opt/icu.log"]}, told(file(text)), context(since=since)).rows
    assert (row["count"], row["first"], row["last"]) == (2, "2026-11-21 09:00:00", "2026-11-21 09:00:00")
    assert (row["since"], row["covered"]) == ("2026-11-21 07:30:00", True)


def test_log_that_does_not_reach_back_says_from_when_it_speaks() -> None:
    text = "2026-11-21 09:00:00 INFO rotated\n"
    row, _ = read(
        "log", ERRORS | {"paths": ["/opt/icu.log"]}, told(file(text)), context(since=NOW - timedelta(days=30))
    ).rows
    assert (row["count"], row["since"], row["covered"]) == (0, "2026-11-21 09:00:00", False)


def test_wrong_clock_of_the_host_does_not_move_the_span() -> None:
    wrong = told(file("2020-01-01 00:20:00 ERROR in span\n")).out.replace(
        b"2026-11-21T09:30", b"2020-01-01T00:30"
    )
    row, _ = read(
        "log", ERRORS | {"paths": ["/opt/icu.log"], "since": "1h"}, Reply(Seen.OBSERVED, wrong, code=0)
    ).rows
    assert row["count"] == 1


def test_log_without_times_counts_whole() -> None:
    row, _ = read(
        "log", ERRORS | {"paths": ["/opt/icu.log"]}, told(file("ERROR a\nERROR b\n")), context(since=NOW)
    ).rows
    assert (row["count"], row["since"], row["covered"]) == (2, "", False)


def test_content_cannot_pass_for_a_heading() -> None:
    text = "ERROR\n>/etc/passwd\n=hmaint>/x\n"
    rows = read("log", ERRORS | {"paths": ["/opt/icu.log"]}, told(file(text))).rows
    assert {row["path"] for row in rows} == {"/opt/icu.log"}


def test_lines_of_mixed_encodings_and_noise_are_still_counted() -> None:
    body = (
        b"\n"
        + MARK.encode()
        + b">/opt/icu.log\n"
        + b"ERROR \xb4\xc5\xc5\xcc\xc2\xfa\nERROR \xe7\xa3\x81\xe7\x9b\x98\nERROR \xff\xfe\x00\x1b[31mred\r\n"
    )
    row, _ = read("log", ERRORS | {"paths": ["/opt/icu.log"]}, told(body)).rows
    assert row["count"] == 3
    assert "\x1b" not in str(row["sample"])


def test_repeated_messages_are_folded() -> None:
    text = (
        "".join(f"2026-11-21 09:00:{n:02} ERROR order {n} of 0xdeadbeef{n} failed\n" for n in range(9))
        + "2026-11-21 09:01:00 ERROR other\n"
    )
    row, _ = read("log", ERRORS | {"paths": ["/opt/icu.log"], "top": 2}, told(file(text))).rows
    assert row["sample"] == "ERROR order # of # failed ×9；ERROR other ×1"


def test_ignored_lines_do_not_count() -> None:
    given = ERRORS | {"paths": ["/opt/icu.log"], "ignore": ["harmless"]}
    row, _ = read("log", given, told(file("ERROR harmless\nERROR real\n"))).rows
    assert row["count"] == 1


def test_blind_account_is_denied_though_journalctl_ends_well() -> None:
    hint = b"Hint: You are currently not seeing messages from other users and the system.\n"
    with pytest.raises(CouldNotLook, match="systemd-journal") as caught:
        read("log", ERRORS | {"source": "journal"}, told(b"-- No entries --\n", hint))
    assert caught.value.seen == Seen.DENIED


def test_host_without_a_journal_is_unsupported() -> None:
    with pytest.raises(CouldNotLook) as caught:
        read(
            "log",
            ERRORS | {"source": "journal"},
            told(b"-- No entries --\n", b"No journal files were found.\n"),
        )
    assert caught.value.seen == Seen.UNSUPPORTED


def test_empty_journal_since_then_is_seen() -> None:
    row, _ = read("log", ERRORS | {"source": "journal"}, told(b"-- No entries --\n")).rows
    assert (row["path"], row["count"]) == ("系统日志", 0)


def test_kernel_messages_are_dated_by_uptime() -> None:
    body = b"[    1.5] ERROR at boot\n[  990.0] ERROR just now\n"
    row, _ = read("log", ERRORS | {"source": "kernel", "since": "1m"}, told(body)).rows
    assert (row["count"], row["first"]) == (1, "2026-11-21 09:29:50")


def test_kernel_log_that_may_not_be_read_is_denied_though_tail_ends_well() -> None:
    with pytest.raises(CouldNotLook) as caught:
        read(
            "log",
            ERRORS | {"source": "kernel"},
            told(b"", b"dmesg: read kernel buffer failed: Operation not permitted\n"),
        )
    assert caught.value.seen == Seen.DENIED


def test_empty_kernel_log_says_nothing() -> None:
    with pytest.raises(CouldNotLook) as caught:
        read("log", ERRORS | {"source": "kernel"}, told(b""))
    assert caught.value.seen == Seen.UNSUPPORTED


@every_shell
def test_kernel_log_without_dmesg_is_unsupported(shell: str, tmp_path: Path) -> None:
    for tool in ("date", "tail"):
        (tmp_path / tool).symlink_to(f"/usr/bin/{tool}")
    given = ERRORS | {"source": "kernel"}
    with pytest.raises(CouldNotLook, match="dmesg"):
        read("log", given, run(ask("log", given), shell, path=str(tmp_path)))


def test_journal_is_asked_from_the_last_look_on_and_no_further_than_a_month() -> None:
    given = ERRORS | {"source": "journal", "priority": "err"}
    script = ask("log", given, context(since=NOW - timedelta(days=7))).script
    assert f"--since=-{7 * 86400}s" in script
    assert f"--since=-{31 * 86400}s" in ask("log", given, context()).script
    assert "-p err" in script


@pytest.mark.parametrize(
    "given",
    [
        {}, {"patterns": {}}, {"patterns": {"a": "(a+)+$"}}, {"patterns": {"a": "("}},
        {"patterns": {"a": "a"}, "since": "soon"},
        {"patterns": {"a": "a"}, "source": "kernel", "paths": ["/x"]}, {"patterns": {"a": "a"}, "priority": "err"},
    ],
)  # fmt: skip
def test_arguments_that_mean_nothing_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        arguments(LogArgs, given)


def test_host_without_logs_has_nothing_to_look_at() -> None:
    with pytest.raises(CouldNotLook, match="logs") as caught:
        ask("log", ERRORS)
    assert caught.value.seen == Seen.UNSUPPORTED
