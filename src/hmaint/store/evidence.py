"""What targets literally answered, kept once per content under its own hash."""

from __future__ import annotations

import os
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from hmaint.kit.i18n import _
from hmaint.store.failures import CorruptRecords, RecordsFailure

if TYPE_CHECKING:
    from hmaint.store.blobs import Blobs

_DIGEST = 64


class Evidence:
    """A folder of compressed blobs named by the SHA-256 of their content: `ab/abcdef…`, mode 0600.

    Where a team shares its records, `blobs` are theirs: what is put goes there as well, and what another laptop
    put is fetched when it is asked for. What the server does not take just now is taken there by `send_waiting`.
    """

    def __init__(self, folder: Path, blobs: Blobs | None = None) -> None:
        self._folder = folder
        self._blobs = blobs

    def put(self, content: bytes, *, durable: bool = False) -> str:
        """Keep the content (already redacted) and give its hash; the same content is kept once.

        Written beside its place and renamed, so that a blob is whole or not there. OSError when it cannot be.
        `durable`: it is on the disk when this returns, as what a person hands in must be, and anew where it was torn.
        """
        digest = sha256(content).hexdigest()
        if self._blobs:
            # Marked first: whoever is killed in between has still to share it.
            self._mark(digest)
        if durable or not self._place(digest).exists():
            self._write(digest, zlib.compress(content, 1), durable=durable)
        # What this laptop has kept since before there was a server is not there yet.
        self._share(digest)
        return digest

    def get(self, digest: str) -> bytes:
        """The content of that hash; a failure when it is not there or is not what was put."""
        try:
            content = zlib.decompress(self._packed(digest))
        except zlib.error:
            content = b""
        if sha256(content).hexdigest() != digest:
            words = _("evidence {file} was changed or damaged: restore it from a backup")
            raise CorruptRecords(words.format(file=self._place(digest)))
        return content

    def digests(self) -> Iterator[str]:
        """The hash of everything kept here or shared, each once."""
        here = {path.name for path in self._folder.glob("??/*") if len(path.name) == _DIGEST}
        yield from sorted(here | set(self._blobs.digests() if self._blobs else ()))

    def send_waiting(self) -> None:
        """Take to the server what it did not take before; RecordsFailure when it still does not."""
        if self._blobs is None:
            return
        for mark in sorted(self._waiting.glob("*")):
            place = self._place(mark.name)
            if place.exists():
                self._blobs.put(mark.name, place.read_bytes())
            mark.unlink(missing_ok=True)

    @property
    def _waiting(self) -> Path:
        return self._folder / "waiting"

    def _mark(self, digest: str) -> None:
        for folder in (self._folder, self._waiting):
            folder.mkdir(mode=0o700, exist_ok=True)
        (self._waiting / digest).touch(mode=0o600)

    def _share(self, digest: str) -> None:
        if self._blobs is None:
            return
        with suppress(RecordsFailure):
            self._blobs.put(digest, self._place(digest).read_bytes())
            (self._waiting / digest).unlink(missing_ok=True)

    def _packed(self, digest: str) -> bytes:
        place = self._place(digest)
        if place.exists():
            return place.read_bytes()
        packed = self._blobs.get(digest) if self._blobs else None
        if packed is None:
            words = _("no evidence {digest} in {folder}: it was removed or never kept")
            raise RecordsFailure(words.format(digest=digest, folder=self._folder))
        return packed

    def _write(self, digest: str, packed: bytes, *, durable: bool) -> None:
        place = self._place(digest)
        with suppress(FileNotFoundError):
            _write_whole(place, packed, durable=durable)
            return
        # Not `parents`: a folder made on the way would not be private.
        for folder in (self._folder, place.parent):
            folder.mkdir(mode=0o700, exist_ok=True)
        _write_whole(place, packed, durable=durable)

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def _write_whole(place: Path, data: bytes, *, durable: bool) -> None:
    # mkstemp makes the file 0600.
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(temporary, place)  # noqa: PTH105 - Path.replace says the same
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
