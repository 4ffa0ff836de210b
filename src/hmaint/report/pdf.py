"""A Word file as PDF, by LibreOffice where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from hmaint.kit.i18n import _

_NAMES = ("soffice", "libreoffice")
_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_LIMIT = 180.0
"""Seconds; 10 000 rows on 385 pages took 75."""
_TAIL = 1024


class NoPdf(ValueError):
    """No PDF was made; the message says why."""


def to_pdf(content: bytes, limit: float = _LIMIT) -> bytes:
    """Convert a Word file.

    Raise NoPdf where LibreOffice is not installed, takes longer than `limit` seconds, or makes nothing that is a PDF.
    """
    office = _office()
    if office is None:
        raise NoPdf(
            _("LibreOffice is not installed, so there is no PDF: print the Word file, or save it as PDF")
        )
    with tempfile.TemporaryDirectory(prefix="hmaint-pdf-", ignore_cleanup_errors=True) as folder:
        # A plain name: without a locale LibreOffice opens no other.
        document = Path(folder) / "document.docx"
        document.write_bytes(content)
        said = _convert(office, document, limit)
        return _verified(document.with_suffix(".pdf"), said)


def _office() -> str | None:
    found = (shutil.which(name) for name in (*_NAMES, *_PLACES))
    return next((each for each in found if each), None)


def _convert(office: str, document: Path, limit: float) -> str:
    """Run LibreOffice with a profile of its own: two with one profile, and the second gives nothing, silently."""
    profile = (document.parent / "profile").as_uri()
    command = [
        office, "--headless", "--norestore", f"-env:UserInstallation={profile}",
        "--convert-to", "pdf", "--outdir", str(document.parent), str(document),
    ]  # fmt: skip
    # A session of its own: the program that is started only starts another, which would outlive it.
    process = subprocess.Popen(  # noqa: S603 - found on the path by its name, and no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "HOME": str(document.parent)},
        start_new_session=True,
    )
    try:
        said, _nothing = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        raise NoPdf(
            _("LibreOffice took longer than {n} seconds and was stopped").format(n=round(limit))
        ) from None
    finally:
        _end(process)
    return said.decode("utf-8", "replace").strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing running, whatever ended the waiting."""
    if process.poll() is not None:
        return
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.communicate()


def _verified(made: Path, said: str) -> bytes:
    content = made.read_bytes() if made.is_file() else b""
    if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-_TAIL:]:
        words = _("LibreOffice made no PDF: {reason}")
        raise NoPdf(words.format(reason=said.splitlines()[-1] if said else _("it said nothing")))
    return content
