"""A throwaway MariaDB, MySQL or PostgreSQL on a drill host: opened, loaded, asked, and gone in every outcome."""

from __future__ import annotations

import secrets
import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from hmaint.app.drill_keeping import Keeping, Said
from hmaint.drill import mysql, postgresql
from hmaint.drill.keeper import FLOOR, SILENCE, keeper, sweeper
from hmaint.drill.load import Copied, Loaded, load_script, read_load
from hmaint.errors import CouldNotLook, Refused
from hmaint.kit.i18n import _
from hmaint.kit.text import one_line
from hmaint.model.drill import Drill
from hmaint.model.look import Fragment, Reply, Seen
from hmaint.transport.line import Line
from hmaint.transport.shell import LinkLost, Pipes

_START = {"mysql": mysql.START, "postgresql": postgresql.START}
_USERS = {"mysql": "mysql", "postgresql": "postgres"}
_OPENING = 180.0
_TIDYING = 300.0
"""Seconds that removing a large data folder may take; a connection that is gone is noticed long before."""
_ANSWER = 8_388_608
_QUESTION = 600.0
_BACKLOG = 262_144
_ERR = 65_536
UNIT = "\x1f"
NULL = "\\N"
TROUBLES = {
    "disk": "演练主机磁盘将满，已中止并清除",
    "time": "超过演练总时限，已中止并清除",
    "died": "临时数据库中途退出",
    "lost": "与演练主机的连接中断",
}


class DrillFailed(CouldNotLook):
    """The throwaway server could not be had; says why in Chinese. Nothing is left of it."""


@dataclass
class Opened:
    """What the keeper told about the server it made."""

    folder: str = ""
    version: str = ""
    client: str = ""
    identity: str = ""
    lacking: list[str] = field(default_factory=list)
    """Belts the drill host could not give: `network`, `super`."""
    swept: list[str] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)


class Server:
    """A throwaway server over a line; `close` may be called at any time and more than once."""

    def __init__(self, line: Line, engine: str, drill: Drill, database: str, owner: str) -> None:
        self._line, self._engine, self._drill, self._database = line, engine, drill, database
        self._mark = "hmaint-" + secrets.token_hex(12)
        self._settings = {
            "folder": drill.folder,
            "lock": drill.lock,
            "binaries": drill.binaries,
            "version": drill.version,
            "database": database,
            "extensions": " ".join(drill.extensions),
            "users": _USERS[engine],
            "owner": owner,
            "memory": "256M" if engine == "mysql" else "128MB",
            "life": round(drill.limit),
            "silence": SILENCE,
            "floor": FLOOR * 1024,
        }
        self._keeping: Keeping | None = None
        self.opened = Opened()
        self.gone = ""
        """In Chinese, how it was tidied away; empty while that is not known."""

    def open(self, need: int) -> Opened:
        """Make the server where at least `need` bytes are free. Raises Refused or DrillFailed."""
        settings = {**self._settings, "need": max(need // 1024, FLOOR * 2048)}
        script = keeper(_START[self._engine], settings, self._mark)
        try:
            pipes = self._line.start("exec /bin/sh -s", _OPENING)
        except LinkLost as lost:
            raise DrillFailed(Seen.UNREACHABLE, str(lost)) from None
        self._keeping = Keeping(pipes, script, self._mark)
        self._keeping.start()
        until = time.monotonic() + _OPENING
        while not self.opened.folder:
            word, rest = self._keeping.next(max(0.1, until - time.monotonic()))
            self._hear(word, rest)
        return self.opened

    def _hear(self, word: str, rest: str) -> None:
        here = self.opened
        if word in {"refused", "busy"}:
            raise Refused(_refusal(word, rest, self._drill))
        if word in {"failed", "late", "over", "disk", "time", "died"}:
            raise DrillFailed(Seen.UNSUPPORTED, _failure(word, rest))
        if word == "ready":
            here.folder = rest
        elif word in {"version", "client", "identity"}:
            setattr(here, word, one_line(rest, 160))
        elif word in {"belt", "swept", "leftover"}:
            {"belt": here.lacking, "swept": here.swept, "leftover": here.leftovers}[word].append(rest)

    @property
    def trouble(self) -> str:
        """In Chinese, what befell the drill host; empty while all is well."""
        if self._keeping is None:
            return ""
        if self._keeping.trouble:
            return TROUBLES[self._keeping.trouble]
        return TROUBLES["lost"] if self._keeping.over and not self.gone else ""

    def load(self, copied: Copied, pieces: Callable[[], Iterator[bytes]] | None, seconds: float) -> Loaded:
        """Load the copy: what `pieces` yields, or the file on the drill host itself. Raises DrillFailed."""
        folder = self.opened.folder
        script = load_script(self._engine, copied, folder, self._database, direct=pieces is None)
        (put,) = self._line.trip(
            [Fragment(f"printf %s {shlex.quote(script)} >{shlex.quote(folder)}/load.sh")]
        )
        if put.code != 0:
            raise DrillFailed(Seen.UNSUPPORTED, f"无法在演练主机上写入：{_why(put)}")
        try:
            pipes = self._line.start(f"exec /bin/sh {folder}/load.sh", seconds)
            try:
                return _pump(pipes, pieces, seconds)
            finally:
                pipes.close()
        except LinkLost as lost:
            raise DrillFailed(Seen.UNREACHABLE, f"与演练主机的连接中断：{lost}") from None

    def ask(self, statements: Sequence[str]) -> list[list[list[str]] | CouldNotLook]:
        """Ask statements one after another: the rows of each, or why there are none."""
        asked = [Fragment(self._asking(sql), _QUESTION, _ANSWER) for sql in statements]
        answers = dict(zip(dict.fromkeys(asked), self._line.trip(list(dict.fromkeys(asked))), strict=True))
        return [self._rows(answers[fragment]) for fragment in asked]

    def _asking(self, sql: str) -> str:
        word = shlex.quote(sql)
        ask = f"sh {shlex.quote(self.opened.folder)}/ask.sh"
        if self._engine == "mysql":
            return f"{ask} -e {word} {shlex.quote(self._database)}"
        return f"PGOPTIONS='-c default_transaction_read_only=on -c timezone=Asia/Shanghai' {ask} -c {word}"

    def use(self, database: str) -> None:
        """Ask another database from here on."""
        self._database = database

    def _rows(self, reply: Reply) -> list[list[str]] | CouldNotLook:
        if reply.seen is not Seen.OBSERVED:
            return CouldNotLook(Seen(reply.seen), reply.reason)
        if reply.code != 0:
            return CouldNotLook(Seen.UNSUPPORTED, _why(reply))
        if reply.cut:
            return CouldNotLook(Seen.GARBLED, "结果过长")
        text = reply.out.decode("utf-8", "replace")
        lines = text.split("\n")[:-1]
        if self._engine == "mysql":
            return [[_plain(cell) for cell in line.split("\t")] for line in lines]
        return [["" if cell == NULL else cell for cell in line.split(UNIT)] for line in lines]

    def close(self) -> str:
        """Have it tidied away; in Chinese what was left, empty when nothing is."""
        keeping, self._keeping = self._keeping, None
        if keeping is None:
            return ""
        keeping.end()
        until = time.monotonic() + _TIDYING
        word: Said = ("late", "")
        while word[0] not in {"gone", "left", "over"} and time.monotonic() < until:
            word = keeping.next(1.0)
        if word[0] == "gone":
            self.gone = "临时数据库及其数据目录已删除"
            return ""
        return self.sweep()

    def sweep(self) -> str:
        """Clear away what is left of any drill in the folder; in Chinese what remains, empty when nothing does."""
        left = sweep(self._line, self._drill)
        if not left:
            self.gone = "临时数据库及其数据目录已删除（由清扫程序完成）"
        return left


def sweep(line: Line, drill: Drill) -> str:
    """Clear away leftovers of drills on a host; in Chinese what remains, empty when nothing does."""
    mark = "hmaint-" + secrets.token_hex(12)
    script = sweeper({"folder": drill.folder}, mark)
    left: list[str] = []
    for turn in range(3):
        (reply,) = line.trip([Fragment(script + f"# {turn}\n", 60.0)])
        said = [
            each.split(" ", 2)
            for each in reply.out.decode("utf-8", "replace").splitlines()
            if each.startswith(mark)
        ]
        left = [each[2] for each in said if each[1] in {"leftover", "there"} and len(each) > 2]  # noqa: PLR2004 - mark, word, rest
        if not any(each[1] == "clean" for each in said):
            return f"未能确认清理情况：{_why(reply)}"
        if not left:
            return ""
        time.sleep(1.0)  # a keeper that hears of the lost laptop just now is still at it
    return f"演练主机上仍有残留：{'、'.join(dict.fromkeys(left))}"


def _pump(pipes: Pipes, pieces: Callable[[], Iterator[bytes]] | None, seconds: float) -> Loaded:
    out, err, digest, size = b"", b"", sha256(), 0
    until = time.monotonic() + seconds
    ended = False

    def hear(wait: float) -> None:
        nonlocal out, err, ended
        arrived = pipes.receive(wait)
        out, err = out + arrived.out, (err + arrived.err)[:_ERR]
        ended = ended or arrived.ended

    for piece in pieces() if pieces is not None else ():
        digest.update(piece)
        size += len(piece)
        if not ended:
            pipes.send(piece, last=False)
            hear(0.0)
        while pipes.backlog > _BACKLOG and not ended and time.monotonic() < until:
            hear(0.2)
    pipes.send(b"", last=True)
    while not ended and time.monotonic() < until and b"over 0\n" not in out:
        hear(0.5)
    whole = digest.hexdigest() if pieces is not None else ""
    return read_load(out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), whole, size)


def _plain(cell: str) -> str:
    if cell == "NULL":
        return ""
    if "\\" not in cell:
        return cell
    pairs = {"\\t": "\t", "\\n": "\n", "\\0": "\0", "\\\\": "\\"}
    out, position = "", 0
    while position < len(cell):
        pair = cell[position : position + 2]
        out += pairs.get(pair, cell[position])
        position += 2 if pair in pairs else 1
    return out


def _why(reply: Reply) -> str:
    words = reply.reason or reply.err.decode("utf-8", "replace") or reply.out.decode("utf-8", "replace")
    return one_line(words, 160) or "没有说明原因"


def _refusal(word: str, rest: str, drill: Drill) -> str:
    if word == "busy":
        return _("another drill is running on this host ({who}); wait until it is over").format(
            who=one_line(rest, 80) or "-"
        )
    why, _space, more = rest.partition(" ")
    free, _space, need = more.partition(" ")
    words = {
        "nofolder": _("the drill folder {folder} is not there"),
        "oddpath": _("the drill folder {folder} really is {more}: name one without blanks and odd letters"),
        "nowrite": _("the drill folder {folder} may not be written to"),
        "datafolder": _("the drill folder {folder} lies within the data of a database ({more})"),
        "noflock": _(
            "the drill host has no flock (util-linux), so that two drills at once cannot be prevented"
        ),
        "nolock": _("the lock in {lock} cannot be opened"),
        "noroom": _("the drill host has too little room in {folder}: {free} KB free, {need} KB needed"),
        "nouser": _("the drill host has no account the server could run as"),
        "nosetpriv": _("the drill host has neither setpriv nor runuser; log in as somebody other than root"),
    }
    sentence = words.get(why, _("the drill host refuses: {more}"))
    return sentence.format(
        folder=drill.folder, lock=drill.lock, more=one_line(rest, 80), free=free, need=need
    )


def _failure(word: str, rest: str) -> str:
    if word in TROUBLES:
        return TROUBLES[word]
    if word == "late":
        return f"临时数据库 {_OPENING:g} 秒内没有就绪"
    if word == "over":
        return "与演练主机的连接中断"
    why, _space, more = rest.partition(" ")
    reasons = {
        "program": f"演练主机上没有 {more}（可用 drill.binaries 指明所在目录）",
        "version": f"演练主机上的数据库版本不是 {more}",
        "make": f"临时数据目录无法建立：{one_line(more, 200)}",
        "start": f"临时数据库无法启动：{one_line(more, 200)}",
        "stranger": "应答的不是刚建立的临时数据库，已停止",
        "longname": "drill.folder 的路径太长，套接字放不下",
        "extension": f"无法建立扩展 {more}",
        "disk": "演练主机磁盘写不下",
        "mktemp": "演练主机上无法建立临时目录",
    }
    return reasons.get(why, f"临时数据库准备失败：{one_line(rest, 200)}")
