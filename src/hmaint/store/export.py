"""A file of everything: one line of JSON a row and a blob, with a last line that proves it whole."""

from __future__ import annotations

import gzip
import json
import os
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any, cast

from hmaint.errors import BadFile, Fault, Place
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _
from hmaint.store.exchange import Row, Sum

SCHEMA = "hmaint.export/1"


@dataclass(frozen=True, slots=True)
class Written:
    """What a file of records holds."""

    rows: int
    blobs: int
    version: str


def write_file(
    path: Path,
    version: str,
    at: datetime,
    rows: Iterator[tuple[str, Row]],
    blobs: Iterator[tuple[str, bytes]],
) -> Written:
    """Write a file for its owner alone, whole or not at all, packed when its name ends in .gz; OSError if not."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as raw:
            with _packed(path, raw) as file:
                done = _write(file, version, at, rows, blobs)
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(name, path)  # noqa: PTH105 - Path.replace says the same
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise
    return done


@contextmanager
def _packed(path: Path, raw: IO[bytes]) -> Iterator[IO[bytes]]:
    if path.suffix != ".gz":
        yield raw
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0, compresslevel=6) as packed:
        yield cast("IO[bytes]", packed)


def _write(
    file: IO[bytes],
    version: str,
    at: datetime,
    rows: Iterator[tuple[str, Row]],
    blobs: Iterator[tuple[str, bytes]],
) -> Written:
    written, count = Sum(), 0
    _line(file, {"schema": SCHEMA, "version": version, "exported_at": at.isoformat()})
    for table, row in rows:
        written.add(table, row)
        _line(file, {"table": table, "row": dict(row)})
    for digest, content in blobs:
        count += 1
        _line(file, {"evidence": digest, "content": b64encode(content).decode()})
    _line(file, {"end": True, "counts": written.counts, "evidence": count, "sum": f"{written.total:064x}"})
    return Written(sum(written.counts.values()), count, version)


def _line(file: IO[bytes], plain: dict[str, Any]) -> None:
    file.write(
        json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
    )


class File:
    """A file that `write_file` wrote. Reading it to its end proves it: BadFile where it was cut or changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        head = next(self._lines(), {})
        if head.get("schema") != SCHEMA:
            raise self._bad(1, _("this is no export of hmaint's records"))
        self.version = str(head.get("version", ""))

    def read(self, keep: Callable[[str, bytes], None]) -> Iterator[tuple[str, Row]]:
        """Every row; evidence is handed to `keep` as it comes."""
        found, blobs, number, end = Sum(), 0, 0, dict[str, Any]()
        for number, plain in enumerate(self._lines(), 1):  # noqa: B007 - where it ended is told below
            if "row" in plain:
                found.add(plain["table"], plain["row"])
                yield plain["table"], plain["row"]
            elif "content" in plain:
                blobs += 1
                keep(plain["evidence"], b64decode(plain["content"]))
            end = plain
        told = (end.get("counts"), end.get("evidence"), end.get("sum"))
        if told != (found.counts, blobs, f"{found.total:064x}"):
            raise self.changed(number)

    def changed(self, line: int = 1) -> BadFile:
        """That what stands in it is not what was written."""
        return self._bad(line, _("the export was cut or changed: its last line does not tell what it holds"))

    def _lines(self) -> Iterator[dict[str, Any]]:
        number = 0
        opened: Any = gzip.open if self._path.suffix == ".gz" else open
        try:
            with opened(self._path, "rb") as file:
                for number, line in enumerate(file, 1):
                    plain = json.loads(line)
                    if not isinstance(plain, dict):
                        raise self._bad(number, _("this is no export of hmaint's records"))
                    yield plain
        except (OSError, EOFError, ValueError) as error:
            words = _("the export cannot be read: {reason}")
            raise self._bad(number + 1, words.format(reason=type(error).__name__)) from None

    def _bad(self, line: int, words: str) -> BadFile:
        return BadFile([Fault(Place(str(self._path), line), words)])
