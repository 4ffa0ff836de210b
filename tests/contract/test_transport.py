"""What every way to a host must do, asked of all of them alike."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hmaint.model.look import Fragment, Seen
from tests.contract.transports import Opening, open_local, open_ssh, run
from tests.services.fixtures import running
from tests.services.sshd import Sshd


@pytest.fixture(scope="module")
def server() -> Iterator[Sshd]:
    with running(Sshd()) as sshd:
        yield sshd


@pytest.fixture(params=["local", "ssh"])
def opening(request: pytest.FixtureRequest, server: Sshd) -> Opening:
    return open_local if request.param == "local" else open_ssh(server)


def alive(marker: str) -> list[str]:
    """The processes whose arguments hold a word that only this test uses."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            found += [entry.name] if marker.encode() in words else []
    return found


def gone(marker: str) -> bool:
    """Whether they are dead within a moment."""
    limit = time.monotonic() + 5
    while alive(marker) and time.monotonic() < limit:
        time.sleep(0.05)
    return not alive(marker)


def test_exit_codes_are_exact(opening: Opening) -> None:
    replies = run(opening(), "exit 0", "exit 3", "(exit 255)", "false", "true", "no-such-command-at-all")
    assert [reply.code for reply in replies] == [0, 3, 255, 1, 0, 127]
    assert {reply.seen for reply in replies} == {Seen.OBSERVED}


def test_the_streams_are_kept_apart_byte_for_byte(opening: Opening) -> None:
    first, second, third = run(
        opening(),
        "printf 'no newline at the end'; printf 'and\\nthis' >&2",
        "printf '\\000\\001\\377\\n\\n'; printf '\\326\\320\\316\\304'",
        ":",
    )
    assert (first.out, first.err) == (b"no newline at the end", b"and\nthis")
    assert (second.out, second.err) == (b"\x00\x01\xff\n\n" + "中文".encode("gb18030"), b"")
    assert (third.out, third.err, third.code) == (b"", b"", 0)


def test_quoting_reaches_the_host_as_written(opening: Opening) -> None:
    text = """ a'b"c`d$e\\f*{}()<>;&|#! 中文 \t~ %s """
    quoted = "'" + text.replace("'", "'\\''") + "'"
    assert run(opening(), f"printf %s {quoted}")[0].out == text.encode()


def test_fragments_cannot_disturb_each_other(opening: Opening) -> None:
    replies = run(
        opening(),
        "cd /; planted=1; export planted; umask 000; set -e; false",
        "exit 7",
        "cat; echo read nothing",
        'echo "${planted:-clean}"; umask',
        "exec >/dev/null 2>&1; echo unseen",
        "trap 'echo trapped' EXIT; set -u; unset PATH",
        "echo still here",
    )
    assert [reply.code for reply in replies] == [1, 7, 0, 0, 0, 0, 0]
    assert replies[2].out == b"read nothing\n"
    assert replies[3].out == b"clean\n0077\n"
    assert replies[5].out == b"trapped\n"
    assert replies[6].out == b"still here\n"


def test_inline_fragments_answer_like_the_others(opening: Opening) -> None:
    line = opening()
    fragments = [
        Fragment("read -r x </proc/uptime; echo got; (exit 4)", inline=True),
        Fragment("while read -r x; do echo $x; done", inline=True),
        Fragment("echo after"),
    ]
    first, second, third = line.trip(fragments)
    line.close()
    assert (first.out, first.code) == (b"got\n", 4)
    assert (second.out, second.code) == (b"", 0)
    assert third.out == b"after\n"


def test_a_fragment_that_kills_its_shell_takes_no_other_with_it(opening: Opening) -> None:
    before, killer, after = run(opening(), "echo before", "echo dying; kill -KILL $$; read x", "echo after")
    assert (before.seen, before.out) == (Seen.OBSERVED, b"before\n")
    assert killer.seen is Seen.GARBLED
    assert killer.code is None
    assert "退出" in killer.reason
    assert (after.seen, after.out) == (Seen.OBSERVED, b"after\n")


def test_a_fragment_that_never_ends_is_killed_and_the_rest_still_run(opening: Opening) -> None:
    marker = "31536001"
    before, hung, after = run(
        opening(), "echo before", f"echo begun; sleep {marker} | sleep {marker}", "echo after", limit=1.5
    )
    assert before.out == b"before\n"
    assert (hung.seen, hung.code, hung.out) == (Seen.TIMED_OUT, None, b"begun\n")
    assert "1.5 秒" in hung.reason
    assert (after.seen, after.out) == (Seen.OBSERVED, b"after\n")
    assert gone(marker)


def test_a_process_that_ignores_signals_and_left_its_group_is_killed_with_its_session(
    opening: Opening,
) -> None:
    marker = "31536002"
    stubborn = f"trap '' TERM INT HUP; timeout {marker} sleep {marker} & wait; sleep {marker}"
    hung, after = run(opening(), stubborn, "echo after", limit=1.5)
    assert hung.seen is Seen.TIMED_OUT
    assert after.out == b"after\n"
    assert gone(marker)


def test_hangs_do_not_outlast_the_hosts_limit(opening: Opening) -> None:
    marker = "31536003"
    begun = time.monotonic()
    replies = run(
        opening(host=8, command=1.5), *(f"sleep {marker}; echo {i}" for i in range(8)), "echo never"
    )
    assert time.monotonic() - begun < 18
    assert {reply.seen for reply in replies} == {Seen.TIMED_OUT}
    # On a busy machine the limit may run out while the last new shell is still waited for.
    assert any(words in replies[-1].reason for words in ("本机总时限 8 秒", "shell 一直没有就绪"))
    assert gone(marker)


def test_a_second_trip_has_only_what_the_hosts_limit_left(opening: Opening) -> None:
    line = opening(host=2)
    assert line.trip([Fragment("echo one")])[0].out == b"one\n"
    time.sleep(2)
    assert line.trip([Fragment("echo two")])[0].seen is Seen.TIMED_OUT
    line.close()


def test_output_past_its_cap_is_cut_and_the_flood_ends(opening: Opening) -> None:
    marker = "flood31536004"
    line = opening()
    fragments = [
        Fragment(f"while :; do echo {marker}; done", output=10_000),
        Fragment("yes e >&2", output=5_000),
        Fragment("echo kept"),
    ]
    flood, complaint, kept = line.trip(fragments)
    line.close()
    assert (flood.seen, flood.cut, flood.code, len(flood.out)) == (Seen.OBSERVED, True, None, 10_000)
    assert flood.out.startswith(marker.encode())
    assert (complaint.cut, complaint.err) == (True, b"e\n" * 2_500)
    assert (kept.out, kept.cut) == (b"kept\n", False)
    assert gone("yes e")


def test_output_of_exactly_its_cap_is_whole(opening: Opening) -> None:
    reply = opening().trip([Fragment("printf 1234567890", output=10)])[0]
    assert (reply.out, reply.cut, reply.code) == (b"1234567890", False, 0)


def test_both_streams_flooded_at_once_are_drained_together(opening: Opening) -> None:
    size = 4_000_000
    script = f"head -c {size} /dev/zero >&2 & head -c {size} /dev/zero; wait; echo end"
    line = opening(output=size + 100)
    flood, after = line.trip([Fragment(script), Fragment("echo after")])
    line.close()
    assert (len(flood.out), len(flood.err), flood.cut) == (size + 4, size, False)
    assert flood.out.endswith(b"end\n")
    assert after.out == b"after\n"


def test_a_child_that_holds_the_streams_open_delays_nothing(opening: Opening) -> None:
    begun = time.monotonic()
    first, second = run(opening(), "echo one; sleep 4 &", "echo two")
    assert (first.out, second.out) == (b"one\n", b"two\n")
    assert time.monotonic() - begun < 3.5


def test_a_shell_that_died_while_a_child_holds_the_streams_open_costs_its_limit_at_most(
    opening: Opening,
) -> None:
    first, second = run(opening(), "sleep 4 & kill -KILL $$", "echo two", limit=1.5)
    assert first.seen in {Seen.GARBLED, Seen.TIMED_OUT}  # a server need not tell how its shell died
    assert second.out == b"two\n"


def test_many_fragments_come_back_in_order(opening: Opening) -> None:
    replies = run(opening(), *(f"echo {number}; exit {number}" for number in range(60)))
    assert [(reply.out, reply.code) for reply in replies] == [(f"{n}\n".encode(), n) for n in range(60)]


def test_equal_fragments_run_once(opening: Opening, tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    count = f"echo x >>{tmp_path}/count; cat {tmp_path}/count"
    assert [reply.out for reply in run(opening(), count, "echo y", count)] == [b"x\n", b"y\n", b"x\n"]


@pytest.mark.parametrize(
    "broken",
    [
        "echo 'unclosed",
        'echo "unclosed',
        "echo `unclosed",
        "echo $(unclosed",
        "echo $((1 +",
        "echo ${unclosed",
        "echo ${x:-unclosed",
        'echo "${x:-unclosed',
        "cat <<END\nnever closed",
        "if true; then echo x",
        "case x in x) echo x",
        "for x in 1; do echo $x",
        "{ echo x",
        "( echo x",
        "echo x )",
        "echo x }; }",
        "esac",
    ],
)
def test_a_fragment_with_a_syntax_error_fails_alone(opening: Opening, broken: str) -> None:
    before, bad, quoted, after = run(
        opening(), "echo before", broken, "echo \"it's fine\"; echo '\"`$('", "echo after"
    )
    assert before.out == b"before\n"
    assert (bad.seen, bad.out in (b"", b"x\n", b"never closed\n", b"never closed")) == (Seen.OBSERVED, True)
    assert quoted.out == b"it's fine\n\"`$(\n"
    assert (after.out, after.code) == (b"after\n", 0)


def test_line_ends_of_windows_are_taken_for_line_ends(opening: Opening) -> None:
    assert run(opening(), "echo one\r\necho two\r\n")[0].out == b"one\ntwo\n"


def test_the_environment_is_plain(opening: Opening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREP_OPTIONS", "--invert-match")
    monkeypatch.setenv("HMAINT_SECRET_ICU", "hunter2")
    line = opening()
    locale, path, secret = line.trip(
        [Fragment("echo $LC_ALL $LANG ${GREP_OPTIONS:-none}"), Fragment("echo $PATH"), Fragment("env")]
    )
    line.close()
    assert locale.out == b"C C none\n"
    assert {"/usr/sbin", "/sbin"} <= set(path.out.decode().strip().split(":"))
    assert b"hunter2" not in secret.out


def test_what_the_host_cannot_be_told_is_said_for_that_fragment_alone(opening: Opening) -> None:
    bad, good = run(opening(), "echo \0", "echo ok")
    assert bad.seen is Seen.UNSUPPORTED
    assert good.out == b"ok\n"


def test_the_time_a_fragment_took_is_told(opening: Opening) -> None:
    slow, quick = run(opening(), "sleep 0.4", ":")
    assert 350 <= slow.elapsed_ms < 5_000
    assert quick.elapsed_ms < slow.elapsed_ms


def test_neither_script_nor_boundary_is_seen_in_the_list_of_processes(opening: Opening) -> None:
    line = opening()
    reply = line.trip([Fragment("planted=31536005; cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '")])[0]
    line.close()
    assert b"/bin/sh -s" in reply.out
    assert b"31536005" not in reply.out
