"""The kind `shell`: exit codes, missing tools and refusals said for what they are."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from hmaint.errors import CouldNotLook
from hmaint.model.look import Reply, Seen
from hmaint.step.posix import PS, SHARED
from hmaint.step.shell import Shared, ShellArgs
from tests.step.given import arguments
from tests.step.shells import ask, every_shell, look, read


@every_shell
def test_output_becomes_rows(shell: str) -> None:
    assert look("shell", {"run": "echo 4711; exit 0", "parse": "number"}, shell).rows == ({"value": 4711},)


@every_shell
@pytest.mark.parametrize("given", [{"run": "frobnicate --now"}, {"run": "echo 1", "needs": ["frobnicate"]}])
def test_missing_tool_is_unsupported_by_its_name(shell: str, given: dict[str, object]) -> None:
    with pytest.raises(CouldNotLook, match=r"^未安装 frobnicate$") as caught:
        look("shell", given, shell)
    assert caught.value.seen == Seen.UNSUPPORTED


@every_shell
def test_exit_code_outside_the_list_is_no_answer(shell: str) -> None:
    with pytest.raises(CouldNotLook, match="以 3 结束：oops") as caught:
        look("shell", {"run": "echo fine; echo oops >&2; exit 3"}, shell)
    assert caught.value.seen == Seen.GARBLED
    assert look("shell", {"run": "echo fine; exit 3", "codes": [0, 3]}, shell).rows == ({"line": "fine"},)


@every_shell
def test_a_path_that_is_gone_was_not_examined_and_is_not_passed_over(shell: str) -> None:
    with pytest.raises(CouldNotLook, match="nonexistent") as caught:
        look("shell", {"run": "ls /nonexistent/hl7-out", "parse": "lines"}, shell)
    assert caught.value.seen == Seen.GARBLED


def test_fragment_can_say_that_there_is_no_such_thing_here() -> None:
    with pytest.raises(CouldNotLook, match=r"^没有阵列$") as caught:
        look("shell", {"run": "echo 没有阵列 >&2; exit 69"})
    assert caught.value.seen == Seen.UNSUPPORTED


@pytest.mark.parametrize(
    "said",
    [
        "cat: /etc/shadow: Permission denied",
        "dmesg: read kernel buffer failed: Operation not permitted",
        "This command has to be run as root",
        "You need to be root to perform this command.",
        "must be super-user",
        "sshd: no hostkeys available -- exiting.",
    ],
)
def test_refusal_is_denied_and_names_the_cure(said: str) -> None:
    reply = Reply(Seen.OBSERVED, b"", said.encode(), 1)
    with pytest.raises(CouldNotLook, match="sudo: true") as caught:
        read("shell", {"run": "x"}, reply)
    assert caught.value.seen == Seen.DENIED


def test_partly_refused_look_is_incomplete_even_when_its_code_is_fine() -> None:
    reply = Reply(Seen.OBSERVED, b"/a\n", b"find: '/b': Permission denied\n", 1)
    assert read("shell", {"run": "x", "codes": [0, 1]}, reply).cut
    assert not read("shell", {"run": "x", "codes": [0, 1]}, Reply(Seen.OBSERVED, b"/a\n", b"", 1)).cut


def test_wholly_refused_look_is_denied_even_when_its_code_is_fine() -> None:
    with pytest.raises(CouldNotLook) as caught:
        read(
            "shell",
            {"run": "x", "codes": [0, 1]},
            Reply(Seen.OBSERVED, b"", b"find: '/b': Permission denied\n", 1),
        )
    assert caught.value.seen == Seen.DENIED


def test_cut_output_loses_its_torn_line_and_says_so() -> None:
    table = read("shell", {"run": "x"}, Reply(Seen.OBSERVED, b"one\ntwo\nthr", code=None, cut=True))
    assert ([row["line"] for row in table.rows], table.cut) == (["one", "two"], True)


@pytest.mark.parametrize("seen", [Seen.TIMED_OUT, Seen.UNREACHABLE, Seen.DENIED])
def test_reply_that_was_none_is_passed_on(seen: Seen) -> None:
    with pytest.raises(CouldNotLook, match="为什么") as caught:
        read("shell", {"run": "x"}, Reply(seen, reason="为什么"))
    assert caught.value.seen == seen


def test_steps_that_share_a_command_ask_the_same() -> None:
    assert ask("shell", {"shared": "processes", "parse": "ps"}) == ask("process", {"names": ["x"]})
    assert ask("shell", {"shared": "sockets", "parse": "sockets"}) == ask("port", {})
    assert ask("shell", {"shared": "processes"}).script == PS


def test_every_shared_command_can_be_named() -> None:
    assert set(Shared.__args__) == set(SHARED)


@pytest.mark.parametrize(
    "given",
    [
        {}, {"run": " "}, {"run": "x", "shared": "processes"}, {"run": "x", "parse": "dff"},
        {"run": "x", "limit": "soon"},
        {"run": "x", "needs": ["a;b"]}, {"run": "x", "wrong": 1},
    ],
)  # fmt: skip
def test_arguments_that_mean_nothing_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        arguments(ShellArgs, given)


def test_misspelt_format_names_the_nearest() -> None:
    with pytest.raises(ValidationError, match="osrelease"):
        arguments(ShellArgs, {"run": "x", "parse": "osrelese"})
