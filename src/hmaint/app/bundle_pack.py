"""A bundle as one file: in a fixed order, with fixed times, and never over another."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.app.bundle_papers import File, Measured, measure, plain_name, read_file
from hmaint.app.documents import placed
from hmaint.app.world import World
from hmaint.errors import Refused
from hmaint.kit.i18n import _
from hmaint.model.document import Document
from hmaint.report.package import pack
from hmaint.report.versions import versioned, write_version

if TYPE_CHECKING:
    from hmaint.report.bundle import Paper

_CONVERTED = ".pdf"


def file_parts(
    world: World,
    index: Document,
    listed: Sequence[Paper],
    files: Sequence[File],
    measured: Sequence[Measured] | None,
) -> tuple[dict[str, bytes], str]:
    """Lay out the zip: the index, then the documents in its order, each with its PDF where they were measured.

    The words tell why the index has no PDF; empty where it has, or none was asked for.
    """
    front = read_file(world, index)
    name = f"000-{plain_name(Path(index.path).name)}"
    parts, why = {name: front.content}, ""
    if measured is not None:
        own = measure([front.content])[0]
        why = own.why
        parts |= _with(name, own)
    for paper, file, pages in zip(listed, files, measured or [Measured()] * len(files), strict=True):
        if paper.name:
            parts |= {paper.name: file.content, **_with(paper.name, pages)}
    return parts, why


def _with(name: str, pages: Measured) -> dict[str, bytes]:
    return {f"{name.rpartition('.')[0]}{_CONVERTED}": pages.pdf} if pages.pdf else {}


def write_bundle(world: World, output: Path | None, index: Document, parts: Mapping[str, bytes]) -> str:
    """Write the parts as a zip, beside the index unless told where, and answer its path as records name it.

    A file of that name that already holds the same is left as it is; one that holds anything else stays, too, and the
    next free version is written beside it. Refused where nothing can be written; then nothing is.
    """
    path = output.absolute() if output else (world.workspace.root / index.path).with_suffix(".zip")
    try:
        kept = _same(path, parts)
        return placed(world, kept or _written(path, pack(parts, files=True)))
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else type(error).__name__
        words = _("{file} cannot be written: {reason}")
        raise Refused(words.format(file=placed(world, path), reason=why)) from None


def _written(path: Path, content: bytes) -> Path:
    return write_version(path, lambda _version: content)


def _same(path: Path, parts: Mapping[str, bytes]) -> Path | None:
    """Find the version that holds the same. Two conversions of one document differ, so PDFs count by name alone."""
    version, same = 1, None
    while (there := versioned(path, version)).is_file():
        same = there if _held(there) == _told(parts) else same
        version += 1
    return same


def _held(path: Path) -> Mapping[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as package:
            return _told({entry.filename: package.read(entry) for entry in package.infolist()})
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError):
        return {}


def _told(parts: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return {name: b"" if name.endswith(_CONVERTED) else content for name, content in parts.items()}
