"""A title as a file's name: it never leaves its folder, and every system takes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.kit.filename import file_name


@pytest.mark.parametrize(
    "words",
    [
        "../../etc/passwd", "/etc/passwd", "..\\..\\x", "C:\\x", "a\0b", "x" * 300, "名" * 300, "x. ", "CON", "nul.txt",
        "com1", "", " . ", "😀", "上／下", "第\n1\n行", "\x1b[31m红", '"<>|?*',
    ],
)  # fmt: skip
def test_whatever_a_title_says_the_file_lies_in_its_folder(words: str, tmp_path: Path) -> None:
    name = file_name(words)
    path = tmp_path / f"{name}-icu-meeting-minutes-2026-001.docx"
    path.write_bytes(b"x")
    assert list(tmp_path.iterdir()) == [path]
    assert not name.startswith((".", " ", "-"))
    assert not name.endswith((".", " "))
    assert not set(name) & set('<>:"/\\|?*／\0\n\x1b')
    assert name.partition(".")[0].lower() not in ("con", "nul", "com1")


def test_a_plain_title_stays_as_it_is() -> None:
    assert (
        file_name("系统健康检查与性能分析报告（2026 年第四季度）")
        == "系统健康检查与性能分析报告（2026 年第四季度）"
    )
