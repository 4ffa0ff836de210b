"""Values of rows as screens and documents show them: nothing personal, nothing that was written of a patient."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hmaint.kit.redact import is_personal

_SHORT = 40


def shown_value(column: str, value: object) -> str:
    """A value as screens and documents show it: nothing personal, no long text of a patient's record."""
    if value is None:
        return "空"
    if isinstance(value, Mapping):
        return f"（二进制 {len(str(value.get('hex', ''))) // 2} 字节）"
    text = str(value)
    if (
        is_personal(column)
        or any(word in column.lower() for word in _CLINICAL)
        or _PINYIN.search(column.lower())
    ):
        return "***"
    return text if len(text) <= _SHORT else f"（文字 {len(text)} 字）"


_CLINICAL = (
    "content",
    "note",
    "remark",
    "diag",
    "text",
    "memo",
    "desc",
    "内容",
    "诊断",
    "备注",
    "主诉",
    "病程",
    "result",
    "symptom",
    "complaint",
    "history",
    "allerg",
    "结果",
    "病史",
    "过敏",
)


_PINYIN = re.compile(r"(?:^|_)(?:(?:ry|cy|mz)?zd(?:mc|bm)?|zs|xbs|jws|gms|bz|yz(?:mc|nr)?|jcjg|jyjg)$")
"""Columns that hold what was written of a patient; the second by the first letters of their Chinese names."""
