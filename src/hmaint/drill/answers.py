"""Whether what the restored database answered is what it must be: its text, the site's own questions, its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hmaint.drill.judging import Verdict, item_of, row_of
from hmaint.kit.text import one_line
from hmaint.model.drill import Question
from hmaint.model.playbook import Level

_BROKEN = 0.2
"""The share of values above which text counts as broken as a whole, and not as oddly written here and there."""
_ODD = 0.02


def of_text(scanned: Mapping[str, tuple[int, int, int]], unseen: Sequence[str]) -> Verdict:
    """Tell whether the text is still Chinese, from how many values hold non-ASCII, `??` and twice-encoded letters."""
    title = "中文内容"
    foreign, asked, twice = (sum(each[n] for each in scanned.values()) for n in range(3))
    rows = (
        item_of("含中文等非 ASCII 字符的值", "有", foreign, foreign > 0),
        item_of("含连续问号“??”的值", "无", asked, asked == 0 or asked <= _ODD * foreign),
        item_of("疑似重复编码（乱码）的值", "无", twice, twice == 0),
    )
    if twice and twice > _ODD * foreign:
        level = Level.CRITICAL if twice > _BROKEN * foreign else Level.WARNING
        return Verdict(
            "charset",
            title,
            level,
            f"疑似乱码：{foreign} 处非 ASCII 文字中 {twice} 处像是 UTF-8 被重复编码",
            "核对备份命令的字符集参数",
            rows,
        )
    if asked and asked > _ODD * (foreign + asked):
        level = Level.CRITICAL if asked > _BROKEN * (foreign + asked) else Level.WARNING
        return Verdict(
            "charset",
            title,
            level,
            f"疑似中文被替换为问号：{asked} 处含“??”，{foreign} 处含正常的非 ASCII 文字",
            "核对备份命令的字符集参数",
            rows,
        )
    if not foreign:
        return Verdict("charset", title, Level.SKIPPED, "恢复的内容里没有中文，无从判断字符集", rows=rows)
    if unseen:
        return Verdict(
            "charset",
            title,
            Level.UNKNOWN,
            f"{len(unseen)} 张表的文字未能检查：{'、'.join(unseen[:6])}",
            rows=rows,
        )
    return Verdict(
        "charset",
        title,
        Level.OK,
        f"{foreign} 处非 ASCII 文字，未见乱码或问号替换（每表最多看 5000 行）",
        rows=rows,
    )


def of_questions(check: str, title: str, asked: Sequence[tuple[Question, str | None, str]]) -> Verdict | None:
    """Tell how the site's own questions came out: each with its first value, or None with the reason."""
    if not asked:
        return None
    rows, bad, unseen = [], [], []
    for question, value, reason in asked:
        fits = None if value is None else meets(question, value)
        shown = f"未能查询：{reason}" if value is None else value
        rows.append(item_of(question.title, expectation(question), shown, fits))
        if value is None:
            unseen.append(f"{question.title}（{reason}）")
        elif fits is False:
            bad.append(f"{question.title}：应为{expectation(question)}，实际 {one_line(value, 60)}")
    if bad:
        return Verdict(check, title, Level.CRITICAL, "；".join(bad[:6]), "与业务科室核对", tuple(rows))
    if unseen:
        return Verdict(check, title, Level.UNKNOWN, "；".join(unseen[:6]), rows=tuple(rows))
    return Verdict(check, title, Level.OK, f"{len(rows)} 项均符合预期", rows=tuple(rows))


def expectation(question: Question) -> str:
    """Say in Chinese what an answer must be."""
    parts = [] if question.equals is None else [f"等于 {question.equals}"]
    parts += [f"含“{question.contains}”"] if question.contains else []
    parts += [] if question.at_least is None else [f"不小于 {question.at_least:g}"]
    parts += [] if question.at_most is None else [f"不大于 {question.at_most:g}"]
    return "、".join(parts) or "有结果"


def meets(question: Question, value: str) -> bool:
    """Whether an answer is what it must be; no answer at all never is, unless nothing is what it must be."""
    if value == "":
        return question.equals == ""
    number = _number(value)
    least, most = question.at_least, question.at_most
    return (
        question.contains in value
        and (least is None or (number is not None and number >= least))
        and (most is None or (number is not None and number <= most))
        and _equals(question.equals, value, number)
    )


def _equals(wanted: str | float | None, value: str, number: float | None) -> bool:
    if isinstance(wanted, int | float) and number is not None:
        return number == wanted
    return wanted is None or str(wanted) == value


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def of_content(compared: Mapping[str, tuple[str, str, str]]) -> Verdict | None:
    """Tell whether rows that never change are the same here and there: (here, there, reason) of each table."""
    if not compared:
        return None
    title = "内容比对"
    rows, bad, unseen = [], [], []
    for table, (here, there, reason) in compared.items():
        fits = None if reason else here == there
        rows.append(row_of(f"{table} 内容校验", there or "", reason or here, fits))
        if reason:
            unseen.append(f"{table}（{reason}）")
        elif not fits:
            bad.append(f"{table}：恢复 {here}，源库 {there}")
    if bad:
        return Verdict(
            "content",
            title,
            Level.CRITICAL,
            f"与源库内容不一致（行数/校验）：{'；'.join(bad)}",
            "逐行核对后再决定能否使用该备份",
            tuple(rows),
        )
    if unseen:
        return Verdict("content", title, Level.UNKNOWN, f"未能比对：{'；'.join(unseen)}", rows=tuple(rows))
    return Verdict("content", title, Level.OK, f"{len(rows)} 张表不变部分的内容与源库一致", rows=tuple(rows))
