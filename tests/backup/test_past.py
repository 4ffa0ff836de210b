"""What the last good looks told is what a backup is compared with, and a bad one never is."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

from .verifying import Ward

HEAD = "-- MariaDB dump 10.19\n-- Host: localhost    Database: tj\n/*!40101 SET NAMES utf8mb4 */;\n"


def dump(exam: int = 300, *, trace: bool = True, finished: bool = True, view: bool = True) -> bytes:
    rows = ",".join(f"({n},'血常规','{os.urandom(20).hex()}')" for n in range(exam))
    text = HEAD + f"CREATE TABLE `exam` (\n  `id` int\n);\nINSERT INTO `exam` VALUES {rows};\n"
    if trace:
        text += "CREATE TABLE `trace` (\n  `id` int\n);\nINSERT INTO `trace` VALUES (1);\n"
    if view:
        text += "/*!50001 VIEW `v` AS select 1 */;\n"
    return gzip.compress((text + ("-- Dump completed\n" if finished else "")).encode())


def test_tables_rows_objects_and_sizes_are_compared_with_the_last_good_ones(
    tmp_path: Path, ward: Ward
) -> None:
    path = tmp_path / "tj.gz"
    path.write_bytes(dump())
    first = ward.verify(path)
    assert first.bad == {}
    assert first.level("tables.missing") == "skipped"
    second = ward.verify(path)
    assert second.bad == {}
    assert second.level("tables.missing") == "ok"
    assert second.level("size.trend") == "ok"
    path.write_bytes(dump(100, trace=False, view=False))
    for _night in range(2):  # told on the first night and on the next: the good one stays what counts
        bad = ward.verify(path).bad
        assert {"tables.missing", "tables.rows", "objects.missing", "size.trend"} <= bad.keys()
    path.write_bytes(dump())
    assert ward.verify(path).bad == {}


def test_a_bad_first_look_is_nothing_to_compare_with(tmp_path: Path, ward: Ward) -> None:
    path = tmp_path / "tj.gz"
    path.write_bytes(dump(1000, finished=False))
    assert "structure.incomplete" in ward.verify(path).bad
    path.write_bytes(dump())
    seen = ward.verify(path)
    assert seen.bad == {}
    assert seen.level("tables.missing") == "skipped"
    assert seen.level("size.trend") == "skipped"
    path.write_bytes(dump(20, finished=False))
    assert "structure.incomplete" in ward.verify(path).bad
    path.write_bytes(dump())
    seen = ward.verify(path)
    assert seen.bad == {}
    assert seen.level("tables.rows") == "ok"
