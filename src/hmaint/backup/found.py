"""The first layers: is there a backup, can it be read, how old, how large, and is there room for the next."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from hmaint.backup.case import Case
from hmaint.backup.facts import Facts
from hmaint.backup.verdict import Verdict, fail, fine, unknown, unlooked, warn
from hmaint.kit.text import one_line
from hmaint.model.look import Seen

TREND_LOW = 50.0
"""Percent of the median of the last good ones below which a backup is suspicious: hospitals' data only grows."""

FREE_FACTOR = 1.5
"""Times the last backup that should be free: the next one is written before the oldest is removed."""

USED_MOST = 97
"""Percent of a file system in use from which writers begin to fail (root's reserve, small files)."""

_FOUND = {
    "nothing": ("found.missing", "没有符合 {path} 的备份"),
    "no_folder": ("found.missing", "备份文件夹不存在：{path}"),
    "dangling": ("found.link", "{name} 是符号链接，指向不存在的文件或成环"),
    "special": ("found.special", "{name} 不是普通文件（设备、管道等），已拒绝读取"),
}
_HIDDEN = {
    "hidden": "无权查看文件夹 {folder}，有无备份不明",
    "unreadable": "{name} 不可读（权限：{owner}），不等于不存在",
    "odd_name": "文件名含有换行，拒绝处理",
}


def contact(facts: Facts, layer: str = "found") -> Verdict | None:
    """Why the holder told nothing; a changed key is no mere failure to connect."""
    if facts.told:
        return None
    if "主机密钥已变更" in facts.reason or "已被吊销" in facts.reason:
        return fail(f"{layer}.host_key", facts.reason)
    return unknown(
        "found.contact" if layer == "found" else "copy.unreachable", facts.reason or "没有得到回答"
    )


def found(case: Case) -> Iterator[Verdict]:
    """Is it there, is it what it should be, may it be read, is it finished."""
    facts = case.main
    state = facts.word("found")
    words = {
        "path": case.backup.path,
        "name": facts.word("path"),
        "folder": facts.word("folder"),
        "owner": facts.word("owner"),
    }
    if state in _FOUND:
        what, text = _FOUND[state]
        yield fail(what, text.format(**words))
    elif state in _HIDDEN:
        yield unknown("found.unreadable", _HIDDEN[state].format(**words))
    elif state == "writing":
        yield unknown("found.writing", f"正在写入：{words['name']}")
    elif state != "yes":
        yield unknown("found.missing", f"查找没有完成：{_lack(facts)}")
    else:
        shown = words["name"] + (f" → {facts.word('link')}" if facts.word("link") else "")
        yield fine("found.missing", f"最新一份：{shown}")
        if facts.word("changed"):
            yield unknown("found.writing", f"正在写入：{words['name']} 在核查期间发生变化")
        elif facts.seen is Seen.OBSERVED:
            yield fine("found.writing", "核查期间没有变化")
        if facts.seen is not Seen.OBSERVED:
            yield unknown("container.complete", f"没有读完：{facts.reason}")


def _lack(facts: Facts) -> str:
    missing = "、".join(facts.all("missing"))
    return f"主机缺少 {missing}" if missing else one_line(facts.reason) or "原因不明"


def clock(case: Case) -> Iterator[Verdict]:
    """How far the holder's clock is from the laptop's."""
    skew, most = case.skews.get(case.place.host), case.figure("skew_s", 300)
    if skew is None:
        return
    if abs(skew) > most:
        ahead = "快" if skew > 0 else "慢"
        yield warn("clock.skew", f"备份主机的时钟比本机{ahead} {_span(abs(skew))}")
    else:
        yield fine("clock.skew", f"与本机相差不超过 {most:g} 秒")


def size(case: Case) -> Iterator[Verdict]:
    """The floor, and what the last good ones were."""
    bytes_, least = case.main.number("size"), case.backup.min_size
    if bytes_ is None:
        yield unknown("size.floor", "没有得到大小")
        return
    if bytes_ == 0:
        yield fail("size.floor", "文件为空（0 字节）")
    elif bytes_ < least:
        yield fail("size.floor", f"只有 {human(bytes_)}，低于清单的下限 {human(least)}")
    else:
        yield fine("size.floor", human(bytes_) + (f"，不低于下限 {human(least)}" if least else ""))
    if not case.past.sizes:
        yield unlooked("size.trend", "没有以往的合格记录，未比较大小趋势")
        return
    usual = statistics.median(case.past.sizes)
    percent = 100 * bytes_ / usual if usual else 100.0
    told = f"{human(bytes_)}，为以往合格备份中位数 {human(usual)} 的 {percent:.0f}%"
    low = case.figure("trend_pct", TREND_LOW)
    yield warn("size.trend", told) if percent < low else fine("size.trend", told)


def space(case: Case) -> Iterator[Verdict]:
    """Room for the next one."""
    parts = case.main.word("space").split("\t")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):  # noqa: PLR2004 - free, used, total
        yield unknown("space.next", "没有得到备份所在文件系统的空间")
        return
    free, used = int(parts[0]) * 1024, int(parts[1])
    wanted = case.figure("free_factor", FREE_FACTOR) * (case.main.number("size") or 0)
    told = f"剩余 {human(free)}，已用 {used}%"
    if free < wanted or used >= case.figure("used_pct", USED_MOST):
        yield warn("space.next", f"{told}，下一次备份约需 {human(wanted)}")
    else:
        yield fine("space.next", told)


def human(size_: float) -> str:
    """A size as people read it."""
    for unit in ("字节", "KB", "MB", "GB"):
        if size_ < 1024 or unit == "GB":  # noqa: PLR2004 - the step of the units
            return f"{size_:.0f} {unit}" if unit == "字节" else f"{size_:.1f} {unit}"
        size_ /= 1024
    raise AssertionError


def _span(seconds: float) -> str:
    if seconds >= 2 * 86_400:
        return f"{seconds / 86_400:.1f} 天"
    return f"{seconds / 3600:.1f} 小时" if seconds >= 3600 else f"{seconds:.0f} 秒"  # noqa: PLR2004 - an hour
