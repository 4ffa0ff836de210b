"""From what the throwaway server answered to how the backup stands: pure, and never fine for what was not asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hmaint.drill.guard import REFUSED
from hmaint.drill.load import Loaded
from hmaint.kit.text import one_line
from hmaint.model.inventory import Scalar, TableWanted
from hmaint.model.playbook import Level

_WORDS = 240
_SIGNALLED = 128
"""What sh adds to the number of the signal that ended a program."""
KINDS: Mapping[str, str] = {
    "views": "视图", "triggers": "触发器", "routines": "存储过程与函数", "events": "事件", "foreign_keys": "外键",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one side of a drill stands; `check` is the last part of its id, `rows` what the form shows of it."""

    check: str
    title: str
    level: Level
    summary: str
    advice: str = ""
    rows: tuple[Mapping[str, Scalar], ...] = ()
    metrics: tuple[tuple[str, float, str, str], ...] = field(default=())
    """(name, value, unit, subject) of each figure."""


def of_load(loaded: Loaded | None, trouble: str) -> Verdict:
    """Tell how the restore itself went; `trouble` is what befell the drill host meanwhile, no fault of the backup."""
    title = "恢复执行"
    if trouble:
        words = f"恢复没有做完：{trouble}"
        return Verdict("restore", title, Level.UNKNOWN, words, "排除原因后重新演练")
    if loaded is None:
        return Verdict("restore", title, Level.UNKNOWN, "恢复没有执行")
    if loaded.guard == REFUSED:
        return Verdict("restore", title, Level.UNKNOWN, *_guarded(loaded.said))
    return Verdict("restore", title, *_ended(loaded))


def _ended(loaded: Loaded) -> tuple[Level, str, str]:
    said = one_line(loaded.said, _WORDS)
    # A stage that a signal ended was cut off by the next one, which tells why.
    if loaded.unpack and loaded.unpack < _SIGNALLED:
        return Level.CRITICAL, f"压缩包读不到结尾，恢复不完整：{said}", "检查备份文件与传输，改用上一份备份"
    if loaded.load:
        words = f"恢复命令报错（返回码 {loaded.load}）：{said}"
        return Level.CRITICAL, words, "按错误原文核对备份与数据库版本"
    if loaded.load is None or loaded.unpack or not loaded.over:
        return Level.UNKNOWN, f"没有得到恢复命令的返回码：{said or '连接中断'}", "排除原因后重新演练"
    errors = [line for line in loaded.said.splitlines() if "error" in line.lower()]
    if errors:
        words = f"恢复完成，但输出中有错误文字：{one_line(errors[0], _WORDS)}"
        return Level.WARNING, words, "按错误原文核对"
    return Level.OK, "恢复命令返回 0，没有错误输出", ""


def _guarded(said: str) -> tuple[str, str]:
    line = next((each for each in said.splitlines() if each.startswith("hmaint-guard ")), "")
    number, why = ([*line.split(" ")[1:], "", ""])[:2]
    words = {
        "command": "含有 psql 自身的命令（可执行程序或连接其他数据库）",
        "copy": "数据段中有可被当作 psql 命令的内容",
        "strings": "字符串的写法有歧义，无法确认不含 psql 命令",
    }
    reason = f"转储第 {number} 行{words.get(why, '不能确认安全')}，为安全起见没有载入"
    return reason, "核实该备份的来源；改用 pg_dump 的自定义格式（-Fc）则不受此限"


def of_tables(names: Sequence[str], wanted: Sequence[TableWanted], source: Sequence[str] | None) -> Verdict:
    """Tell whether the tables are there: those the inventory wants, and those the original has."""
    title, have = "恢复的表", {name.lower() for name in names}
    figures = (("backup.drill.tables", float(len(names)), "", ""),)
    if not names:
        return Verdict(
            "tables", title, Level.CRITICAL, "恢复后一张表也没有", "该备份不能用于恢复", metrics=figures
        )
    expected = list(dict.fromkeys([*(t.name for t in wanted), *(source or ())]))
    missing = [name for name in expected if name.lower() not in have]
    rows = (row_of("表（张）", len(expected) if source is not None else "", len(names), not missing),)
    if missing:
        listed = "、".join(missing[:10]) + ("等" if len(missing) > 10 else "")  # noqa: PLR2004 - so many fit a line
        words = f"恢复出 {len(names)} 张表，缺 {len(missing)} 张：{listed}"
        return Verdict("tables", title, Level.CRITICAL, words, "核对备份命令是否排除了表", rows, figures)
    basis = "含源库的全部表" if source is not None else "含清单要求的全部表" if wanted else "没有预期可比"
    return Verdict(
        "tables", title, Level.OK, f"恢复出 {len(names)} 张表，{basis}", rows=rows, metrics=figures
    )


def of_rows(
    names: Sequence[str],
    counted: Mapping[str, int],
    wanted: Sequence[TableWanted],
    source: Mapping[str, int] | None,
    tolerance: float,
) -> Verdict:
    """Tell whether the tables hold as many rows as the inventory says, or nearly as many as the original.

    `names` are all tables; one whose rows could not be counted may be damaged.
    """
    bounds = {t.name.lower(): t for t in wanted if t.min_rows is not None or t.max_rows is not None}
    theirs = {name.lower(): count for name, count in (source or {}).items()}
    rows = [_counted(name, counted[name], bounds, theirs, tolerance) for name in names if name in counted]
    bad = [
        f"{row['name']} {row['restored']} 行（{row['expected']}）" for row in rows if row["result"] == _OFF
    ]
    odd = [
        f"{row['name']} {row['restored']} 行，多于源库的 {row['expected']}"
        for row in rows
        if row["result"] == _MORE
    ]
    known = {name.lower() for name in names}
    bad += [f"{t.name} 未恢复" for low, t in bounds.items() if low not in known]
    uncounted = [name for name in names if name not in counted]
    rows += [row_of(name, "", "未能统计", None) for name in uncounted]
    figures = tuple(("backup.drill.rows", float(count), "", name) for name, count in counted.items())
    level, words = _rows_in_words(bad, odd, uncounted)
    if not words:
        compared = sum(1 for row in rows if row["expected"] != "")
        basis = f"{compared} 张有预期可比，均相符" if compared else "没有预期可比，只作记录"
        basis += f"（与源库相差不超过 {tolerance:g}%）" if compared and source else ""
        level = Level.OK if compared else Level.SKIPPED
        words = f"{len(counted)} 张表共 {sum(counted.values())} 行，{basis}"
    advice = "核对备份是否完整" if level is not Level.OK else ""
    return Verdict("rows", "恢复的行数", level, words, advice, tuple(rows), figures)


_OFF, _MORE, _SAME = "不一致", "多于源库", "行数与源库一致"


def _rows_in_words(bad: Sequence[str], odd: Sequence[str], uncounted: Sequence[str]) -> tuple[Level, str]:
    if bad:
        return Level.CRITICAL, f"行数不符：{'；'.join(bad[:6])}"
    if uncounted:
        return Level.UNKNOWN, f"{len(uncounted)} 张表的行数未能统计：{'、'.join(uncounted[:6])}"
    if odd:
        return Level.WARNING, f"行数不符：{'；'.join(odd[:6])}"
    return Level.OK, ""


def _counted(
    name: str, count: int, bounds: Mapping[str, TableWanted], theirs: Mapping[str, int], tolerance: float
) -> Mapping[str, Scalar]:
    low = name.lower()
    if low in bounds:
        least, most = bounds[low].min_rows, bounds[low].max_rows
        fits = (least is None or count >= least) and (most is None or count <= most)
        return {**row_of(name, _range(least, most), count, fits)}
    if low not in theirs:
        return row_of(name, "", count, None)
    there = theirs[low]
    share = tolerance / 100
    result = _OFF if count < there * (1 - share) else _MORE if count > there * (1 + share) else _SAME
    result = f"行数与源库相差 {there - count}" if result == _SAME and count != there else result
    return {**row_of(name, str(there), count, fits=True), "result": result}


def _range(least: int | None, most: int | None) -> str:
    if least is not None and least == most:
        return str(least)
    if most is None:
        return f"不少于 {least}"
    return f"不多于 {most}" if least is None else f"{least}–{most}"


def item_of(item: str, expected: str, found: Scalar, fits: bool | None) -> Mapping[str, Scalar]:  # noqa: FBT001 - three-valued
    """A line of the form: what was asked, what it must be, what it is."""
    result = "未检查" if fits is None else "通过" if fits else "不通过"
    return {"item": item, "expected": expected, "found": str(found), "result": result}


def row_of(name: str, expected: str | int, restored: str | int, fits: bool | None) -> Mapping[str, Scalar]:  # noqa: FBT001 - three-valued
    """A line of the form: how many rows of a table there must be, and how many there are."""
    result = "未比对" if fits is None else "一致" if fits else "不一致"
    return {"name": name, "expected": str(expected), "restored": str(restored), "result": result}


def of_objects(
    have: Mapping[str, int], wanted: Mapping[str, int], source: Mapping[str, int] | None
) -> Verdict:
    """Tell whether views, triggers, routines and the like are there, as many as wanted or as the original shows."""
    rows, lacks = [], []
    for kind, count in have.items():
        needed = max(wanted.get(kind, 0), (source or {}).get(kind, 0))
        known = kind in wanted or source is not None
        fits = count >= needed if known else None
        rows.append(row_of(f"{KINDS.get(kind, kind)}（个）", needed if known else "", count, fits))
        lacks += [f"{KINDS.get(kind, kind)} {count} 个（应有 {needed}）"] if fits is False else []
    title = "视图、触发器、存储过程等对象"
    if lacks:
        return Verdict(
            "objects",
            title,
            Level.CRITICAL,
            f"缺少对象：{'；'.join(lacks)}",
            "备份命令须带 --routines --triggers --events",
            tuple(rows),
        )
    counted = (
        "、".join(f"{KINDS.get(kind, kind)} {count}" for kind, count in have.items() if count)
        or "没有此类对象"
    )
    if source is None and not wanted:
        return Verdict(
            "objects", title, Level.SKIPPED, f"{counted}；没有预期可比，只作记录", rows=tuple(rows)
        )
    return Verdict("objects", title, Level.OK, f"{counted}，不少于预期", rows=tuple(rows))


def of_orphans(found: Mapping[str, int | None]) -> Verdict:
    """Tell whether rows name parents that are not there; dumps switch that check off while they are loaded."""
    title = "外键孤儿记录"
    bad = {name: count for name, count in found.items() if count}
    unseen = [name for name, count in found.items() if count is None]
    rows = tuple(
        item_of(f"外键 {name} 的孤儿记录", "0", "未能查询" if n is None else n, None if n is None else n == 0)
        for name, n in found.items()
    )
    if bad:
        words = "；".join(f"{name} {count} 行" for name, count in list(bad.items())[:6])
        return Verdict(
            "orphans",
            title,
            Level.CRITICAL,
            f"有子记录找不到父记录：{words}",
            "核对备份是否取自同一时刻",
            rows,
        )
    if unseen:
        return Verdict("orphans", title, Level.UNKNOWN, f"{len(unseen)} 个外键未能查询", rows=rows)
    if not found:
        return Verdict("orphans", title, Level.SKIPPED, "没有外键可查")
    return Verdict("orphans", title, Level.OK, f"{len(found)} 个外键均无孤儿记录", rows=rows)
