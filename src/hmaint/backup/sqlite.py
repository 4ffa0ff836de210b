"""A SQLite file as a backup: its own check, and its length against its header."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.backup.case import Case
from hmaint.backup.verdict import Verdict, fail, fine, unlooked
from hmaint.kit.text import one_line


def sqlite(case: Case) -> Iterator[Verdict]:
    """Judge a plain SQLite database; nothing for anything else."""
    facts = case.main
    if facts.word("container") != "sqlite":
        return
    told, there = facts.number("sqlite_bytes"), facts.number("size")
    if told and there is not None and there < told:
        yield fail("container.truncated", f"文件比其头部记载的短：{there} < {told} 字节")
        return
    check = facts.word("sqlite_check").strip()
    if check == "ok":
        yield fine("container.corrupt", "quick_check 无误")
    elif check:
        yield fail("container.corrupt", f"quick_check 有误：{one_line(check, 160)}")
    else:
        yield fine("container.truncated", "长度与头部一致")
        yield unlooked("container.corrupt", "主机没有 sqlite3，未做内部校验")
    names = {line.split("\t")[1].lower() for line in facts.all("table") if "\t" in line}
    lost = [t.name for t in case.backup.tables if t.name.lower() not in names] if check else []
    for name in lost:
        yield fail("tables.missing", f"缺表：{name}", name)
    if check and not lost and case.backup.tables:
        yield fine("tables.missing", f"清单列出的 {len(case.backup.tables)} 张表都在")
    yield unlooked("content.differs", "未做内容比对")
