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
        (r"(a+)+", "repeat inside a repeat"),
        (r"(?:a{1,3})+x", "repeat inside a repeat"),
        (r"(a?)*", "repeat inside a repeat"),
        (r"((x*y)*)z", "repeat inside a repeat"),
        (r"(a|ab)*c", "repeat"),
        (r"(a1|A2)+", "begin alike"),
        (r"(\dx|1y)+", "begin alike"),
        (r"(a)\1", "back references"),
        (r".*.*.*.*x", "more than 3"),
        ("[", "not a regular expression"),
        ("a" * 1001, "longer than"),
    ],
)
def test_patterns_that_could_run_away_are_refused(pattern: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        safe_regex(pattern)
