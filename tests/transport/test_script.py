"""The script of a trip on every shell there is here, and the reading of its streams however they are cut."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hmaint.model.look import Fragment
from hmaint.transport.frames import Frames
from hmaint.transport.script import Script, bootstrap, build, unfit

SHELLS = {
    "dash": ["/bin/dash", "-s"],
    "bash as sh": ["/bin/bash", "--posix", "-s"],
    "busybox": ["/bin/busybox", "ash", "-s"],
    "mksh": ["/bin/mksh", "-s"],
    "zsh as sh": ["/usr/bin/zsh", "--emulate", "sh", "-s"],
}
FRAGMENTS = [
    Fragment("echo out; echo err >&2; exit 3"),
    Fragment("read -r x </proc/uptime; echo ${x:+up}", inline=True),
    Fragment("cat; printf 'no newline'"),
    Fragment("printf '\\000\\377'"),
    Fragment('x=$(echo nested $(echo `echo deep`)); case $x in nested*) echo "$x" ;; esac'),
    Fragment("cat <<'END'\nhere $x\nEND\n"),
    Fragment("# only a comment"),
    Fragment("cd /; umask; echo $LC_ALL"),
    Fragment("held='100% \\n'; echo first; : <<'E'\nE\n(exit 5)", inline=True),
    Fragment("echo ${held:-nothing is left over}", inline=True),
    Fragment("held='the last'; (exit 6)", inline=True),
]
EXPECTED = [
    (b"out\n", b"err\n", 3),
    (b"up\n", b"", 0),
    (b"no newline", b"", 0),
    (b"\x00\xff", b"", 0),
    (b"nested deep\n", b"", 0),
    (b"here $x\n", b"", 0),
    (b"", b"", 0),
    (b"0077\nC\n", b"", 0),
    (b"first\n100% \\n", b"", 5),
    (b"nothing is left over\n", b"", 0),
    (b"the last", b"", 6),
]


def script(fragments: list[Fragment], *, apart: bool = False) -> Script:
    return build(list(enumerate(fragments)), "utf-8", cpu=60, apart=apart)


def execute(command: list[str], sent: Script, count: int) -> Frames:
    done = subprocess.run(command, input=sent.text, capture_output=True, timeout=30, check=False)  # noqa: S603 - a shell of our own choosing
    frames = Frames(sent.boundary, dict.fromkeys(range(count), 100_000), sent.silent)
    frames.feed(done.stdout, done.stderr)
    frames.finish()
    return frames


def results(frames: Frames, count: int) -> list[tuple[bytes, bytes, int | None]]:
    pairs = [frames.frame(number) for number in range(count)]
    return [(bytes(out.data), bytes(err.data), out.code) for out, err in pairs]


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_answers_alike(shell: str, *, apart: bool) -> None:
    command = SHELLS[shell]
    if not Path(command[0]).exists():
        pytest.skip(f"{command[0]} is not installed")
    frames = execute(command, script(FRAGMENTS, apart=apart), len(FRAGMENTS))
    normal = [
        (out.replace(b"077\n", b"0077\n") if out.startswith(b"077") else out, err, code)
        for out, err, code in results(frames, len(FRAGMENTS))
    ]  # mksh writes a mask with fewer zeros
    assert normal == EXPECTED
    assert frames.done
    assert frames.out.group[0] > 1


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_refuses_a_broken_script_whole_and_runs_it_apart(shell: str, tmp_path: Path) -> None:
    command = SHELLS[shell]
    if not Path(command[0]).exists():
        pytest.skip(f"{command[0]} is not installed")
    trace = tmp_path / "ran"
    fragments = [Fragment(f"echo x >>{trace}"), Fragment("echo 'unclosed"), Fragment("echo after")]
    whole = execute(command, script(fragments), 3)
    assert (whole.greeted, whole.started, trace.exists()) == (True, False, False)
    apart = execute(command, script(fragments, apart=True), 3)
    assert trace.read_text() == "x\n"
    assert results(apart, 3)[2] == (b"after\n", b"", 0)
    assert results(apart, 3)[1][2] != 0


@pytest.mark.parametrize("apart", [False, True])
def test_what_the_shell_complains_of_stands_with_the_piece_it_is_about(*, apart: bool) -> None:
    fragments = [
        Fragment("echo before >&2"),
        Fragment("read -r x </nonexistent; held=rest", inline=True),
        Fragment("echo behind >&2"),
    ]
    before, odd, behind = results(execute(["/bin/sh", "-s"], script(fragments, apart=apart), 3), 3)
    assert (before, behind) == ((b"", b"before\n", 0), (b"", b"behind\n", 0))
    said = odd[0] + odd[1]
    assert b"/nonexistent" in said
    assert odd[0].endswith(b"rest")
    assert bool(odd[1]) == apart, "in the script's own shell all of it comes on one stream"


def test_a_script_cut_off_on_its_way_runs_nothing(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    sent = script([Fragment(f"echo x >>{trace}")] * 3)
    for end in range(0, len(sent.text) - len(b"exit 0\n") - len(sent.boundary) - 2, 37):
        subprocess.run(["/bin/sh", "-s"], input=sent.text[:end], capture_output=True, check=False)
        assert not trace.exists(), sent.text[:end][-60:]
    subprocess.run(["/bin/sh", "-s"], input=sent.text, capture_output=True, check=False)
    assert trace.exists()


# No lone `&`: what a fragment leaves running speaks when it likes, and no script can tell whose words those are.
PIECES = st.sampled_from(
    ["'", '"', "`", "$(", ")", "(", "$((", "))", "${", "}", "{", ";", ";;", "&&", "|", "\n", "#", "\\", "<<E\n", "E\n",
     "if ", "then ", "fi", "case x in ", "esac", "do ", "done", "x", " ", "echo ", "!", "*", "<", "\\\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=12).map("".join))
def test_no_text_of_one_fragment_becomes_part_of_another(first: str, second: str) -> None:
    """Either the shell refuses the whole, or both fragments end as they do when each is alone in its string."""
    fragments = [Fragment(first), Fragment("echo between"), Fragment(second), Fragment("echo after")]
    command = ["/bin/dash", "-s"]
    whole = execute(command, script(fragments), 4)
    assert whole.greeted
    if whole.started:
        got = results(whole, 4)
        assert (got[1], got[3]) == ((b"between\n", b"", 0), (b"after\n", b"", 0))
    apart = results(execute(command, script(fragments, apart=True), 4), 4)
    assert (apart[1], apart[3]) == ((b"between\n", b"", 0), (b"after\n", b"", 0))


@given(st.lists(st.integers(1, 40), min_size=1), st.binary(max_size=200), st.binary(max_size=200))
def test_frames_come_out_alike_however_the_streams_are_cut(sizes: list[int], out: bytes, err: bytes) -> None:
    mark = b"h0123456789abcdef"
    stream = (
        b"noise"
        + mark
        + b" hello 0 0\n"
        + mark
        + b" begin 0 0\n%b"
        + mark
        + b" end 0 7\n"
        + mark
        + b" done 0 0\n"
    )
    frames = Frames(mark, {0: 1_000})
    for name, content in (("out", out), ("err", err)):
        data, position = stream % content, 0
        for size in sizes * len(data):
            piece = data[position : position + size]
            frames.feed(*((piece, b"") if name == "out" else (b"", piece)))
            position += size
            if position >= len(data):
                break
    assert frames.done
    assert results(frames, 1) == [(out, err, 7)]
    assert bytes(frames.out.noise) == b"noise"


def test_output_that_only_looks_like_a_mark_is_output() -> None:
    mark = b"h0123456789abcdef"
    frames = Frames(mark, {0: 100})
    frames.feed(mark + b" begin 0 0\n" + mark + b" nonsense\n" + mark + b" end 5 0\n" + mark, b"")
    frames.finish()
    assert bytes(frames.frame(0)[0].data) == mark + b" nonsense\n" + mark
    assert frames.frame(0)[0].code is None


def test_the_bootstrap_holds_nothing_that_a_quote_could_break() -> None:
    for seconds in (150, None):
        assert re.fullmatch("exec [a-zA-Z0-9/ -]+", bootstrap(seconds))
    assert "150" in bootstrap(150)
    assert "timeout" not in bootstrap(None)


def test_boundaries_are_never_the_same_twice() -> None:
    assert len({script([]).boundary for _ in range(100)}) == 100


def test_what_cannot_be_sent_is_said() -> None:
    assert unfit(Fragment("echo 中文"), "gb18030") == ""
    assert "ascii" in unfit(Fragment("echo 中文"), "ascii")
    assert "空字符" in unfit(Fragment("a\0b"), "utf-8")
    assert unfit(Fragment("x"), "no-such-encoding") != ""
