"""A SQLite backup restored on trial on this laptop: into a file of a private folder, opened read-only, and removed."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from hmaint.app.drill_server import DrillFailed, Opened
from hmaint.drill.keeper import FLOOR
from hmaint.drill.load import Copied, Loaded
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.drill import Drill
from hmaint.model.look import Seen
from hmaint.store.alive import is_alive, name_process

_PIECE = 1_048_576
_MOST_TEXT = 268_435_456
"""Bytes of SQL that are loaded at most: SQLite wants a script in memory."""
_OPENERS: dict[str, Callable[[Path], Any]] = {"gzip": gzip.open, "bzip2": bz2.open, "xz": lzma.open}
_PREFIX = "hmaint-drill."


class SqliteServer:
    """The same as `Server`, in this process; SQLite needs none of its own."""

    trouble = ""

    def __init__(self, drill: Drill, scratch: Path | None = None) -> None:
        folder = Path(drill.folder)
        self._above = scratch or (folder if folder.is_dir() else Path(tempfile.gettempdir()))
        self._lock = FileLock(
            Path(drill.lock if Path(drill.lock).is_dir() else self._above) / "hmaint-drill.lock"
        )
        self._folder: Path | None = None
        self._line: sqlite3.Connection | None = None
        self.opened = Opened()
        self.gone = ""

    def open(self, need: int) -> Opened:
        """Make the private folder. Raises Refused or DrillFailed."""
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            words = _("another drill is running on this host ({who}); wait until it is over")
            raise Refused(words.format(who="-")) from None
        except OSError as error:
            raise Refused(
                _("the lock in {lock} cannot be opened").format(lock=self._lock.lock_file)
            ) from error
        self._sweep()
        free = shutil.disk_usage(self._above).free
        if free < need + FLOOR * 2**20:
            words = _("the drill host has too little room in {folder}: {free} KB free, {need} KB needed")
            raise Refused(words.format(folder=self._above, free=free // 1024, need=need // 1024))
        try:
            self._folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self._above))
            (self._folder / "keeper").write_text(name_process().replace("@", " "))
        except OSError as error:
            raise DrillFailed(Seen.UNSUPPORTED, f"无法建立临时目录：{error.strerror}") from None
        self.opened = Opened(str(self._folder), f"SQLite {sqlite3.sqlite_version}", "", "")
        return self.opened

    def _sweep(self) -> None:
        for left in self._above.glob(f"{_PREFIX}*"):
            try:
                keeper = (left / "keeper").read_text().strip().replace(" ", "@")
                alive = bool(keeper) and is_alive(keeper)
            except (OSError, ValueError):
                alive = False
            if not alive and not left.is_symlink() and _mine(left):
                shutil.rmtree(left, ignore_errors=True)

    def load(self, copied: Copied, pieces: Callable[[], Iterator[bytes]] | None, seconds: float) -> Loaded:
        """Write the copy into the folder, unpack it, and see whether it is whole. Raises DrillFailed."""
        assert self._folder is not None  # noqa: S101 - opened before
        until, digest, size = time.monotonic() + seconds, sha256(), 0
        packed, plain = self._folder / "copy", self._folder / "restored.db"
        try:
            with packed.open("wb") as out:
                for piece in pieces() if pieces is not None else _read(Path(copied.path)):
                    digest.update(piece)
                    size += len(piece)
                    self._write(out, piece, until)
            code, said = self._unpack(packed, plain, copied.container, until)
        except OSError as error:
            raise DrillFailed(Seen.UNSUPPORTED, f"临时目录写不下：{error.strerror}") from None
        load, words = self._attach(plain, copied.inner) if code == 0 else (None, "")
        return Loaded(
            code, None, load, "\n".join(filter(None, [said, words])), digest.hexdigest(), size, over=code == 0
        )

    def _unpack(self, packed: Path, plain: Path, container: str, until: float) -> tuple[int, str]:
        if container == "none":
            packed.rename(plain)
            return 0, ""
        if container not in _OPENERS:
            raise DrillFailed(Seen.UNSUPPORTED, f"本机的 SQLite 演练不支持 {container} 压缩")
        try:
            with _OPENERS[container](packed) as source, plain.open("wb") as out:
                while piece := source.read(_PIECE):
                    self._write(out, piece, until)
        except (EOFError, lzma.LZMAError, gzip.BadGzipFile, ValueError) as broken:
            return 1, str(broken)
        except OSError as error:
            if error.errno is None:
                return 1, str(error)
            raise
        return 0, ""

    def _write(self, out: IO[bytes], piece: bytes, until: float) -> None:
        if time.monotonic() > until:
            raise DrillFailed(Seen.TIMED_OUT, "超过演练总时限")
        if shutil.disk_usage(self._above).free < FLOOR * 2**20:
            raise DrillFailed(Seen.UNSUPPORTED, "演练主机磁盘将满，已中止并清除")
        out.write(piece)

    def _attach(self, plain: Path, inner: str) -> tuple[int, str]:
        try:
            if inner == "text":
                self._script(plain)
                plain = plain.with_name("loaded.db")
            self._line = sqlite3.connect(f"{plain.as_uri()}?mode=ro", uri=True)
            self._line.execute("pragma trusted_schema = off")
            broken = [
                str(row[0]) for row in self._line.execute("pragma integrity_check(5)") if row[0] != "ok"
            ]
        except sqlite3.Error as error:
            return 1, str(error)
        return (1, "integrity_check: " + "; ".join(broken)) if broken else (0, "")

    def _script(self, dump: Path) -> None:
        if dump.stat().st_size > _MOST_TEXT:
            raise DrillFailed(Seen.UNSUPPORTED, "SQL 文本过大，SQLite 演练只支持 256 MB 以内的 SQL 文本")
        line = sqlite3.connect(dump.with_name("loaded.db"))
        try:
            # A dump has no business with any other file.
            line.set_authorizer(
                lambda act, *_rest: sqlite3.SQLITE_DENY if act in {_ATTACH, _DETACH} else sqlite3.SQLITE_OK
            )
            line.executescript(dump.read_text("utf-8"))
            line.commit()
        except UnicodeDecodeError:
            raise sqlite3.DatabaseError("not UTF-8") from None
        finally:
            line.close()

    def ask(self, statements: Sequence[str]) -> list[list[list[str]] | CouldNotLook]:
        """Ask statements one after another: the rows of each, or why there are none."""
        return [self._ask(sql) for sql in statements]

    def _ask(self, sql: str) -> list[list[str]] | CouldNotLook:
        if self._line is None:
            return CouldNotLook(Seen.UNSUPPORTED, "没有恢复出数据库")
        try:
            rows = self._line.execute(sql).fetchmany(100_000)
        except sqlite3.Error as error:
            return CouldNotLook(Seen.UNSUPPORTED, one_line(str(error), 160))
        return [["" if cell is None else str(cell) for cell in row] for row in rows]

    def use(self, database: str) -> None:
        """There is only one."""

    def close(self) -> str:
        """Remove everything; in Chinese what was left, empty when nothing is."""
        line, self._line = self._line, None
        if line is not None:
            line.close()
        folder, self._folder = self._folder, None
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
        self._lock.release()
        if folder is not None and folder.exists():
            return f"本机上仍有残留：{folder}"
        self.gone = self.gone or ("临时目录及恢复出的文件已删除" if folder is not None else "")
        return ""


_ATTACH, _DETACH = 24, 25  # sqlite3.h: SQLITE_ATTACH, SQLITE_DETACH


def _mine(folder: Path) -> bool:
    return os.name != "posix" or folder.stat().st_uid == os.geteuid()


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
