"""Trips to Windows hosts over a real SSH connection: frames, limits, code pages, and hosts that misbehave."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Host
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.transport.powershell import build
from tests.contract.transports import LIMITS, door, host_of, site_of
from tests.services.fake_windows import POWERSHELL
from tests.services.fixtures import running
from tests.services.sshd import Sshd
from tests.services.windows import Windows


@pytest.fixture(scope="module")
def server() -> Iterator[Windows]:
    with running(Windows()) as windows:
        for behave in ("hang", "stuck", "full", "flood", "garbage", "clixml", "native", "die"):
            windows.record(behave, behave=behave)
        for name in ("one", "two", "three"):
            windows.record(name, rows=[{"line": name, "text": f"磁盘 {name}"}])
        yield windows


@pytest.fixture(autouse=True)
def _forgetful(server: Windows) -> None:
    server.forget()


def windows_host(server: Windows, encoding: str = "utf-8", **limits: object) -> Host:
    return replace(
        host_of(server),
        platform="windows",
        encoding=encoding,
        limits=replace(LIMITS, **limits),  # type: ignore[arg-type] # figures
    )


def trip(
    server: Windows, *fragments: str | Fragment, encoding: str = "utf-8", **limits: object
) -> list[Reply]:
    host = windows_host(server, encoding, **limits)
    line = door(server).open(host, site_of(host))
    try:
        return list(line.trip([f if isinstance(f, Fragment) else asked(f) for f in fragments]))
    finally:
        line.close()


def asked(script: str, **bounds: object) -> Fragment:
    return Fragment(script, language="powershell", **bounds)  # type: ignore[arg-type] # limit, output


def lines(reply: Reply, encoding: str = "utf-8") -> list[object]:
    return [json.loads(line)["line"] for line in reply.out.decode(encoding).splitlines()]


def test_all_fragments_go_in_one_command_and_come_back_in_order(server: Windows) -> None:
    replies = trip(server, "one", "two", "three", "one")
    assert [lines(reply) for reply in replies] == [["one"], ["two"], ["three"], ["one"]]
    assert {(reply.seen, reply.code) for reply in replies} == {(Seen.OBSERVED, 0)}
    assert server.commands == [POWERSHELL]
    assert [note for note in server.noted if note.startswith("begin")] == ["begin 0", "begin 1", "begin 2"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_characters_survive_every_code_page(server: Windows, encoding: str) -> None:
    (reply,) = trip(server, "two", encoding=encoding)
    assert "磁盘 two" in reply.out.decode(encoding)
    assert b"\\u" not in reply.out


def test_the_command_line_is_short_and_says_nothing_of_the_script(server: Windows) -> None:
    trip(server, "one")
    (command,) = server.commands
    assert len(command) < 8191
    assert "EncodedCommand" not in command


@pytest.mark.parametrize(
    "text", ["it's", "‘typographic’ ‚quotes‛", 'a"b`c$d\n@(}', "中文\n第二行 ''", "'", "x'; exit; '"]
)
def test_a_fragment_reaches_the_host_as_it_was_written(server: Windows, text: str) -> None:
    server.record(text, rows=[{"line": "found"}])
    assert lines(trip(server, text)[0]) == ["found"]


def test_errors_are_kept_apart_from_rows_and_their_exit_is_told(server: Windows) -> None:
    server.record("both", rows=[{"line": "row"}], errors=[{"message": "拒绝访问。"}], code=1)
    reply, after = trip(server, "both", "one")
    assert (lines(reply), reply.code) == (["row"], 1)
    assert json.loads(reply.err)["message"] == "拒绝访问。"
    assert "拒绝访问。".encode() in reply.err
    assert lines(after) == ["one"]


def test_a_look_that_never_ends_costs_its_own_limit_and_no_second_command(server: Windows) -> None:
    hung, after = trip(server, asked("hang", limit=1.0), "one")
    assert (hung.seen, hung.code, lines(hung)) == (Seen.TIMED_OUT, None, ["begun"])
    assert "1 秒" in hung.reason
    assert lines(after) == ["one"]
    assert server.commands == [POWERSHELL]


def test_an_interpreter_that_is_stuck_is_ended_by_its_number_and_the_rest_still_run(server: Windows) -> None:
    before, stuck, after = trip(server, "two", asked("stuck", limit=1.0), "one", host=40)
    assert lines(before) == ["two"]
    assert stuck.seen is Seen.TIMED_OUT
    assert lines(after) == ["one"]
    first, kill, second = server.commands
    assert kill.startswith("taskkill /F /T /PID ")
    assert (first, second) == (POWERSHELL, POWERSHELL)
    assert server.noted.count("begin 1") == 1


def test_stuck_interpreters_do_not_outlast_the_hosts_limit(server: Windows) -> None:
    begun = time.monotonic()
    replies = trip(server, "stuck", "one", host=3, command=10)
    assert time.monotonic() - begun < 12
    assert [reply.seen for reply in replies] == [Seen.TIMED_OUT, Seen.TIMED_OUT]


def test_output_past_its_cap_is_cut_at_a_whole_row(server: Windows) -> None:
    full, after = trip(server, asked("full", output=5000), "one")
    assert (full.seen, full.cut, full.code) == (Seen.OBSERVED, True, 0)
    assert set(lines(full)) == {"满" * 40}
    assert lines(after) == ["one"]


def test_half_a_gigabyte_is_cut_and_the_rest_still_run(server: Windows) -> None:
    begun = time.monotonic()
    flood, after = trip(server, asked("flood", output=10_000), "one")
    assert (flood.cut, len(flood.out)) == (True, 10_000)
    assert lines(after) == ["one"]
    assert time.monotonic() - begun < 20


def test_garbage_stays_garbage_and_disturbs_nobody(server: Windows) -> None:
    garbage, after = trip(server, "garbage", "one")
    assert garbage.out.startswith(b"\x7fELF")
    assert lines(after) == ["one"]


def test_progress_as_xml_is_no_row(server: Windows) -> None:
    (reply,) = trip(server, "clixml")
    assert lines(reply) == ["ok"]
    assert b"CLIXML" in reply.err


def test_an_interpreter_that_dies_takes_no_other_fragment_with_it(server: Windows) -> None:
    before, dead, after = trip(server, "two", "die", "one")
    assert lines(before) == ["two"]
    assert (dead.seen, dead.code) == (Seen.GARBLED, None)
    assert lines(after) == ["one"]


def test_a_link_that_breaks_is_made_anew_once(server: Windows) -> None:
    def drop() -> None:
        limit = time.monotonic() + 10
        while "begin 1" not in server.noted and time.monotonic() < limit:
            time.sleep(0.05)
        server.drop_links()

    dropping = threading.Thread(target=drop)
    dropping.start()
    before, broken, after = trip(server, "two", "stuck", "one")
    dropping.join()
    assert lines(before) == ["two"]
    assert (broken.seen, "断开" in broken.reason) == (Seen.UNREACHABLE, True)
    assert lines(after) == ["one"]


def test_a_default_shell_that_is_powershell_costs_one_more_command() -> None:
    with running(Windows("powershell")) as server:
        server.record("one", rows=[{"line": "one", "text": "磁盘"}])
        (reply,) = trip(server, "one")
        assert (lines(reply), reply.code) == (["one"], 0)
        assert server.commands == [POWERSHELL, f"$input | {POWERSHELL}"]


@pytest.mark.parametrize(
    ("shell", "words"),
    [("none", "'powershell' 不是内部或外部命令"), ("constrained", "只有此语言模式中的核心类型")],
)
def test_a_host_without_a_usable_powershell_is_told_in_its_own_words(shell: str, words: str) -> None:
    with running(Windows(shell)) as server:
        (reply,) = trip(server, "one")
        assert reply.seen is Seen.UNSUPPORTED
        assert words in reply.reason
        assert "progress" not in reply.reason


def test_a_powershell_that_takes_its_time_to_start_is_waited_for() -> None:
    with running(Windows("slow")) as server:
        server.record("one", rows=[{"line": "one", "text": "磁盘"}])
        (reply,) = trip(server, "one", command=2)
        assert lines(reply) == ["one"]


def test_a_windows_host_that_is_not_said_to_be_one_is_told_in_its_own_words(server: Windows) -> None:
    host = host_of(server)
    line = door(server).open(host, site_of(host))
    (reply,) = line.trip([Fragment("echo")])
    line.close()
    assert reply.seen is Seen.UNSUPPORTED
    assert "'exec' 不是内部或外部命令" in reply.reason
    assert "platform: windows" in reply.reason


def test_a_linux_host_that_is_said_to_run_windows_is_told_in_its_own_words() -> None:
    with running(Sshd()) as linux:
        host = replace(host_of(linux), platform="windows")
        line = door(linux).open(host, site_of(host))
        (reply,) = line.trip([asked("one")])
        line.close()
    assert reply.seen is Seen.UNSUPPORTED
    assert "powershell" in reply.reason


def test_sh_never_reaches_a_windows_host_nor_powershell_a_linux_one(server: Windows) -> None:
    wrong, right = trip(server, Fragment("rm -rf /"), "one")
    assert wrong.seen is Seen.UNSUPPORTED
    assert "Linux" in wrong.reason
    assert lines(right) == ["one"]
    assert server.noted.count("begin 0") + server.noted.count("begin 1") == 1


def test_sudo_of_the_site_is_nothing_to_a_windows_host(server: Windows) -> None:
    host = windows_host(server)
    host = replace(host, ssh=replace(host.ssh, sudo=True))
    line = door(server).open(host, site_of(host))
    (reply,) = line.trip([asked("one")])
    line.close()
    assert lines(reply) == ["one"]


def test_another_key_than_the_trusted_one_keeps_the_script_at_home(server: Windows) -> None:
    with running(Windows()) as stranger:
        host = windows_host(server)
        moved = replace(host, port=stranger.port)
        with pytest.raises(CouldNotLook):
            door(server).open(moved, site_of(moved))
        assert stranger.noted == []


def test_a_script_that_is_torn_is_no_complete_line() -> None:
    text = build([(0, asked("one"), 5.0, 1000)], 60.0).text.decode("ascii")
    (line,) = [line for line in text.split("\n") if line]
    assert line.count("'") == 2
    assert text.endswith("\n\n")
    assert b"one" in base64.b64decode(line.split("'")[1])
