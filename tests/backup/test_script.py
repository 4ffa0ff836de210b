"""The script itself: every shell and awk of the field reads it alike, and a tool that is not there is named."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from hmaint.backup.ask import call, library
from hmaint.backup.place import places_of
from hmaint.model.inventory import Backup

MYSQL = (
    "-- MariaDB dump 10.19\n-- Host: localhost    Database: tj\n/*!40111 SET @OLD_SQL_NOTES=@@SQL_NOTES */;\n"
    "CREATE TABLE `exam` (\n  `id` int,\n  CONSTRAINT `x` FOREIGN KEY (`id`) REFERENCES `p` (`id`)\n);\n"
    "INSERT INTO `exam` VALUES (1,'血常规'),(2,'正常（复查），（1）'),\n(3,'a'),(4,NULL);\n"
    "INSERT INTO `exam` (`id`, `said`) VALUES\n(5,'b'),\n(6,'c');\n"
    "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 trigger t after insert on exam */;;\n"
    "/*!50001 VIEW `v` AS select 1 */;\nCREATE DEFINER=`a`@`b` PROCEDURE `p`()\n"
    "-- Dump completed on 2026-11-25  2:00:01\n"
)
POSTGRESQL = (
    "--\n-- PostgreSQL database dump\n--\nSET client_encoding = 'UTF8';\n"
    "CREATE TABLE public.exam (\n    id integer\n);\n"
    "COPY public.exam (id, said) FROM stdin;\n1\t血常规\n2\tCREATE TABLE x (\n\\.\n"
    "INSERT INTO public.other VALUES (1, 'a');\nINSERT INTO public.other VALUES\n\t(2, 'b'),\n\t(3, 'c');\n"
    "ALTER TABLE ONLY public.exam\n    ADD CONSTRAINT e FOREIGN KEY (id) REFERENCES public.p(id);\n"
    "--\n-- PostgreSQL database dump complete\n--\n\n"
)


@pytest.fixture(scope="module")
def busybox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PATH on which there is nothing but BusyBox, and no xz."""
    folder = tmp_path_factory.mktemp("busybox")
    subprocess.run(["busybox", "--install", "-s", str(folder)], check=True)  # noqa: S603, S607 - on the path
    for name in ("xz", "unxz", "xzcat"):
        (folder / name).unlink(missing_ok=True)
    return folder


def told(path: Path, shell: list[str], place: str) -> list[str]:
    """What the script tells in a shell, without what lies in the moment; the order of side streams is free."""
    backup = Backup(
        "full", "tj", str(path), contains=("血常规", "不在"), immutable=("exam",), files=("*.sql",)
    )
    text = library() + call(places_of(backup)[0])
    done = subprocess.run(  # noqa: S603 - what is under test
        [*shell, "-s"],
        input=text.encode(),
        capture_output=True,
        check=True,
        env={"PATH": place, "LC_ALL": "C"},
    )
    passing = ("host_", "space", "missing")
    return sorted(line for line in done.stdout.decode().splitlines() if not line.startswith(passing))


@pytest.mark.parametrize("text", [MYSQL, POSTGRESQL], ids=["mysql", "postgresql"])
def test_shells_and_awks_read_alike(text: str, tmp_path: Path, busybox: Path) -> None:
    path = tmp_path / "tj.sql.gz"
    path.write_bytes(gzip.compress(text.encode()))
    old = time.time() - 7200
    os.utime(path, (old, old))
    tools = {name: tmp_path / name for name in ("gawk", "mawk")}
    for name, folder in tools.items():
        folder.mkdir()
        found = shutil.which(name)
        assert found is not None, f"{name} is not installed"
        for alias in ("awk", "mawk"):
            (folder / alias).symlink_to(found)
    here = os.environ["PATH"]
    plain = told(path, ["/bin/sh"], here)
    assert any(line.startswith("section\t1\t" if text is MYSQL else "section\t2\t") for line in plain)
    assert "word\t1\t1" in plain
    assert "word\t2\t0" in plain
    table = "table\t\texam\t6\t1" if text is MYSQL else "table\t\tpublic.exam\t2\t1"
    assert table in plain
    assert ("table\t\tpublic.other\t3\t0" in plain) is (text is POSTGRESQL)
    for shell in (["bash"], ["busybox", "sh"], ["mksh"]):
        assert told(path, shell, here) == plain, shell
    for name, folder in tools.items():
        assert told(path, ["/bin/sh"], f"{folder}:{here}") == plain, name
    assert told(path, [str(busybox / "sh")], str(busybox)) == plain


def test_a_tool_that_is_not_there_is_named(tmp_path: Path, busybox: Path) -> None:
    path = tmp_path / "tj.sql.xz"
    packed = subprocess.run(["xz", "-c"], input=MYSQL.encode(), capture_output=True, check=True)  # noqa: S607 - on the path
    path.write_bytes(packed.stdout)
    text = library() + call(places_of(Backup("full", "tj", str(path)))[0])
    done = subprocess.run(  # noqa: S603 - what is under test
        [str(busybox / "sh"), "-s"],
        input=text.encode(),
        capture_output=True,
        check=True,
        env={"PATH": str(busybox)},
    )
    lines = done.stdout.decode().splitlines()
    assert "missing\txz" in lines
    assert any(line.startswith("sha256\t") for line in lines)
    assert not any(line.startswith(("table", "unpacked\t")) for line in lines)
