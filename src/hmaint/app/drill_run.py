"""One drill from choosing the copy to having tidied up, each act journaled before and after."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from functools import partial

from hmaint.app.drill_apart import machine_of, refuse_same_server
from hmaint.app.drill_ask import There, ask_original, catalogue_of, newest, verdicts_of
from hmaint.app.drill_copy import Holder
from hmaint.app.drill_plan import NAMELESS, Planned, laptop, patient
from hmaint.app.drill_server import DrillFailed, Opened, Server, sweep
from hmaint.app.drill_sqlite import SqliteServer
from hmaint.app.drill_told import Hear, Stop, Told, discreet
from hmaint.app.tools import open_tools
from hmaint.app.world import World
from hmaint.drill import judging, times
from hmaint.drill.judging import Verdict
from hmaint.drill.load import Copied, Loaded
from hmaint.drill.times import spell
from hmaint.engine.journal import Journal, Outcome
from hmaint.engine.trip import Tools
from hmaint.errors import CouldNotLook
from hmaint.kit.clock import CHINA
from hmaint.model.drill import Drill
from hmaint.model.inventory import Host, Site
from hmaint.model.look import Seen
from hmaint.model.playbook import Level
from hmaint.model.run import RunRecord
from hmaint.transport.line import Line

_GROWTH = {"none": 3, "gzip": 12, "xz": 18, "zstd": 14, "bzip2": 15}
"""How much room a restored database takes at most, in sizes of the copy, with its indexes and logs."""
_BASE = 300 * 2**20
"""Bytes an empty server takes."""
_MOST = 2**34
"""No more room than this is asked for beforehand; the keeper watches the disk while it fills."""


def run_drill(  # noqa: PLR0913, PLR0917 - what a drill stands on, and whom it tells
    world: World, run: RunRecord, site: Site, planned: Planned, hear: Hear, journal: Journal
) -> Told:
    """Hold one drill. Raises Refused before anything is touched; whatever happens afterwards is told."""
    with open_tools(world) as tools, journal:
        return _Drill(world, run, site, planned, hear, journal, tools).hold()


class _Drill:
    """The state of one drill."""

    def __init__(  # noqa: PLR0913, PLR0917 - as above
        self,
        world: World,
        run: RunRecord,
        site: Site,
        planned: Planned,
        hear: Hear,
        journal: Journal,
        tools: Tools,
    ) -> None:
        self.world, self.run, self.site, self.planned, self.hear = world, run, site, planned, hear
        self.journal, self.tools = journal, tools
        self.told = Told()
        self.machine = ""
        self.server: Server | SqliteServer | None = None

    def hold(self) -> Told:
        began = self.world.clock.monotonic()
        host = self.planned.host or laptop(self.site.name)
        try:
            line = self._open(host)
        except CouldNotLook as failure:
            return self._unreachable(f"演练主机 {self.planned.where} 无法使用：{failure.reason}")
        try:
            if self.planned.engine != "sqlite":
                self.machine = machine_of(line)
            with suppress(Stop):
                self._through(line)
        finally:
            self._tidy(line)
            line.close()
            self.told.elapsed_ms = round((self.world.clock.monotonic() - began) * 1000)
            self._audit()
        self._conclude()
        return self.told

    def _open(self, host: Host) -> Line:
        return self.tools.door_of(host).open(patient(host, self.planned.drill.limit), self.site)

    def _unreachable(self, reason: str) -> Told:
        self.told.verdicts.append(judging.of_load(None, reason))
        self.told.facts["cleanup"] = "没有建立任何临时环境"
        return self.told

    # ---- the acts ------------------------------------------------------------------------------------------------

    def _through(self, line: Line) -> None:
        holder = Holder(self.site, self.planned, self._open)
        try:
            with self._step("选定演练副本") as row:
                copied = holder.choose(self.told, self.world.clock.now().timestamp())
                row["note"] = f"{holder.name}：{copied.path}，{copied.size} 字节"
            start = self.world.clock.monotonic()
            began = self.world.clock.now()
            loaded = self._restore(line, copied, None if holder.here else partial(holder.pieces, copied))
            self._check(loaded, start, began)
        except DrillFailed as failure:
            self.told.verdicts.append(judging.of_load(None, self._trouble() or failure.reason))

    def _restore(self, line: Line, copied: Copied, pieces: Callable[[], Iterator[bytes]] | None) -> Loaded:
        planned, drill = self.planned, self.planned.drill
        if planned.engine == "sqlite":
            server: Server | SqliteServer = SqliteServer(drill)
            need = copied.size * _GROWTH[copied.container]
        else:
            server = Server(line, planned.engine, drill, planned.name, f"{self.world.operator} {self.run.id}")
            need = min(_BASE + copied.size * _GROWTH[copied.container] // 2, _MOST)
        self.journal.intend(
            "server",
            site=self.site.name,
            host=planned.drill.host,
            folder=drill.folder,
            engine=planned.engine,
            run=self.run.id,
        )
        self.server = server
        with self._step("建立隔离的临时数据库") as row:
            opened = server.open(need)
            self._opened(opened)
            row["note"] = opened.version
        with self._step("核对临时数据库不是源库") as row:
            row["note"] = self._compare_identity(opened)
        self.journal.intend("load", copy=copied.path, into=opened.folder)
        with self._step("恢复备份") as row:
            loaded = server.load(copied, pieces, drill.limit)
            code = loaded.load if loaded.load is not None else loaded.unpack
            row["note"] = f"返回码 {'未知' if code is None else code}"
            row["result"] = "成功" if loaded.load == 0 and not loaded.unpack else "失败"
        self.journal.outcome(
            "load", Outcome.DONE if loaded.load == 0 else Outcome.FAILED, sha256=loaded.digest
        )
        how = "由演练主机直接读取" if pieces is None else "经本机流式传送"
        self.told.sent.append(
            (planned.where, f"恢复 {copied.path}（{how}，SHA-256 {loaded.digest}）", row["note"], 0)
        )
        self.told.facts["sha256"] = loaded.digest
        if (
            pieces is not None
            and planned.engine != "sqlite"
            and loaded.bytes_read != copied.size
            and not loaded.load
        ):
            raise DrillFailed(Seen.GARBLED, f"备份共 {copied.size} 字节，只读到 {loaded.bytes_read} 字节")
        return loaded

    def _opened(self, opened: Opened) -> None:
        planned = self.planned
        isolation = (
            "无网络的私有目录"
            if "network" not in opened.lacking
            else "私有目录（未能隔离网络命名空间，只用本地套接字）"
        )
        self.told.facts |= {
            "target": f"{planned.where if planned.host else '本机'}，{isolation} {opened.folder}，演练后删除",
            "version": opened.version,
            "client": opened.client,
        }
        if "super" in opened.lacking:
            self.told.unverified.append(
                ("恢复账号的最小权限", "该版本的数据库没有细分权限，恢复账号带 SUPER")
            )
        for left in opened.leftovers:
            self.told.unverified.append(("以往演练的残留", f"未能清除 {left}"))

    def _compare_identity(self, opened: Opened) -> str:
        if self.planned.engine == "sqlite":
            return "恢复到新建的文件"
        with self._original() as session:
            unsure = refuse_same_server(
                opened.identity, session, self.planned.database, self.planned.backup, self.machine
            )
        if unsure:
            self.told.unverified.append(("与源库核对标识", unsure))
        return unsure or "标识不同"

    @contextmanager
    def _original(self) -> Iterator[object]:
        """The read-only session of the original; None where it cannot be had."""
        database = self.planned.database
        if database is None:
            yield None
            return
        try:
            session = self.tools.open_database(database)
        except CouldNotLook:
            yield None
            return
        try:
            yield session
        finally:
            session.close()

    def _check(self, loaded: Loaded, start: float, began: datetime) -> None:
        server = self.server
        assert server is not None  # noqa: S101 - it was just loaded
        trouble = server.trouble
        restore = judging.of_load(loaded, trouble)
        self.told.verdicts.append(discreet(restore))
        left = re.search(r"hmaint-guard-left (\d+) (\d+)", loaded.said)
        if self.planned.engine == "postgresql":
            count = f"（{left[1]} 条）" if left and left[1] != "0" else ""
            self.told.unverified.append(
                ("账号、属主与授权", f"演练以无权限的账号恢复，不恢复属主与授权{count}")
            )
        if (
            trouble
            or restore.level is Level.UNKNOWN
            or (restore.level is Level.CRITICAL and self.planned.engine == "sqlite")
        ):
            return
        with self._step("核对对象、行数与内容") as row:
            have = catalogue_of(server, self.planned.engine, self.planned.name)
            there = self._there(have)
            wanted = "" if self.planned.name == NAMELESS else self.planned.name
            found = list(verdicts_of(server, self.planned.engine, self.planned.backup, have, there, wanted))
            bad = sum(each.level in (Level.CRITICAL, Level.WARNING) for each in found)
            row["note"] = f"{len(have.tables)} 张表，{len(found)} 项核对，{bad} 项异常"
            row["result"] = "成功" if not bad else "有异常"
        if server.trouble:
            self.told.verdicts[-1] = judging.of_load(loaded, server.trouble)
            return
        self.told.verdicts += [discreet(each) for each in found]
        self._times(start, began, whole=restore.level is not Level.CRITICAL)

    def _there(self, have: object) -> There:
        backup, database = self.planned.backup, self.planned.database
        drill = self.planned.drill
        if database is None or (drill.source == "none" and not drill.content):
            reason = "清单没有写明源库" if database is None else "按清单设置未与源库比对"
            self.told.unverified.append(("与源库比对", reason))
            return There(reason=reason)
        with self._original() as session:
            if session is None:
                there = There(reason="源库无法连接")
            else:
                there = ask_original(session, self.planned.engine, backup, database.database, have)  # type: ignore[arg-type]  # a session of any kind
        if there.reason:
            self.told.unverified.append(("与源库比对", there.reason))
        if drill.source != "rows":
            self.told.unverified.append(
                ("各表行数与源库比对", "按清单设置未比对（drill.source: rows 时比对）")
            )
        if not drill.content:
            self.told.unverified.append(("逐行内容比对", "未做内容比对（清单没有写 drill.content）"))
        return there

    def _times(self, start: float, began: datetime, *, whole: bool) -> None:
        drill, server = self.planned.drill, self.server
        assert server is not None  # noqa: S101 - as above
        rpo, basis = self._rpo(server, began)
        rto = self.world.clock.monotonic() - start
        note = "" if whole else "（恢复未成功，仅供参考）"
        lost = f"未测得（{basis}）" if rpo is None else f"{spell(rpo)}（{basis}）"
        self.told.facts |= {
            "rto": rto, "rto_words": spell(rto) + note, "rto_target": spell(drill.rto) if drill.rto else "",
            "rpo": rpo, "rpo_words": lost, "rpo_target": spell(drill.rpo) if drill.rpo else "",
        }  # fmt: skip
        self.told.verdicts.append(
            times.of_time("rto", "恢复用时（RTO）", rto, drill.rto, f"从开始到核对完毕 {spell(rto)}{note}")
        )
        self.told.verdicts.append(times.of_loss(rpo, drill.rpo, basis))

    def _rpo(self, server: Server | SqliteServer, began: datetime) -> tuple[float | None, str]:
        """Seconds of data that would be lost, None where no past moment is known, and what that was told by."""
        if self.planned.drill.newest:
            value, reason = newest(server, self.planned.engine, self.planned.drill.newest)
            moment = _moment(value)
            lost = None if moment is None else times.lost_since((began - moment).total_seconds())
            if moment is not None and lost is not None:
                return lost, f"以库内最新数据 {moment:%Y-%m-%d %H:%M:%S} 计"
            why = reason or ("结果不是时间" if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} 在将来")
            self.told.unverified.append(("库内最新数据的时间", f"未能取得：{why}"))
        age = self.told.facts.get("age")
        lost = None if age is None else times.lost_since(float(age))
        return lost, "以备份文件的时间计" if lost is not None else "备份文件的时间在将来，不能作数"

    # ---- the end -------------------------------------------------------------------------------------------------

    def _trouble(self) -> str:
        return self.server.trouble if self.server is not None else ""

    def _tidy(self, line: Line) -> None:
        server = self.server
        if server is None:
            self.told.facts.setdefault("cleanup", "没有建立任何临时环境")
            return
        with self._step("清理恢复环境") as row:
            try:
                self.told.left = server.close()
            except CouldNotLook as failure:
                self.told.left = f"未能确认清理情况：{failure.reason}"
            if self.told.left and isinstance(server, Server):
                self.told.left = self._again(line) or ""
            row["result"] = "失败" if self.told.left else "成功"
            row["note"] = self.told.left or server.gone
        self.told.facts["cleanup"] = self.told.left or server.gone or "没有留下任何临时环境"
        self.journal.outcome(
            "server", Outcome.FAILED if self.told.left else Outcome.UNDONE, left=self.told.left
        )

    def _again(self, line: Line) -> str:
        """Look again over a new connection: the old one may be what failed."""
        line.close()
        try:
            return sweep_host(
                self.world, self.site, self.planned.drill.host, self.planned.drill, self.planned.engine
            )
        except CouldNotLook as failure:
            return f"未能确认清理情况：{failure.reason}"

    def _conclude(self) -> None:
        title = "恢复环境清理"
        if self.told.left:
            words = f"{self.told.left}，须人工清除"
            self.told.verdicts.append(
                Verdict("cleanup", title, Level.CRITICAL, words, "登录演练主机删除残留")
            )
            return
        # A drill that saw nothing of the backup must not pass for one that was held.
        seen = any(each.level not in (Level.UNKNOWN, Level.SKIPPED) for each in self.told.verdicts)
        level = Level.OK if seen else Level.SKIPPED
        self.told.verdicts.append(Verdict("cleanup", title, level, str(self.told.facts["cleanup"])))

    def _step(self, name: str) -> AbstractContextManager[dict[str, str]]:
        return self.told.step(name, self.world.clock, self.hear)

    def _audit(self) -> None:
        lines = self.told.audit_lines(self.run.id, self.planned.where, self.world.redactor.redact)
        if lines:
            self.world.audit.write(lines, operator=self.world.operator, at=self.world.clock.now())


def sweep_host(world: World, site: Site, host_name: str, drill: Drill, engine: str) -> str:
    """Clear away what drills left on a host; in Chinese what remains. Raises CouldNotLook."""
    if engine == "sqlite":
        server = SqliteServer(drill)
        server.open(0)
        return server.close()
    host = site.host(host_name) if host_name else laptop(site.name)
    if host is None:
        raise CouldNotLook(Seen.UNREACHABLE, f"清单里已没有主机 {host_name}")
    with open_tools(world) as tools:
        line = tools.door_of(host).open(patient(host, 120.0), site)
        try:
            return sweep(line, drill)
        finally:
            line.close()


def _moment(text: str) -> datetime | None:
    """Read a moment as databases write it, in the hospital's zone where it names none."""
    try:
        found = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=CHINA)
