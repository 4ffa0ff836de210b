"""What a backup is worth only together with: logs without a gap, the full one below it, all of its volumes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from hmaint.backup.case import Case
from hmaint.backup.facts import File
from hmaint.backup.verdict import Verdict, fail, fine, unknown, unlooked, warn

_NUMBER = re.compile(r"(\d+)(?=\D*$)")
_WAL = re.compile(r"([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})(?:\.(?:gz|xz|zst|lz4|bz2|lz))?$")
_POSITION = re.compile(r"(?:MASTER|SOURCE)_LOG_FILE='([^']+)'")
_START = re.compile(r"\(file ([0-9A-F]{24})\)")
_SEGMENTS = 0x100
"""WAL segments of 16 MB (the default) in one log of 4 GB, PostgreSQL 9.3 and later."""

_SUFFIX = re.compile(r"\.(gz|xz|zst|bz2|lz4)$")


def chain(case: Case) -> Iterator[Verdict]:
    """Logs, base and volumes, as far as the inventory speaks of them."""
    if case.backup.chain is not None:
        yield from _logs(case)
    if case.backup.base:
        yield from _base(case)
    if case.backup.split:
        yield from _volumes(case)


def _listed(case: Case, name: str) -> list[File]:
    found = []
    for line in case.main.all(name):
        parts = line.split("\t")
        if len(parts) == 3 and parts[0].isdigit() and parts[1].isdigit():  # noqa: PLR2004 - size, time, name
            found.append(File(parts[2], int(parts[0]), int(parts[1])))
    return found


def _logs(case: Case) -> Iterator[Verdict]:
    wanted = case.backup.chain
    if wanted is None:
        return
    files = _listed(case, "chain")
    if not files:
        yield fail("chain.gap", f"时间点恢复中断：没有符合 {wanted.path} 的日志")
        return
    numbers = {n: f for f in files if (n := _place(f.name, wanted.kind)) is not None}
    if not numbers:
        yield unknown("chain.gap", "日志文件名中没有序号，不能判断是否连续")
        return
    gaps = _gaps(sorted(numbers))
    if gaps:
        yield fail("chain.gap", f"时间点恢复中断：缺第 {'、'.join(gaps[:6])} 号日志")
    else:
        empty = [f.name.rsplit("/", 1)[-1] for f in numbers.values() if f.size == 0]
        if empty:
            yield fail("chain.gap", f"时间点恢复中断：日志 {empty[0]} 为空")
        else:
            yield fine("chain.gap", f"{len(numbers)} 个日志连续")
    yield from _anchor(case, sorted(numbers))
    if wanted.max_age is not None:
        newest, now = max(f.changed for f in files), case.main.number("host_now") or 0
        hours = (now - newest) / 3600
        told = f"最新的日志在 {hours:.1f} 小时前"
        yield fail("chain.age", told) if now - newest > wanted.max_age else fine("chain.age", told)


def _place(name: str, kind: str) -> int | None:
    """The number of a log in its row; WAL of one timeline counts on over its logs."""
    bare = _SUFFIX.sub("", name.rsplit("/", 1)[-1])
    if kind == "wal":
        found = _WAL.fullmatch(bare)
        return None if found is None else int(found[2], 16) * _SEGMENTS + int(found[3], 16)
    number = _NUMBER.search(bare)
    return int(number.group()) if number else None


def _gaps(numbers: Sequence[int]) -> list[str]:
    found = []
    for one, other in pairwise(numbers):
        if other == one + 2:
            found.append(str(one + 1))
        elif other > one + 2:
            found.append(f"{one + 1}～{other - 1}")
    return found


def _anchor(case: Case, numbers: Sequence[int]) -> Iterator[Verdict]:
    """The logs must reach back to where the full backup was taken."""
    position = _POSITION.search(case.main.word("position"))
    label = next((m for line in case.main.all("label") if (m := _START.search(line))), None)
    kind = case.backup.chain.kind if case.backup.chain else "numbered"
    name = position.group(1) if position else label.group(1) if label and kind == "wal" else ""
    place = _place(name, kind) if name else None
    if place is None:
        yield unlooked("chain.anchor", "全量备份中没有记录日志位置，未核对与日志是否衔接")
    elif place < numbers[0] or place > numbers[-1]:
        yield fail("chain.anchor", f"时间点恢复中断：全量备份要从 {name} 开始，现有日志不含它")
    else:
        yield fine("chain.anchor", f"全量备份从 {name} 开始，日志在")


def _base(case: Case) -> Iterator[Verdict]:
    told = case.main.all("base")
    if not told:
        yield unlooked("chain.base", f"全量备份 {case.backup.base} 在另一主机，见其自身的核查")
        return
    files = [f for f in _listed(case, "base") if f.size > 0]
    changed = case.main.number("mtime")
    if not files:
        yield fail("chain.base", f"所依赖的全量备份 {case.backup.base} 不在（已被清理？）")
        return
    start = case.main.number("point_from_lsn")
    ends = [int(lsn) for lsn in case.main.all("base_lsn") if lsn.isdigit()]
    if start and ends:
        match = start in ends
        words = f"起点 LSN {start}，全量备份止于 {'、'.join(map(str, ends))}"
        yield fine("chain.base", words) if match else fail("chain.base", f"与全量备份不衔接：{words}")
        return
    older = [f for f in files if changed is not None and f.changed <= changed]
    if not older:
        yield fail("chain.base", f"没有早于这份差异备份的全量备份 {case.backup.base}（已被清理？）")
    else:
        last = max(older, key=lambda f: f.changed)
        yield fine("chain.base", f"全量备份 {last.name.rsplit('/', 1)[-1]} 在")


def _volumes(case: Case) -> Iterator[Verdict]:
    names = sorted(f.name for f in case.main.files)
    numbers = [n for name in names if (n := _volume(name)) is not None]
    if len(numbers) != len(names) or not numbers:
        yield unknown("chain.volume", "分卷名没有序号，不能判断是否齐全")
        return
    gaps = _gaps(numbers)
    first = numbers[0]
    if gaps or first > 1:
        lost = gaps or [f"0～{first - 1}"]
        yield fail("chain.volume", f"缺卷：第 {'、'.join(lost)} 卷")
    else:
        yield fine("chain.volume", f"{len(numbers)} 卷连续")


def _volume(name: str) -> int | None:
    """The number of a volume: digits at the end, or the letters of `split`."""
    letters = re.search(r"\.([a-z]{2,3})$", name)
    if letters and not re.search(r"\.(gz|xz|zst|bz2|zip|tar|sql|tgz)$", name):
        number = 0
        for letter in letters.group(1):
            number = number * 26 + ord(letter) - ord("a")
        return number
    digits = re.search(r"(\d+)$", name)
    return int(digits.group(1)) if digits else None


def stray(case: Case) -> Iterator[Verdict]:
    """A timeline that changed is worth a word: the logs of the old one do not continue the new."""
    if case.backup.chain is None or case.backup.chain.kind != "wal":
        return
    lines = {
        m[1]
        for f in _listed(case, "chain")
        if (m := _WAL.fullmatch(_SUFFIX.sub("", f.name.rsplit("/", 1)[-1])))
    }
    if len(lines) > 1:
        yield warn(
            "chain.gap", f"日志有 {len(lines)} 条时间线（{'、'.join(sorted(lines))}），各自是否连续须分别核对"
        )
