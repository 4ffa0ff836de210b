"""The kind `file`: files as they are, refused and missing ones told apart, in every shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.errors import CouldNotLook
from hmaint.model.look import Reply, Seen
from tests.step.shells import HOST, ask, context, every_shell, let_in, look, needs_root, read, run

LINES = "first\n\n  blanks kept \t\n=looks like content\n>looks like a heading\n!x\n.\nno end"


@every_shell
def test_content_comes_back_as_it_stands(shell: str, tmp_path: Path) -> None:
    (tmp_path / "a b'c").write_text(LINES, "utf-8")
    table = look("file", {"path": f"{tmp_path}/a b'c"}, shell)
    assert [row["line"] for row in table.rows] == [line.rstrip() for line in LINES.split("\n") if line]
    assert {row["path"] for row in table.rows} == {f"{tmp_path}/a b'c"}


@every_shell
def test_what_is_written_in_pieces_comes_whole_and_in_order(shell: str, tmp_path: Path) -> None:
    lines = [r"100% \n \t \0 $HOME `id` %s", "x" * 4094, "y" * 4095, "z" * 4096, "w" * 20_000]
    lines += [f"line {number} {'k' * (1 + number % 97)}" for number in range(400)]
    (tmp_path / "big").write_text("\n".join(lines) + "\n")
    (tmp_path / "last").write_text("end")
    asked = {"path": [f"{tmp_path}/big", f"{tmp_path}/none", f"{tmp_path}/last"], "optional": True}
    table = look("file", asked, shell)
    assert [(str(row["path"])[-4:], row["line"]) for row in table.rows] == [
        *(("/big", line) for line in lines),
        ("last", "end"),
    ]


@every_shell
def test_a_missing_file_between_two_below_proc_sys_is_told_where_it_stands(shell: str) -> None:
    paths = ["/proc/sys/kernel/pid_max", "/proc/sys/none", "/proc/sys/kernel/ostype"]
    table = look("file", {"path": paths, "optional": True}, shell)
    assert [row["path"] for row in table.rows] == [paths[0], paths[2]]


@every_shell
def test_numbers_below_proc_sys_are_whole(shell: str) -> None:
    table = look("file", {"path": "/proc/sys/kernel/pid_max", "parse": "number"}, shell)
    assert table.rows[0]["value"] == int(Path("/proc/sys/kernel/pid_max").read_text())


@every_shell
def test_glob_finds_every_file_and_passes_folders_over(shell: str, tmp_path: Path) -> None:
    for name in ("x1.conf", "x 2.conf"):
        (tmp_path / name).write_text("n=1\n")
    (tmp_path / "x3.conf").mkdir()
    table = look("file", {"path": f"{tmp_path}/x*.conf", "parse": "kv"}, shell)
    assert sorted(str(row["path"]) for row in table.rows) == [f"{tmp_path}/x 2.conf", f"{tmp_path}/x1.conf"]


@every_shell
def test_missing_file_is_unsupported_and_optional_one_is_no_row(shell: str, tmp_path: Path) -> None:
    with pytest.raises(CouldNotLook, match=r"没有 .*/none") as caught:
        look("file", {"path": f"{tmp_path}/none"}, shell)
    assert caught.value.seen == Seen.UNSUPPORTED
    assert (
        look("file", {"path": [f"{tmp_path}/none", f"{tmp_path}/*.no"], "optional": True}, shell).rows == ()
    )


@needs_root
@every_shell
def test_file_that_may_not_be_read_is_denied(shell: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0o600)
    let_in(tmp_path)
    with pytest.raises(CouldNotLook, match="sudo: true") as caught:
        look("file", {"path": str(secret), "optional": True}, shell, nobody=True)
    assert caught.value.seen == Seen.DENIED


@needs_root
@every_shell
@pytest.mark.parametrize("name", ["inner/none", "inner/*.conf", "inner/deep/er"])
def test_file_in_a_folder_that_may_not_be_searched_is_not_called_missing(
    shell: str, tmp_path: Path, name: str
) -> None:
    let_in(tmp_path)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner").chmod(0o700)
    with pytest.raises(CouldNotLook) as caught:
        look("file", {"path": f"{tmp_path}/{name}", "optional": True}, shell, nobody=True)
    assert caught.value.seen == Seen.DENIED


@every_shell
def test_reading_costs_no_process(shell: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1\n")
    fragment = ask("file", {"path": [f"{tmp_path}/a", f"{tmp_path}/none"], "optional": True})
    assert fragment.inline
    assert (
        run(fragment, shell, path="/nonexistent").out.decode() == f">{tmp_path}/a\n=1\n?{tmp_path}/none\n.\n"
    )


def test_answer_without_its_end_is_garbled() -> None:
    with pytest.raises(CouldNotLook, match="结尾"):
        read("file", {"path": "/a"}, Reply(Seen.OBSERVED, b">/a\n=1\n", code=0))


def test_answer_that_was_cut_says_so() -> None:
    table = read("file", {"path": "/a"}, Reply(Seen.OBSERVED, b">/a\n=1\n=2\n=torn", code=0, cut=True))
    assert [row["line"] for row in table.rows] == ["1", "2"]
    assert table.cut


def test_encoding_of_the_host_is_obeyed_strictly() -> None:
    reply = Reply(Seen.OBSERVED, ">/a\n=磁盘\n.\n".encode("gb18030"), code=0)
    chinese = context(type(HOST)("h", "icu", encoding="gb18030"))
    assert read("file", {"path": "/a"}, reply, chinese).rows == ({"path": "/a", "line": "磁盘"},)
    with pytest.raises(CouldNotLook, match="utf-8") as caught:
        read("file", {"path": "/a"}, reply)
    assert caught.value.seen == Seen.GARBLED


@pytest.mark.parametrize("path", ["etc/passwd", "/a\nb", "~/x", ""])
def test_path_must_be_absolute_and_on_one_line(path: str) -> None:
    with pytest.raises(ValueError, match="路径"):
        ask("file", {"path": path})


@every_shell
def test_shell_characters_in_a_path_are_only_characters(shell: str, tmp_path: Path) -> None:
    name = '$(touch pwned)`touch pwned`;touch pwned&"\\'
    (tmp_path / name).write_text("safe\n")
    assert [row["line"] for row in look("file", {"path": f"{tmp_path}/{name}"}, shell).rows] == ["safe"]
    assert not Path("pwned").exists()
