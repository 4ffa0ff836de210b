"""What the YAML parser complains of, in the words of somebody who writes inventories."""

from __future__ import annotations

import yaml

from hmaint.errors import Fault, Place

_STARTERS = {
    "\t": "缩进不能用 Tab，请用空格",
    "@": "以 @ 开头的文字要加引号",
    "`": "以 ` 开头的文字要加引号",
    "%": "以 % 开头的文字要加引号",
    "|": "以 | 开头的文字要加引号",
    ">": "以 > 开头的文字要加引号",
    "]": "多了右方括号，或者前面多了逗号",
    "}": "多了右花括号，或者前面多了逗号",
}
# The first needle found in "context / problem" decides; libyaml and PyYAML phrase most of them alike.
_WORDS = (
    ("tab character", "缩进不能用 Tab，请用空格"),
    ("values are not allowed", "这里不能再有冒号：缩进不对，或者含“: ”的文字要加引号"),
    ("keys are not allowed", "以 ? 开头的文字要加引号"),
    ("entries are not allowed", "列表项“- ”要另起一行"),
    ("could not find expected ':'", "这一行缺少冒号（冒号后面要有空格）"),
    ("scanning a quoted scalar / found unexpected", "引号没有配对"),
    ("scanning a double-quoted scalar / found unexpected", "引号没有配对"),
    ("quoted scalar", "双引号里的反斜杠有特殊含义：请改用单引号，或写成 \\\\"),
    ("scanning an alias", "以 * 开头的文字要加引号"),
    ("scanning an anchor", "以 & 开头的文字要加引号"),
    ("tag", "认识的标签只有 !secret 名字 和 !env 变量；以 ! 开头的文字要加引号"),
    ("scanning a block scalar", "以 | 或 > 开头的文字要加引号"),
    ("flow sequence", "方括号里缺少逗号，或者没有配对"),
    ("flow mapping", "花括号里缺少逗号，或者没有配对"),
    ("flow node", "括号没有配对，或者多了逗号"),
    ("directive", "以 % 开头的文字要加引号"),
    ("expected <document start>", "“...”之后不能再有内容"),
    ("expected '<document start>'", "“...”之后不能再有内容"),
    ("incompatible YAML", "只认识 YAML 1.x"),
    ("'-' indicator", "缩进和上面的列表不一致"),
    ("block", "缩进和上面不一致，或者引号后面还有文字"),
)
_UNENDED = ("没有配对", "缺少冒号")
_FALLBACK = "不是 YAML 的写法"


def explain(error: yaml.YAMLError, text: str, name: str) -> Fault:
    """Put the parser's complaint into a fault; nothing of the file is repeated, it may be a password."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return Fault(Place(name), _FALLBACK)
    begun = getattr(error, "context_mark", None) or mark
    complaint = f"{getattr(error, 'context', '')} / {getattr(error, 'problem', '')}"
    words = _starter(text, mark, complaint) or _look_up(complaint)
    # The parser stops where it gave up; a person must look where the thing that never ended began.
    at = begun if begun.line != mark.line and any(sign in words for sign in _UNENDED) else mark
    return Fault(Place(name, at.line + 1, at.column + 1), words + _full_width(text, mark.line))


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _starter(text: str, mark: yaml.Mark, complaint: str) -> str | None:
    if "start any token" not in complaint and "node content" not in complaint:
        return None
    lines = _lines(text)
    line = lines[mark.line] if mark.line < len(lines) else ""
    return _STARTERS.get(line[mark.column : mark.column + 1])


def _look_up(complaint: str) -> str:
    return next((words for needle, words in _WORDS if needle in complaint), _FALLBACK)


def _full_width(text: str, line: int) -> str:
    near = _lines(text)[max(0, line - 1) : line + 1]
    return "（附近有中文冒号“：”，要用英文冒号加空格）" if any("：" in words for words in near) else ""
