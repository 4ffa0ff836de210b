"""A Word file as the zip it is: opened with suspicion, packed the same way every time."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping

from hmaint.kit.i18n import _

_OLD_BINARY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_ENTRIES = 2_000
_UNPACKED = 64 * 1024 * 1024
"""A form with a few scanned logos has under 10 MB; a zip bomb has gigabytes."""
_FILLED = re.compile(r"word/(document|header|footer|footnotes)\d*\.xml")
_TYPES = "[Content_Types].xml"

_BROKEN = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError)
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("ascii", "utf-16-le", "utf-16-be"))


class BadPackage(ValueError):
    """The file is no Word document that may be used; the message says why and what to do."""


def pack(parts: Mapping[str, bytes], *, files: bool = False) -> bytes:
    """Zip the parts in their order with fixed times, so that equal parts give equal bytes.

    `files` are unpacked by people: unzip believes that Chinese names are UTF-8 only where the zip says it is of Unix.
    """
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = _UNIX if files else 0
            package.writestr(entry, content, compresslevel=6)
    return target.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Read the parts of a Word file by name.

    Raise BadPackage for what is no plain .docx: old binary or encrypted files, other formats, templates and
    macro files, broken zips, zips that unpack to more than 64 MB, and parts with a document type declaration.
    """
    _refuse_other_formats(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _refuse_bombs(package)
            parts = {
                entry.filename: package.read(entry) for entry in package.infolist() if not entry.is_dir()
            }
    except BadPackage:
        raise
    except _BROKEN as fault:
        words = _("the file is damaged ({reason}): save it as .docx in Word or WPS once more")
        raise BadPackage(words.format(reason=fault)) from fault
    _refuse_other_documents(parts)
    return parts


def is_filled(name: str) -> bool:
    """Whether a part is one of those that docxtpl fills in."""
    return _FILLED.fullmatch(name) is not None


def _refuse_other_formats(content: bytes) -> None:
    if content.startswith(_OLD_BINARY):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise BadPackage(_("the file wants a password: take that away and save it as .docx"))
        raise BadPackage(_("this is an old .doc file: save it as .docx in Word or WPS"))
    if not content.startswith(b"PK"):
        raise BadPackage(_("this is no Word file: give a .docx"))


def _refuse_bombs(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > _ENTRIES or sum(entry.file_size for entry in entries) > _UNPACKED:
        raise BadPackage(_("the file unpacks to more than 64 MB or 2000 parts and is refused"))
    if len(set(names)) != len(names):
        raise BadPackage(_("the file holds two parts of one name and is refused"))


def _refuse_other_documents(parts: Mapping[str, bytes]) -> None:
    types = parts.get(_TYPES, b"")
    if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in parts):
        raise BadPackage(_("the file holds macros and is refused: save it as .docx without them"))
    if b"wordprocessingml.template.main+xml" in types:
        raise BadPackage(_("this is a .dotx template: save it as .docx"))
    if b"wordprocessingml.document.main+xml" not in types:
        raise BadPackage(_("this is no Word document: give a .docx"))
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")) and any(mark in content for mark in _DOCTYPES):
            raise BadPackage(_("{name} holds a document type declaration and is refused").format(name=name))
