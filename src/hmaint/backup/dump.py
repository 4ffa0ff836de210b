"""The dump inside: finished, without error text, with its tables, rows and objects, of the right database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from hmaint.backup.ask import STARTS, sections_of, words_of
from hmaint.backup.case import Case
from hmaint.backup.facts import Facts, TableSeen
from hmaint.backup.verdict import Verdict, fail, fine, unknown, unlooked, warn
from hmaint.kit.text import one_line

DIALECTS = ("mysql", "postgresql", "sql")
ROWS_LOW = 50.0
"""Percent of the rows of the last good dump below which a table is suspicious."""

_FEW = 100
_SOME = 20
"""Question marks that may well be punctuation."""
_NAMES = {
    "views": "视图",
    "triggers": "触发器",
    "routines": "存储过程与函数",
    "events": "事件",
    "foreign_keys": "外键",
}
_SHOWN = 8


def dump(case: Case) -> Iterator[Verdict]:
    """Judge what is inside, as far as it is a dump in SQL."""
    facts = case.main
    speech = facts.word("dialect")
    if speech == "html":
        yield fail("structure.known", "内容是网页，不是备份")
        return
    if speech not in DIALECTS:
        yield from _strange(case)
        return
    if not facts.objects:
        yield unknown("structure.known", "没有读完转储的结构")
        return
    for layer in (structure, tables, rows, objects, database, hospital, charset, content):
        yield from layer(case)


def _strange(case: Case) -> Iterator[Verdict]:
    facts = case.main
    if facts.word("type") == "folder":
        return  # judged by the files within it
    opaque = facts.word("container") in (
        "gpg",
        "age",
        "7z",
        "rar",
        "openssl",
        "xbstream",
        "mtf",
        "sqlite",
        "",
    )
    if (
        case.backup.kind in ("files", "expdp", "xtrabackup", "sqlserver", "rman")
        or opaque
        or facts.word("packed_again")
    ):
        return
    if facts.word("inner") == "tar" or facts.word("container") in ("tar", "zip"):
        return
    if facts.all("missing") or any(status != "0" for status in facts.all("unpack_status")):
        return
    yield unknown("structure.known", "不认识的内容：不是 MySQL/MariaDB 或 PostgreSQL 的转储，未能检查结构")


def structure(case: Case) -> Iterator[Verdict]:
    """The trailer the tools write last, error text, and whether there is any data."""
    facts, counts = case.main, case.main.objects
    if (
        facts.word("container") != "mydumper"
    ):  # its files have no trailer; its metadata tell whether all was done
        yield _finished(facts)
    if counts.get("errors"):
        first = one_line(facts.all("error")[0], 160)
        yield fail("structure.error_text", f"转储中有报错 {counts['errors']} 处：{first}")
    else:
        yield fine("structure.error_text", "没有报错文字")
    filled = any(table.rows for table in facts.tables)
    if case.flag("schema_only"):
        return
    if filled:
        yield fine("structure.empty", f"{len(facts.tables)} 张表，{sum(t.rows for t in facts.tables)} 行")
    else:
        yield fail("structure.empty", f"只有结构没有数据（{len(facts.tables)} 张表，0 行）")


def _finished(facts: Facts) -> Verdict:
    ends = [line for line in facts.all("end") if line != "NUL"]
    if facts.word("cut"):
        return fail("structure.incomplete", f"转储未完成：停在表 {one_line(facts.word('cut'), 60)} 的数据中")
    if ends and facts.word("after_end"):
        return warn("structure.incomplete", f"结尾标记之后还有 {facts.word('after_end')} 行内容")
    if ends:
        return fine("structure.incomplete", "有结尾标记")
    if facts.word("header") or facts.word("prolog"):
        return fail("structure.incomplete", "转储未完成：没有结尾标记")
    return unknown("structure.incomplete", "转储没有开头和结尾标记（--compact 或其他工具），不能确认是否写完")


def _found(name: str, seen: Mapping[str, TableSeen]) -> TableSeen | None:
    """The table of that name, with or without its database or schema, in whatever case it was written."""
    wanted = name.lower()
    if wanted in seen:
        return seen[wanted]
    return next((table for key, table in seen.items() if key.endswith(f".{wanted}")), None)


def tables(case: Case) -> Iterator[Verdict]:
    """The tables that must be there, by the inventory and by the last good one."""
    seen = {table.name.lower(): table for table in case.main.tables}
    lost = [
        wanted.name
        for wanted in case.backup.tables
        if (t := _found(wanted.name, seen)) is None or not t.defined
    ]
    gone = [name for name in case.past.tables if _found(name, seen) is None]
    for name in lost:
        yield fail("tables.missing", f"缺表：{name}", name)
    if not lost and gone:
        yield warn("tables.missing", f"上一份合格备份中有、这一份中没有的表：{_several(gone)}")
    elif not lost and case.backup.tables:
        yield fine("tables.missing", f"清单列出的 {len(case.backup.tables)} 张表都在")
    elif not lost and case.past.tables:
        yield fine("tables.missing", "与上一份合格备份的表相同")
    elif not lost:
        yield unlooked("tables.missing", "清单没有列出必需的表，也没有以往记录，未核对表是否齐全")


def rows(case: Case) -> Iterator[Verdict]:
    """Rows within the range the inventory gives, and against the last good one."""
    seen = {table.name.lower(): table for table in case.main.tables}
    asked = [wanted for wanted in case.backup.tables if (wanted.min_rows, wanted.max_rows) != (None, None)]
    bad = False
    for wanted in asked:
        table = _found(wanted.name, seen)
        count = table.rows if table else 0
        low, high = wanted.min_rows or 0, wanted.max_rows
        if table and (count < low or (high is not None and count > high)):
            bad = True
            span = f"{low}～{high}" if high is not None else f"不少于 {low}"
            yield fail("tables.rows", f"表 {wanted.name} 有 {count} 行，应为 {span}", wanted.name)
    low_pct = case.figure("rows_pct", ROWS_LOW)
    for name, before in case.past.tables.items():
        table = _found(name, seen)
        if table and before >= _FEW and table.rows * 100 < before * low_pct:
            bad = True
            yield warn("tables.rows", f"表 {name} 有 {table.rows} 行，上一份合格备份有 {before} 行", name)
    if not bad and (asked or case.past.tables):
        yield fine("tables.rows", f"已核对 {len(asked) or len(case.past.tables)} 张表的行数")
    elif not bad:
        yield unlooked("tables.rows", "清单没有给出行数范围，也没有以往记录，未核对行数")


def objects(case: Case) -> Iterator[Verdict]:
    """Views, triggers, routines and the like."""
    counts = case.main.objects
    bad = False
    for kind, least in case.backup.objects.items():
        if counts.get(kind, 0) < least:
            bad = True
            yield fail(
                "objects.missing", f"{_NAMES[kind]}只有 {counts.get(kind, 0)} 个，应有 {least} 个", kind
            )
    for kind, name in _NAMES.items():
        before = case.past.objects.get(kind, 0)
        if kind not in case.backup.objects and counts.get(kind, 0) < before:
            bad = True
            yield warn(
                "objects.missing", f"{name} {counts.get(kind, 0)} 个，上一份合格备份有 {before} 个", kind
            )
    told = "，".join(f"{name} {counts.get(kind, 0)}" for kind, name in _NAMES.items())
    if not bad and (case.backup.objects or case.past.objects):
        yield fine("objects.missing", told)
    elif not bad:
        yield unlooked("objects.missing", f"清单没有列出应有的对象数，未核对（{told}）")


_SOURCE = re.compile(r"Database: *(\S+)")


def databases_told(facts: Facts) -> list[str]:
    """The databases the dump says it is of."""
    found = _SOURCE.search(facts.word("source"))
    return list(dict.fromkeys([*facts.all("database"), *([found.group(1)] if found else [])]))


def database(case: Case) -> Iterator[Verdict]:
    """Whether it is of the database it should be of."""
    wanted, told = case.backup.database or case.database, databases_told(case.main)
    if not wanted:
        yield unlooked("identity.database", "清单没有写明库名，未核对是哪个库")
    elif not told:
        yield unlooked("identity.database", "转储中没有库名，未核对是哪个库")
    elif wanted.lower() in (name.lower() for name in told):
        yield fine("identity.database", f"库名 {wanted}")
    else:
        yield fail("identity.database", f"库名不符：转储中是 {_several(told)}，应为 {wanted}")


def hospital(case: Case) -> Iterator[Verdict]:
    """Words of this hospital that must be there, and of others that must not."""
    wanted, counted = words_of(case.place), case.main.numbered("word")
    if not wanted:
        yield unlooked("identity.hospital", "清单没有写 contains、lacks，未核对是否本院数据与汉字样本")
        return
    if len(counted) < len(wanted):
        yield unknown("identity.hospital", "没有得到字样的查找结果")
        return
    there = {word: counted[number] != "0" for number, word in enumerate(wanted, start=1)}
    missing = [word for word in case.backup.contains if not there[word]]
    foreign = [word for word in case.backup.lacks if there[word]]
    if foreign:
        yield fail("identity.hospital", f"串院：转储中有不该有的字样 {_several(foreign)}")
    elif missing and not _is_garbled(case):
        yield fail("identity.hospital", f"转储中没有应有的字样 {_several(missing)}")
    elif not missing:
        yield fine("identity.hospital", "本院字样都在，没有外院字样")


def _letters(facts: Facts) -> Mapping[str, int]:
    pairs = (pair.partition("=") for pair in facts.word("letters").split())
    return {name: int(figure) for name, _, figure in pairs if figure.isdigit()}


def letters_seen(facts: Facts) -> int:
    """Characters beyond ASCII in the sample; 0 where there are none or nothing was counted."""
    counted = _letters(facts)
    return counted.get("latin", 0) + counted.get("two", 0) + counted.get("three", 0)


def _garbled(case: Case) -> str:
    """Why the Chinese in it is lost; empty where nothing shows that."""
    seen = _letters(case.main)
    whole = seen.get("three", 0)
    if seen.get("latin", 0) > 100 and seen["latin"] > 3 * (whole + seen.get("two", 0) + seen.get("bad", 0)):  # noqa: PLR2004 - see below
        # Two bytes of C2/C3 for each byte: UTF-8 read as latin1 and written as UTF-8 again.
        return "汉字被重复编码（UTF-8 当作 latin1 再转 UTF-8）"
    named = case.main.all("names")
    beyond = whole + seen.get("two", 0) + seen.get("latin", 0) + seen.get("bad", 0)
    marks = seen.get("marks", 0)
    if (
        marks > _SOME
        and marks > 5 * beyond
        and any("latin1" in name or "SQL_ASCII" in name for name in named)
    ):
        return "以 latin1 导出，汉字已变成问号"
    if marks > _SOME and marks > 50 * beyond:
        return f"几乎没有汉字（{beyond} 个），却有 {marks} 个问号"
    if case.past.letters > 100 and beyond < case.past.letters / 10 and seen.get("marks", 0) > beyond:  # noqa: PLR2004 - as above
        return "与上一份合格备份相比汉字几乎全部变成问号"
    return ""


def _is_garbled(case: Case) -> bool:
    return bool(_garbled(case))


def charset(case: Case) -> Iterator[Verdict]:
    """Whether Chinese is still Chinese."""
    seen = _letters(case.main)
    why = _garbled(case)
    missing = [
        w
        for w, n in zip(case.backup.contains, sorted(case.main.numbered("word")), strict=False)
        if case.main.numbered("word")[n] == "0"
    ]
    if why:
        yield fail("charset.garbled", f"乱码：{why}")
    elif not seen:
        yield unknown("charset.garbled", "没有得到字符的抽查结果")
    elif letters_seen(case.main) == 0 and not case.backup.contains:
        yield unlooked("charset.garbled", "转储中没有汉字，未能核对字符集")
    elif missing:
        yield unlooked("charset.garbled", "应有的汉字字样不在转储中，见本院数据一项")
    else:
        yield fine(
            "charset.garbled",
            f"抽查到汉字 {seen.get('three', 0)} 个，编码 {_several(case.main.all('names')) or '未注明'}",
        )


def content(case: Case) -> Iterator[Verdict]:
    """The rows of tables that never change, by their hashes."""
    hashes = section_hashes(case)
    wanted = {
        **{name: case.past.sections.get(name, "") for name in case.backup.immutable},
        **case.backup.fingerprints,
    }
    if not wanted:
        yield unlooked("content.differs", "未做内容比对：逐行的改动、个别行的缺失不能由此发现")
        return
    bad = False
    for name, known in wanted.items():
        now = hashes.get(name, "")
        if not now:
            bad = True
            yield fail("content.differs", f"表 {name} 的数据不在转储中，不能比对", name)
        elif not known:
            yield unlooked("content.differs", f"表 {name} 首次记录指纹，本次未做内容比对", name)
            bad = True
        elif known != now:
            bad = True
            yield fail("content.differs", f"表 {name} 的数据与已知指纹不同", name)
    if not bad:
        yield fine("content.differs", f"{len(wanted)} 张不再变化的表与已知指纹一致")


def section_hashes(case: Case) -> dict[str, str]:
    """The hash of the rows of each table that was asked for, where the dump has it."""
    told = case.main.numbered("section")
    found = {}
    for number, name in enumerate(sections_of(case.place)):
        starts = range(number * STARTS + 1, number * STARTS + STARTS + 1)
        seen = [told[n].split()[0] for n in starts if n in told]
        if seen:
            found[name] = seen[0]
    return found


def _several(names: list[str] | tuple[str, ...]) -> str:
    shown = "、".join(one_line(name, 60) for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} 等 {len(names)} 个"
