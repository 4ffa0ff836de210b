"""Names of documents: taken once, by one writer, also without hard links and with many writers."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hmaint.report.versions import versioned, write_version


def no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "no hard links here")


@pytest.fixture(params=["hard links", "none"])
def _links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "none":
        monkeypatch.setattr(os, "link", no_links)


@pytest.mark.usefixtures("_links")
def test_many_writers_each_get_a_name_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "sheet.docx"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: write_version(path, lambda version: b"%d" % version), range(24)))
    assert sorted(made) == sorted(versioned(path, version) for version in range(1, 25))
    for version in range(1, 25):
        assert versioned(path, version).read_bytes() == b"%d" % version
    assert len(list(tmp_path.iterdir())) == 24


@pytest.mark.usefixtures("_links")
def test_a_name_taken_meanwhile_makes_the_next_version_anew(tmp_path: Path) -> None:
    path = tmp_path / "sheet.docx"

    def make(version: int) -> bytes:
        if version == 1:
            path.write_bytes(b"signed")
        return b"%d" % version

    assert write_version(path, make).name == "sheet-v2.docx"
    assert (path.read_bytes(), versioned(path, 2).read_bytes()) == (b"signed", b"2")


def test_a_dangling_link_counts_as_taken(tmp_path: Path) -> None:
    path = tmp_path / "sheet.docx"
    path.symlink_to(tmp_path / "elsewhere.docx")
    assert write_version(path, lambda _: b"x").name == "sheet-v2.docx"
    assert not (tmp_path / "elsewhere.docx").exists()


def test_nothing_is_left_behind_when_making_fails(tmp_path: Path) -> None:
    def fail(_: int) -> bytes:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the bare one raised above
        write_version(tmp_path / "sheet.docx", fail)
    assert list(tmp_path.iterdir()) == []
