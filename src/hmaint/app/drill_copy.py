"""Finds the newest copy on its holder and reads it from there, for a drill somewhere else."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hmaint.app.drill_plan import Planned, laptop
from hmaint.app.drill_server import DrillFailed
from hmaint.app.drill_told import Told
from hmaint.backup.place import Place, places_of, shell_pattern
from hmaint.drill.load import UNPACK, Copied, find_copy, read_copy
from hmaint.errors import CouldNotLook
from hmaint.model.inventory import Host, Scalar, Site
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.transport.line import Line
from hmaint.transport.shell import LinkLost

_ASIDE = 60.0
_KINDS = {"text": "逻辑备份", "pg_archive": "逻辑备份", "sqlite": "文件备份"}
_UNFIT = {"tar": "tar 归档", "xtrabackup": "物理备份", "unknown": "无法识别的格式"}


@dataclass(frozen=True)
class Holder:
    """Where the copy of a planned drill lies, and how to log in there."""

    site: Site
    planned: Planned
    open: Callable[[Host], Line]

    @property
    def place(self) -> Place:
        """The place the drill names, or the first the backup has."""
        places = places_of(self.planned.backup)
        return next((each for each in places if each.host == self.planned.drill.copy), places[0])

    @property
    def name(self) -> str:
        """As people call it."""
        return self.place.host or "本机"

    @property
    def here(self) -> bool:
        """Whether the copy lies on the drill host itself, which then reads it without a way over the laptop."""
        drilled, holder = self.planned.host, self._host
        local = drilled is None or drilled.connection == "local"
        if holder is None or holder.connection == "local":
            return local
        return drilled is not None and drilled.name == holder.name

    @property
    def _host(self) -> Host | None:
        return self.site.host(self.place.host) if self.place.host else None

    def choose(self, told: Told, now: float) -> Copied:
        """Find the newest copy and put down the facts of it. Raises Stop where there is none a drill can use."""
        reply = self._asked(told)
        out = reply.out.decode("utf-8", "replace")
        found = read_copy(out) if reply.seen is Seen.OBSERVED else reply.reason
        if isinstance(found, str):
            raise told.stop(f"{self.place.label}：{found}")
        if found.container not in UNPACK:
            raise told.stop(f"演练不支持 {found.container} 压缩的备份")
        if found.inner in _UNFIT:
            raise told.stop(f"演练不支持{_UNFIT[found.inner]}，须按恢复操作手册人工演练")
        told.facts |= self._facts(found, out, now)
        return found

    def _asked(self, told: Told) -> Reply:
        try:
            source = self._login()
        except CouldNotLook as failure:
            raise told.stop(f"存放备份的主机 {self.name} 无法登录：{failure.reason}") from None
        try:
            (reply,) = source.trip([Fragment(find_copy(shell_pattern(self.place.path)))])
        finally:
            source.close()
        what = f"选定演练副本：{self.place.path}"
        told.sent.append((self.name, what, str(reply.seen), reply.elapsed_ms))
        return reply

    def _facts(self, found: Copied, out: str, now: float) -> Mapping[str, Scalar]:
        clock = re.search(r"^now (\d+)$", out, re.MULTILINE)
        return {
            "holder": self.name,
            "kind": _KINDS.get(found.inner, ""),
            "copy": found.path,
            "size": found.size,
            "copy_time": found.time,
            "age": (float(clock[1]) if clock else now) - found.time,
        }

    def _login(self) -> Line:
        return self.open(self._host or laptop(self.site.name))

    def pieces(self, copied: Copied) -> Iterator[bytes]:
        """The copy from its first byte to its last. Raises DrillFailed where the connection is lost."""
        source = self._login()
        try:
            yield from _read(source, copied)
        except LinkLost as lost:
            words = f"读取备份时与 {copied.path} 所在主机的连接中断：{lost}"
            raise DrillFailed(Seen.UNREACHABLE, words) from None
        finally:
            source.close()


def _read(source: Line, copied: Copied) -> Iterator[bytes]:
    pipes = source.start("exec /bin/sh -s", _ASIDE)
    try:
        script = f"exec nice -n 10 cat -- {shlex.quote(copied.path)} </dev/null\n"
        pipes.send(script.encode(), last=True)
        ended = False
        while not ended:
            arrived = pipes.receive(1.0)
            ended = arrived.ended
            if arrived.out:
                yield arrived.out
    finally:
        pipes.close()
