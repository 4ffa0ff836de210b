"""Patterns that could run away are refused with their reason; everyday ones pass."""

from __future__ import annotations

import pytest

from hmaint.kit.regex import safe_regex


@pytest.mark.parametrize(
    "pattern",
    [
        r"ORA-\d+",
        r"(?i)(error|fatal).*(oom|disk)",
        r"(\d{4}-)+",
        r"(foo|bar)+",
        r"(a|b)*",
        r"^(?!.*ignore).*ERROR",
        r"((ab)?c)?",
        r"\[ERROR\]\s+.*Exception",
        "死锁|超时",
    ],
)
def test_everyday_patterns_pass(pattern: str) -> None:
    assert safe_regex(pattern).pattern == pattern


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(a+)+", "重复里面再有重复"),
        (r"(?:a{1,3})+x", "重复里面再有重复"),
        (r"(a?)*", "重复里面再有重复"),
        (r"((x*y)*)z", "重复里面再有重复"),
        (r"(a|ab)*c", "重复"),
        (r"(a1|A2)+", "开头可能相同"),
        (r"(\dx|1y)+", "开头可能相同"),
        (r"(a)\1", "反向引用"),
        (r".*.*.*.*x", "超过 3 个"),
        ("[", "不是正则表达式"),
        ("a" * 1001, "超过 1000 个字符"),
    ],
)
def test_patterns_that_could_run_away_are_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        safe_regex(pattern)
