"""The container: read to its end in a stream, and whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hmaint.backup.case import Case
from hmaint.backup.facts import Facts
from hmaint.backup.found import human
from hmaint.backup.verdict import Verdict, fail, fine, unknown, unlooked, warn
from hmaint.kit.text import one_line
from hmaint.model.look import Seen

_TRUNCATED = re.compile(
    r"(?i)unexpected end|unexpected eof|premature end|file ends unexpectedly|truncated|end of file"
    r"|end-of-central-directory|compressed data ended|unfinished|missing \d+ bytes|zipfile .*not found|short read"
)
_MEMORY = re.compile(r"(?i)memory usage limit|too much memory|memory limit")
_GARBAGE = re.compile(r"(?i)trailing garbage|garbage ignored|extra bytes")
_KEY = re.compile(
    r"(?i)bad decrypt|bad magic number|wrong password|incorrect password|unable to get password|need PK compat"
)
_VERSION = re.compile(r"(?i)unsupported version|unsupported compression|not supported|need newer version")
_LOCKED = {"gpg": "GnuPG", "age": "age", "7z": "7z", "rar": "RAR", "openssl": "OpenSSL"}
_OPAQUE = {"xbstream": "xbstream", "mtf": "SQL Server 备份"}
_TOOLS = ("gzip", "xz", "zstd", "bzip2", "lz4", "unzip", "tar", "openssl", "pg_restore", "sqlite3")
_PACKED = (
    "gzip",
    "xz",
    "zstd",
    "bzip2",
    "lz4",
    "lzma",
    "zip",
    "openssl",
    "pgdump",
    "tar",
    "pgdir",
    "mydumper",
)
_FOLDERS = ("folder", "xtrabackup", "basebackup", "tab", "restic", "borg")
"""What is judged by the files within it, not as one stream."""

_DENSE = 0.97
"""Packed again, what is left of data without structure: encrypted or compressed by something unknown."""


def container(case: Case) -> Iterator[Verdict]:
    """Whether the whole of it was read, and nothing was wrong with it."""
    facts = case.main
    kind = facts.word("container")
    if kind in _FOLDERS:
        return
    missing = [tool for tool in facts.all("missing") if tool in _TOOLS]
    if missing:
        yield unknown("container.tool", f"主机缺少 {'、'.join(missing)}，未能读取 {kind} 内容")
    if kind in _OPAQUE:
        yield unlooked("container.complete", f"{_OPAQUE[kind]} 格式，未读取内部，只核对大小与 SHA-256")
    elif kind in _LOCKED and not (kind == "openssl" and facts.all("unpack_status")):
        yield unknown("container.key", f"无法验证：{_LOCKED[kind]} 加密或专有格式，缺少密钥或工具")
    elif _is_dense(facts):
        yield unknown("container.key", "无法验证：缺少密钥（内容无结构，疑似加密，也可能已损坏）")
    elif facts.seen is Seen.OBSERVED and not missing:
        yield from _read(facts, kind)
    yield from _behind(facts, kind)


def _is_dense(facts: Facts) -> bool:
    again, size = facts.number("packed_again"), facts.number("size")
    return bool(again and size and again >= _DENSE * min(size, 65_536) and size >= 512)  # noqa: PLR2004 - less tells nothing


def _read(facts: Facts, kind: str) -> Iterator[Verdict]:
    unpacked, cap = facts.number("unpacked"), facts.number("cap")
    if unpacked is not None and cap and unpacked >= cap:
        yield fail(
            "container.bomb",
            f"解压到 {human(unpacked)} 仍未结束，已停止（压缩前 {human(facts.number('size') or 0)}）",
        )
        return
    said = " ".join(facts.all("unpack_said") + facts.all("tar_said"))
    bad = [*_failed(facts.all("unpack_status"), kind), *_failed(facts.all("tar_status"), "tar")]
    if not facts.all("unpack_status") and kind in _PACKED:
        yield unknown("container.complete", "没有得到解压的结果")
    elif bad:
        yield _broken(facts, one_line(said, 160))
    else:
        told = f"已读到末尾，解压后 {human(unpacked)}" if unpacked is not None else "已读到末尾"
        yield fine("container.complete", told)
        yield fine("container.bomb", told)
    if _GARBAGE.search(said):
        yield warn("container.trailing", "压缩流之后还有多余内容")


def _failed(statuses: tuple[str, ...], kind: str) -> list[str]:
    """The statuses that say that a tool gave up: with 2 gzip only warns, and tar has not got to the end."""
    return [status for status in statuses if status != "0" and not (status == "2" and kind == "gzip")]


def _broken(facts: Facts, said: str) -> Verdict:
    if _MEMORY.search(said):
        return unknown("container.tool", f"解压所需内存超过上限：{said}")
    if _VERSION.search(said):
        return unknown("container.tool", f"主机上的工具版本不够：{said}")
    if _KEY.search(said):
        if facts.word("container") == "openssl" and facts.word("inner") != "plain":
            return fail("container.corrupt", f"密钥正确但内容损坏：{said}")
        return unknown("container.key", f"无法验证：密钥不对（不等于文件损坏）：{said}")
    if _TRUNCATED.search(said):
        return fail("container.truncated", f"压缩包不完整：{said}")
    return fail("container.corrupt", f"压缩包损坏：{said or '解压失败'}")


def _behind(facts: Facts, kind: str) -> Iterator[Verdict]:
    last = facts.word("last_bytes")
    if kind in ("gzip", "xz", "zstd", "bzip2", "lz4", "zip", "plain") and last.endswith("00" * 12):
        yield warn("container.trailing", "文件末尾有填充的空字节")
    elif "NUL" in facts.all("end"):
        yield warn("container.trailing", "转储结尾之后有空字节")
