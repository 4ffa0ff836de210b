"""Further copies: present for this very backup, and the same to the byte, each hashed on its own machine."""

from __future__ import annotations

from collections.abc import Iterator

from hmaint.backup.case import Case
from hmaint.backup.facts import Facts
from hmaint.backup.found import contact, human
from hmaint.backup.place import Place
from hmaint.backup.verdict import Verdict, fail, fine, unknown


def copies(case: Case) -> Iterator[Verdict]:
    """One judgement a copy, each under its own name."""
    for place, facts in case.looks.items():
        if place.number:
            for verdict in _copy(case, place, facts):
                yield Verdict(verdict.what, verdict.level, f"{place.label}：{verdict.summary}", place.label)


def _copy(case: Case, place: Place, facts: Facts) -> Iterator[Verdict]:
    away = contact(facts, "copy")
    if away is not None:
        yield away
        return
    yield fine("copy.unreachable", "可检查")
    state = facts.word("found")
    if state in ("hidden", "unreadable", "odd_name"):
        yield unknown(
            "copy.missing", "无权读取，有无副本不明" if state == "hidden" else "副本不可读，不等于不存在"
        )
    elif state == "writing":
        yield unknown("copy.differs", "正在写入")
    elif state != "yes":
        words = "主机缺少 " + "、".join(facts.all("missing")) if facts.all("missing") else ""
        yield unknown("copy.missing", words) if words else fail("copy.missing", "异地缺失：没有符合的文件")
    else:
        yield from _compared(case, facts)
    del place


def _compared(case: Case, facts: Facts) -> Iterator[Verdict]:
    main = case.main
    if main.word("found") != "yes":
        yield unknown("copy.differs", "本地备份没有读到，无从比对")
        return
    ours, theirs = _name(main), _name(facts)
    if ours != theirs:
        yield fail("copy.missing", f"异地缺失：最新的是 {theirs}，本地最新的是 {ours}")
        return
    yield fine("copy.missing", f"有 {theirs}")
    sizes = main.number("size"), facts.number("size")
    if sizes[0] != sizes[1]:
        yield fail("copy.differs", f"大小不同：副本 {human(sizes[1] or 0)}，本地 {human(sizes[0] or 0)}")
    elif not main.word("sha256") or not facts.word("sha256"):
        yield unknown("copy.differs", "大小相同，但没有得到两端的 SHA-256，未做内容比对")
    elif main.word("sha256") != facts.word("sha256"):
        yield fail("copy.differs", "大小相同但内容不同（SHA-256 不一致）")
    else:
        yield fine("copy.differs", f"大小与 SHA-256 一致（{facts.word('sha256')[:12]}…）")


def _name(facts: Facts) -> str:
    return facts.word("path").rsplit("/", 1)[-1]
