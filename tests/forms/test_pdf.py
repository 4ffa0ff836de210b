"""Word files as PDF: made by LibreOffice, verified, and never waited for without end."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from hmaint.report import pdf
from hmaint.report.docx import fill
from hmaint.report.pdf import NoPdf, to_pdf
from hmaint.report.source.word import paragraph
from tests.report.templates import DATA, form
from tests.services.libreoffice import LibreOffice, pdf_pages


def _office(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program that behaves badly where LibreOffice is looked for."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_a_word_file_becomes_a_pdf_with_its_words(
    tmp_path: Path, libreoffice: LibreOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert libreoffice
    monkeypatch.setenv("LANG", "C")
    made = tmp_path / "表单.pdf"
    made.write_bytes(to_pdf(fill(form(tmp_path, paragraph("{{ name }}")), DATA)))
    assert "张三" in pdf_pages(made)[0]


def test_without_libreoffice_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(pdf, "_PLACES", ())
    with pytest.raises(NoPdf, match="没有安装 LibreOffice"):
        to_pdf(b"PK")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 0", "没有生成 PDF：没有任何提示"),
        ("echo 'source file could not be loaded' >&2; exit 1", "could not be loaded"),
        ('for last in "$@"; do :; done; echo "%PDF-1.7" > "${last%.docx}.pdf"', "没有生成 PDF"),
        ('for last in "$@"; do :; done; : > "${last%.docx}.pdf"', "没有生成 PDF"),
    ],
    ids=["nothing", "an error", "half a file", "an empty file"],
)
def test_what_is_no_whole_pdf_is_none(
    script: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _office(tmp_path, script, monkeypatch)
    with pytest.raises(NoPdf, match=why):
        to_pdf(b"PK")


def test_a_program_that_hangs_is_stopped_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _office(tmp_path, f"sleep 600 & echo $! > {tmp_path}/child; wait", monkeypatch)
    with pytest.raises(NoPdf, match="超过 1 秒"):
        to_pdf(b"PK", limit=1.0)
    child = int((tmp_path / "child").read_text())
    until = time.monotonic() + 20
    while _lives(child) and time.monotonic() < until:
        time.sleep(0.05)
    assert not _lives(child)


def _lives(pid: int) -> bool:
    """Whether a process runs; one that is only waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_each_conversion_has_a_profile_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = tmp_path / "said"
    _office(tmp_path, f'echo "$@" >> {said}', monkeypatch)
    for _ in range(2):
        with pytest.raises(NoPdf):
            to_pdf(b"PK")
    profiles = [word for word in said.read_text().split() if word.startswith("-env:UserInstallation=")]
    assert len(set(profiles)) == 2
    assert all(path.isascii() for path in said.read_text().split())
    assert not any(Path(word.removeprefix("-env:UserInstallation=file://")).exists() for word in profiles)
