"""What targets literally answered, kept once per content under its own hash."""

from __future__ import annotations

import os
import tempfile
import zlib
from hashlib import sha256
from pathlib import Path

from hmaint.kit.i18n import _
from hmaint.store.failures import CorruptRecords, RecordsFailure


class Evidence:
    """A folder of compressed blobs named by the SHA-256 of their content: `ab/abcdef…`, mode 0600."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep the content (already redacted) and give its hash; the same content is kept once.

        Written beside its place and renamed, so that a blob is whole or not there. OSError when it cannot be.
        """
        digest = sha256(content).hexdigest()
        place = self._place(digest)
        if not place.exists():
            # Not `parents`: a folder made on the way would not be private.
            for folder in (self._folder, place.parent):
                folder.mkdir(mode=0o700, exist_ok=True)
            _write_whole(place, zlib.compress(content, 1))
        return digest

    def get(self, digest: str) -> bytes:
        """The content of that hash; a failure when it is not there or is not what was put."""
        try:
            content = zlib.decompress(self._place(digest).read_bytes())
        except FileNotFoundError:
            words = _("no evidence {digest} in {folder}: it was removed or never kept")
            raise RecordsFailure(words.format(digest=digest, folder=self._folder)) from None
        except zlib.error:
            content = b""
        if sha256(content).hexdigest() != digest:
            words = _("evidence {file} was changed or damaged: restore it from a backup")
            raise CorruptRecords(words.format(file=self._place(digest)))
        return content

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _write_whole(place: Path, data: bytes) -> None:
    # mkstemp makes the file 0600.
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.replace(temporary, place)  # noqa: PTH105 - Path.replace says the same
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
