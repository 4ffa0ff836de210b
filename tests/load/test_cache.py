"""Files that were read once are taken out of the cache, and never for anything they are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from hmaint.duty.statutory import packaged_year
from hmaint.errors import BadFile
from hmaint.load import cache, days, inventory_read, profile_read
from hmaint.load.calendars import year_text
from hmaint.load.contract import _read as read_cached
from hmaint.load.contract import load_contract
from hmaint.load.days import load_days
from hmaint.load.inventory import load_inventory
from hmaint.model.inventory import Inventory

TEXT = """\
version: 1
hospital: {name: 某医院}
sites:
  icu: {name: 重症, contract: s3, hosts: {app: {address: 10.0.0.1, ssh: {user: ops, password: !secret app}}}}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".hmaint").mkdir()
    (tmp_path / "contracts").mkdir()
    (tmp_path / "inventory.yaml").write_text(TEXT, "utf-8")
    return tmp_path


@pytest.fixture
def forbid(monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_words: object) -> object:
        pytest.fail("the file was read again")

    monkeypatch.setattr(inventory_read, "read_inventory", read)
    monkeypatch.setattr(profile_read, "read_profile", read)


def _kept(root: Path) -> list[Path]:
    return sorted((root / ".hmaint" / "cache").glob("*"))


def _load(root: Path) -> Inventory:
    return load_inventory(root / "inventory.yaml", root)


def test_the_second_time_it_is_the_same_and_nothing_is_parsed(
    root: Path, request: pytest.FixtureRequest
) -> None:
    first = _load(root)
    request.getfixturevalue("forbid")
    assert _load(root) == first
    assert first.sites["icu"].hosts[0].ssh.password is not None
    assert [path.stat().st_mode & 0o777 for path in _kept(root)] == [0o600]


def test_one_byte_more_is_another_file(root: Path) -> None:
    _load(root)
    with (root / "inventory.yaml").open("a", encoding="utf-8") as stream:
        stream.write("  ris: {name: 放射, hosts: {}}\n")
    assert list(_load(root).sites) == ["icu", "ris"]


def test_a_file_that_went_wrong_is_refused_whatever_was_kept(root: Path) -> None:
    _load(root)
    (root / "inventory.yaml").write_text(TEXT.replace("version: 1", "version: 7"), "utf-8")
    for _time in range(2):
        with pytest.raises(BadFile):
            _load(root)
    assert len(_kept(root)) == 1


def test_another_state_of_the_code_reads_anew(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _load(root)
    (path,) = _kept(root)
    before = path.read_bytes()
    monkeypatch.setattr(cache, "_code", lambda: b"another")
    assert _load(root) == first
    assert path.read_bytes() != before


def test_code_that_cannot_be_seen_keeps_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache._code.cache_clear()
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "hmaint.pyz" / "hmaint" / "load" / "cache.pyc"))
    try:
        assert list(_load(root).sites) == ["icu"]
        assert _kept(root) == []
    finally:
        cache._code.cache_clear()


def test_a_calendar_that_is_replaced_meanwhile_is_not_kept_for_what_it_was(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "calendars").mkdir()
    path = root / "calendars" / "2025-1.yaml"
    path.write_text(year_text(packaged_year(2025)), "utf-8")
    before = path.read_bytes()
    path.write_text(year_text(replace(packaged_year(2025), off=frozenset())), "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(days, "read_bytes", lambda _path: before)
        assert load_days(root).sha256 == load_days(root).sha256
    path.write_bytes(before)
    kept = load_days(root)
    for each in _kept(root):
        each.unlink()
    assert kept.sha256 == load_days(root).sha256


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", "cut", "bit"])
def test_a_damaged_one_is_made_anew(root: Path, damage: bytes | str) -> None:
    first = _load(root)
    (path,) = _kept(root)
    whole = path.read_bytes()
    bit = bytearray(whole)
    bit[len(bit) // 2] ^= 1
    path.write_bytes(
        {"cut": whole[:-10], "bit": bytes(bit)}.get(damage, damage) if isinstance(damage, str) else damage
    )
    assert _load(root) == first
    assert path.read_bytes() == whole


def test_a_whole_one_of_another_kind_is_not_believed(root: Path) -> None:
    (root / "calendars").mkdir()
    first = _load(root)
    (path,) = _kept(root)
    text = b'[[],["tuple",1]]'
    source = cache._digest(cache._code(), (root / "inventory.yaml").read_bytes())
    path.write_bytes(cache._seal(source, text) + b"\n" + text)
    assert cache._opened(path.read_bytes(), source) == (1,)
    assert _load(root) == first


def test_nothing_is_kept_where_secrets_may_be_written_out(root: Path) -> None:
    text = TEXT.replace("version: 1", "version: 1\nallow_plaintext: true").replace("!secret app", "hunter2")
    (root / "inventory.yaml").write_text(text, "utf-8")
    found = _load(root).sites["icu"].hosts[0].ssh.password
    assert found is not None
    assert found.source == "plain"
    assert _kept(root) == []


def test_looking_makes_no_private_folder(root: Path) -> None:
    (root / ".hmaint").rmdir()
    _load(root)
    assert not (root / ".hmaint").exists()


def test_a_folder_that_cannot_be_written_costs_nothing(root: Path) -> None:
    (root / ".hmaint" / "cache").write_text("a file where the folder should be", "utf-8")
    assert list(_load(root).sites) == ["icu"]


def test_what_was_taken_out_of_a_file_is_kept_no_longer(root: Path) -> None:
    (root / "inventory.yaml").write_text(TEXT.replace("重症", "抹去之名"), "utf-8")
    _load(root)
    assert "抹去之名" in _kept(root)[0].read_text("utf-8")
    (root / "inventory.yaml").write_text(TEXT, "utf-8")
    _load(root)
    assert [path for path in _kept(root) if "抹去之名" in path.read_text("utf-8")] == []


def test_contracts_and_calendars_are_kept_too(root: Path, request: pytest.FixtureRequest) -> None:
    shipped = Path(__file__).parents[2] / "contracts" / "s3.yaml"
    (root / "contracts" / "s3.yaml").write_bytes(shipped.read_bytes())
    (root / "calendars").mkdir()
    (root / "calendars" / "2025-1.yaml").write_text(year_text(packaged_year(2025)), "utf-8")
    contract, known = load_contract(root, "s3"), load_days(root)
    read_cached.cache_clear()
    request.getfixturevalue("forbid")
    assert load_contract(root, "s3") == contract
    assert load_days(root).sha256 == known.sha256
    assert len(_kept(root)) == 2
