"""The hand-over: everything whoever comes next must know, and not one secret."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from hmaint.app.bundle import Request, quarterly
from hmaint.app.bundle_handover import handover
from hmaint.app.handling import Which, sign
from hmaint.app.world import World
from tests.app.bundled import content, everything, make_world, names
from tests.forms.stress import words_of

TERM = Request("icu")
INDEX = "000-服务期满移交清单-icu-handover-index-2026-001.docx"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr("hmaint.report.pdf._office", lambda: None)
    made = make_world(tmp_path)
    for name, text in {
        "dictionary/icu/icu-main.yaml": "tables: {}\n",
        "dictionary/lis/lis.yaml": "tables: {}\n",
        "playbooks/inspect/own.yaml": "name: inspect/own\nvars: {password: Nightingale-1820}\n",
        "baselines/icu.yaml": "icu-app-1: {}\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return made


def test_everything_of_the_site_is_there_and_nothing_of_another(world: World) -> None:
    quarterly(world, Request("icu", "2026Q4"))
    bundled = handover(world, TERM)
    assert names(world, bundled) == [
        INDEX,
        "文档/001-日常系统巡检记录-R-20261010-090000-icu.docx",
        "文档/002-系统健康检查与性能分析报告-R-20261110-090000-icu.docx",
        "文档/003-日常系统巡检记录-R-20261110-090000-icu.docx",
        "文档/004-季度汇总与提交清单-icu-quarterly-index-2026-001.docx",
        "资料/inventory.json",
        "资料/dictionary/icu/icu-main.yaml",
        "资料/playbooks/inspect/own.yaml",
        "资料/baselines/icu.yaml",
        "资料/contracts/s3.yaml",
        "资料/records.json",
    ]
    listed = words_of(content(world, bundled, INDEX))
    for name in names(world, bundled)[1:]:
        assert hashlib.sha256(content(world, bundled, name)).hexdigest() in listed


def test_no_secret_leaves(world: World) -> None:
    with zipfile.ZipFile(world.workspace.root / handover(world, TERM).path) as package:
        for name in package.namelist():
            held = package.read(name)
            if name.endswith(".docx"):
                held = words_of(held).encode()
            for secret in ("Nightingale-1820", "Semmelweis1847"):
                assert secret.encode() not in held, name


def test_the_records_are_whole(world: World) -> None:
    quarterly(world, Request("icu", "2026Q4"))
    records = json.loads(content(world, handover(world, TERM), "资料/records.json"))
    assert [run["id"] for run in records["runs"]] == [
        "R-20260801-090000-icu", "R-20261010-090000-icu", "R-20261110-090000-icu",
    ]  # fmt: skip
    assert all(len(run["checks"]) == 3 for run in records["runs"])
    assert len(records["findings"]) == 1
    assert len(records["documents"]) == 4


def test_what_is_not_there_is_said(world: World) -> None:
    (world.workspace.root / "baselines" / "icu.yaml").unlink()
    outside = world.workspace.root / "playbooks" / "outside.yaml"
    outside.symlink_to("/etc/hostname")
    (world.workspace.root / "playbooks" / "binary.bin").write_bytes(b"\xff\xfe\x00")
    bundled = handover(world, TERM)
    assert bundled.notes == [
        "知识库：目前还没有知识库记录，故障处理经验须另行移交。",
        "配置基线：工作区中没有本系统的配置基线。",
        "巡检方案 playbooks/binary.bin：不是 UTF-8 文本，无法确认不含凭据，未随附。",
        "巡检方案 playbooks/outside.yaml：是指向工作区外的链接，未随附。",
    ]
    listed = words_of(content(world, bundled, INDEX))
    assert all(note.partition("：")[2] in listed for note in bundled.notes)
    assert not any("outside" in name or "binary" in name for name in names(world, bundled))


def test_open_findings_and_assets_are_listed(world: World) -> None:
    listed = words_of(content(world, handover(world, TERM), INDEX))
    assert "磁盘空间使用率（icu-app-1 /data）：已用 83.1%" in listed
    assert "10.1.2.11:22" in listed
    assert "应用服务器" in listed


def test_scans_of_what_was_signed_are_handed_over(world: World, tmp_path: Path) -> None:
    number = quarterly(world, Request("icu", "2026Q4")).papers[0].document.number
    scan = tmp_path / "扫描件 1.pdf"
    scan.write_bytes(b"%PDF-1.4 signed")
    sign(world, Which(number), scan, "李主任")
    bundled = handover(world, TERM)
    (signed,) = (name for name in names(world, bundled) if name.startswith("签字件/"))
    assert content(world, bundled, signed) == b"%PDF-1.4 signed"
    assert signed == f"签字件/{number}-v1-1-扫描件 1.pdf"


def test_handing_over_twice_changes_nothing(world: World) -> None:
    quarterly(world, Request("icu", "2026Q4"))
    first = handover(world, TERM)
    before = everything(world.workspace.reports)
    second = handover(world, TERM)
    assert (second.path, second.index) == (first.path, first.index)
    assert everything(world.workspace.reports) == before
