from __future__ import annotations

from itertools import pairwise

import pytest

from hmaint.expr.version import Version

RISING = [
    "5.5.62",
    "5.7",
    "5.7.44-log",
    "8.0.4",
    "8.0.35-0ubuntu0.22.04.1",
    "10.3",
    "5.5.5-10.3.39-MariaDB-log",
    "10.11.19-MariaDB",
    "17beta1",
    "17rc1",
    "PostgreSQL 17.2 (Debian 17.2-1.pgdg120+1)",
]


@pytest.mark.parametrize(("lower", "higher"), list(pairwise(RISING)))
def test_a_later_version_is_greater_whatever_surrounds_its_numbers(lower: str, higher: str) -> None:
    assert Version(lower) < higher
    assert Version(higher) > lower
    assert lower < Version(higher)
    assert Version(lower) != higher
    assert not Version(lower) >= higher


def test_trailing_zeros_and_suffixes_mean_nothing() -> None:
    assert Version("5.7") == "5.7.0"
    assert Version("8.0.35-debug") == Version("8.0.35")
    assert hash(Version("8.0.35-debug")) == hash(Version("8.0.35"))
    assert Version("3.10.0-1160.el7.x86_64") >= "3.10"


def test_text_without_a_number_is_no_version_and_is_not_guessed_about() -> None:
    assert Version("trixie/sid") == "trixie/sid"
    assert Version("") != "12"
    with pytest.raises(ValueError, match="没有版本号"):
        assert Version("trixie/sid") < "12"
    with pytest.raises(ValueError, match="没有版本号"):
        assert Version("12") < "sid"


def test_a_version_is_still_the_text_it_was_told_as() -> None:
    assert f"{Version('10.11.19-MariaDB')}" == "10.11.19-MariaDB"
