"""LibreOffice without a screen: Word files to PDF, so that a form is judged as it is printed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from .process import program

_LIMIT = 120
_ALIASES = {
    "宋体": "Noto Serif CJK SC",
    "黑体": "Noto Sans CJK SC",
    "Times New Roman": "Liberation Serif",
}
"""Windows' fonts are not to be had on Debian; these stand in for them, in tests only."""


class LibreOffice:
    """One private profile; conversions go one after another: two at once with one profile give nothing."""

    def __init__(self) -> None:
        self._folder = Path()
        self._program = ""

    def start(self) -> LibreOffice:
        """Find the programs and make a profile; ServiceMissing when one is not installed."""
        self._program = program("soffice", "libreoffice-writer-nogui")
        program("pdftotext", "poppler-utils")
        self._folder = Path(tempfile.mkdtemp(prefix="hmaint-office-"))
        (self._folder / "fonts.conf").write_text(_font_file(self._folder / "font-cache"), "utf-8")
        return self

    def stop(self) -> None:
        """Remove the profile; nothing runs between conversions."""
        if self._program:
            shutil.rmtree(self._folder, ignore_errors=True)

    def pdf(self, document: Path) -> Path:
        """The document as PDF beside it; an error when none came out."""
        return self._convert([document], "pdf", document.parent)[0]

    def pdfs(self, documents: Sequence[Path], folder: Path) -> list[Path]:
        """Documents as PDF in another folder; in one start, which takes longer than the work."""
        return self._convert(documents, "pdf", folder)

    def save_again(self, documents: Sequence[Path], folder: Path) -> list[Path]:
        """Documents as this word processor writes them, under their own names in another folder; in one start of it."""
        return self._convert(documents, "docx:MS Word 2007 XML", folder)

    def _convert(self, documents: Sequence[Path], kind: str, folder: Path) -> list[Path]:
        made = [folder / f"{document.stem}.{kind.partition(':')[0]}" for document in documents]
        for path in made:
            path.unlink(missing_ok=True)
        profile = f"-env:UserInstallation={(self._folder / 'profile').as_uri()}"
        done = subprocess.run(  # noqa: S603 - a program of our own choosing, no shell
            [
                *(self._program, "--headless", "--norestore", profile),
                *("--convert-to", kind, "--outdir", str(folder), *map(str, documents)),
            ],
            env={
                **os.environ,
                "FONTCONFIG_FILE": str(self._folder / "fonts.conf"),
                "HOME": str(self._folder),
            },
            capture_output=True,
            timeout=_LIMIT + 10 * len(documents),
            check=False,
        )
        if not all(path.is_file() for path in made):
            raise RuntimeError(f"LibreOffice made no file: {done.stdout!r} {done.stderr!r}")
        return made


def pdf_pages(pdf: Path) -> list[str]:
    """The words of a PDF page by page, as they stand on the page."""
    return _output("pdftotext", "-layout", str(pdf), "-").split("\f")[:-1]


def pdf_fonts(pdf: Path) -> list[str]:
    """The lines pdffonts prints, one for each font."""
    return _output("pdffonts", str(pdf)).splitlines()[2:]


def _output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=True, timeout=_LIMIT)  # noqa: S603 - poppler's own
    return done.stdout.decode("utf-8")


def _font_file(cache: Path) -> str:
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{escape(wanted)}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{escape(given)}</string></edit></match>'
        for wanted, given in _ALIASES.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{rules}'
        f"<cachedir>{cache}</cachedir></fontconfig>"
    )
