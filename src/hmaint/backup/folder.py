"""Backups that are folders: each tool's own marks of a finished one, its manifest, its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from hmaint.backup.case import Case
from hmaint.backup.dump import rows, tables
from hmaint.backup.facts import Facts
from hmaint.backup.verdict import Verdict, fail, fine, unknown, unlooked, warn
from hmaint.kit.text import one_line

_WRONG_KEY = re.compile(
    r"(?i)wrong password|no key found|no key$|passphrase supplied .* is incorrect|passphrase .*incorrect"
)


def folder(case: Case) -> Iterator[Verdict]:
    """Judge what only folders and archives have; nothing for a single dump."""
    facts = case.main
    yield from members(case)
    if facts.number("hidden_parts"):
        yield unknown("structure.parts", f"有 {facts.word('hidden_parts')} 处无权读取，未能看全")
    if facts.number("unread"):
        yield unknown(
            "container.complete", f"有 {facts.word('unread')} 个文件没有读到（无权或读取出错），不能确认完好"
        )
    layer = _LAYERS.get(facts.word("container"))
    if layer is not None:
        yield from layer(case)


def members(case: Case) -> Iterator[Verdict]:
    """Names the inventory asks for, in a folder or an archive."""
    facts = case.main
    if facts.number("entries") is None:
        return
    if facts.number("entries") == 0:
        yield fail("structure.parts", "里面没有任何文件")
        return
    met = facts.numbered("member")
    lost = [glob for number, glob in enumerate(case.backup.files, start=1) if met.get(number, "0") == "0"]
    for glob in lost:
        yield fail("structure.parts", f"缺少 {glob}", glob)
    if not lost and case.backup.files:
        yield fine(
            "structure.parts", f"{facts.word('entries')} 个文件，清单列出的 {len(case.backup.files)} 项都在"
        )
    elif not case.backup.files and facts.word("container") in ("folder", "tar", "zip"):
        yield unlooked(
            "structure.parts",
            f"{facts.word('entries')} 个文件；清单没有列出必需的文件（files），未核对是否齐全",
        )
    if facts.word("container") == "folder":
        yield from _read_through(facts)


def _read_through(facts: Facts) -> Iterator[Verdict]:
    if facts.word("sha256"):
        empty = facts.number("empty_files") or 0
        yield fine("container.complete", f"各文件都已读出并计算 SHA-256，其中空文件 {empty} 个")
    elif not facts.number("unread"):
        yield unlooked("container.complete", "主机没有 sha256sum，各文件的内容没有读")
    yield unlooked("content.differs", "未做内容比对；文件夹内的压缩包未逐一解压")


def _pgdir(case: Case) -> Iterator[Verdict]:
    del case
    return iter(())


def _xtrabackup(case: Case) -> Iterator[Verdict]:
    facts = case.main
    kind, reached, last = (
        facts.word("point_backup_type"),
        facts.number("point_to_lsn"),
        facts.number("point_last_lsn"),
    )
    has = facts.all("has")
    if not kind or reached is None:
        yield fail("structure.incomplete", "xtrabackup_checkpoints 不完整，备份没有做完")
    elif last is not None and last < reached:
        yield fail("structure.incomplete", f"日志只到 {last}，没有到 {reached}，备份没有做完")
    elif not facts.word("about_end_time"):
        yield fail("structure.incomplete", "备份信息文件没有结束时间，备份没有做完")
    else:
        yield fine("structure.incomplete", f"{kind}，LSN {reached}，结束于 {facts.word('about_end_time')}")
    log = "ib_logfile0" in has or "xtrabackup_logfile" in has
    if "ibdata1" not in has or not log:
        lost = [name for name, there in (("ibdata1", "ibdata1" in has), ("重做日志", log)) if not there]
        yield fail("structure.parts", f"缺少 {'、'.join(lost)}")
    elif facts.number("torn"):
        yield fail("container.truncated", f"{facts.word('torn')} 个数据文件的大小不是整页，已被截断")
    else:
        yield fine("structure.parts", "系统表空间与重做日志都在，数据文件都是整页")
    yield from _listed_tables(case)
    yield unlooked("container.corrupt", "未校验数据页（要 --prepare 并启动才知道），未做内容比对")


def _listed_tables(case: Case) -> Iterator[Verdict]:
    there = {part.replace("\t", ".").lower() for part in case.main.all("tablefile")}
    bare = {name.split(".", 1)[-1] for name in there}
    lost = [t.name for t in case.backup.tables if t.name.lower() not in there | bare]
    for name in lost:
        yield fail("tables.missing", f"缺表：{name}", name)
    if not lost and case.backup.tables:
        yield fine("tables.missing", f"清单列出的 {len(case.backup.tables)} 张表都有数据文件")
    elif not lost:
        yield unlooked("tables.missing", f"有 {len(there)} 张表的文件；清单没有列出必需的表，未核对是否齐全")


def _basebackup(case: Case) -> Iterator[Verdict]:
    facts = case.main
    has = facts.all("has")
    if "base.tar" not in has and "pg_control" not in has:
        yield fail("structure.incomplete", "没有 pg_control（最后才写的文件），基础备份没有做完")
    elif not facts.word("manifest_files") and not facts.all("label"):
        yield fail("structure.incomplete", "没有 backup_label 也没有清单，不是完整的基础备份")
    else:
        yield fine("structure.incomplete", "控制文件与标签都在")
    if "wal" not in has:
        yield warn("chain.anchor", "基础备份里没有 WAL（-X none），没有归档日志就不能恢复")
    yield from _tars(case)
    yield from _manifest(case)


def _tars(case: Case) -> Iterator[Verdict]:
    facts = case.main
    said = one_line(" ".join((*facts.all("unpack_said"), *facts.all("tar_said"))), 160)
    bad = [s for s in (*facts.all("unpack_status"), *facts.all("tar_status")) if s != "0"]
    if bad:
        what = "container.truncated" if re.search(r"(?i)unexpected e", said) else "container.corrupt"
        yield fail(what, f"压缩包损坏或不完整：{said}")
    elif facts.all("tar_status"):
        yield fine("container.complete", f"{len(facts.all('tar_status'))} 个归档都读到末尾")


def _manifest(case: Case) -> Iterator[Verdict]:
    facts = case.main
    if not facts.word("manifest_files"):
        yield unlooked("manifest.differs", "没有 backup_manifest（PostgreSQL 12 及以前），未核对文件校验和")
    elif facts.word("manifest_sum") != "same":
        yield fail("manifest.differs", "清单文件本身的校验和不对")
    elif facts.word("verify_status") == "0":
        yield fine(
            "manifest.differs",
            f"pg_verifybackup 核对 {facts.word('manifest_files')} 个文件无误（未核对 WAL）",
        )
    elif facts.word("verify_status"):
        yield fail("manifest.differs", f"与清单不符：{one_line('；'.join(facts.all('verify_said')), 200)}")
    elif facts.all("unlike"):
        yield fail("manifest.differs", f"文件缺失或大小不符：{one_line('、'.join(facts.all('unlike')), 200)}")
    elif facts.word("missing_checksums"):
        yield fine("manifest.differs", f"{facts.word('manifest_files')} 个文件都在且大小相符")
        yield unlooked("container.corrupt", "主机没有 pg_verifybackup，未核对校验和")
    else:
        yield unlooked("manifest.differs", "tar 格式的基础备份，清单中的校验和未逐一核对")


def _mydumper(case: Case) -> Iterator[Verdict]:
    told = case.main.all("mydumper")
    if "partial" in told or not any("Finished" in line for line in told):
        yield fail("structure.incomplete", "metadata 没有结束时间，mydumper 没有做完")
    else:
        yield fine("structure.incomplete", told[-1])


def _tab(case: Case) -> Iterator[Verdict]:
    facts = case.main
    cut, bare = facts.all("untailed"), facts.all("without_data")
    if cut:
        yield fail("structure.incomplete", f"转储未完成：{len(cut)} 个 .sql 没有结尾标记")
    else:
        yield fine("structure.incomplete", "各 .sql 都有结尾标记")
    if bare:
        yield fail("structure.parts", f"{len(bare)} 张表没有数据文件：{one_line('、'.join(bare), 120)}")
    yield from tables(case)
    yield from rows(case)
    yield unlooked("charset.garbled", "--tab 格式，未抽查字符集；未做内容比对")


def _repository(case: Case) -> Iterator[Verdict]:
    facts = case.main
    said = one_line("；".join(facts.all("repo_said")), 200)
    tool = facts.word("container")
    if facts.all("missing"):
        yield unknown("container.tool", f"主机缺少 {'、'.join(facts.all('missing'))}，未能检查仓库")
    elif _WRONG_KEY.search(said):
        yield unknown("container.key", f"无法验证：缺少密钥或密钥不对（不等于仓库损坏）：{said}")
    elif facts.number("snapshots") == 0:
        yield fail("repository.check", f"{tool} 仓库里一份快照也没有，没有可恢复的内容")
    elif facts.word("repo_status") == "0" and not facts.word("snapshot"):
        yield unknown("repository.check", f"{tool} 自检无误，但没有列出快照，有无可恢复的内容不明")
    elif facts.word("repo_status") == "0":
        yield fine("repository.check", f"{tool} 自检无误，最新快照 {facts.word('snapshot')}")
    else:
        yield fail("repository.check", f"{tool} 自检有误：{said}")
    yield unlooked("content.differs", "未做内容比对；仓库数据按比例抽读（backup_read_pct）")


_LAYERS: Mapping[str, Callable[[Case], Iterator[Verdict]]] = {
    "pgdir": _pgdir,
    "xtrabackup": _xtrabackup,
    "basebackup": _basebackup,
    "mydumper": _mydumper,
    "tab": _tab,
    "restic": _repository,
    "borg": _repository,
}
