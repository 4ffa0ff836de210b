"""Finding the workspace, and making one."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

import pytest

from hmaint.errors import BadFile, Refused
from hmaint.load.init import create_workspace
from hmaint.load.inventory import load_inventory, warnings
from hmaint.load.workspace import Workspace, find_workspace

TOP = Path(__file__).parents[2]
posix = pytest.mark.skipif(os.name != "posix", reason="Windows keeps permissions in its own way")


def made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "inventory.yaml").write_text("version: 1\n", encoding="utf-8")
    return folder


def missing(workspace: Path | None, inventory: Path | None, environ: dict[str, str], cwd: Path) -> str:
    with pytest.raises(BadFile) as caught:
        find_workspace(workspace, inventory, environ, cwd)
    assert "hmaint init" in str(caught.value)
    return str(caught.value)


def test_the_nearest_folder_upward_is_the_workspace(here: Path) -> None:
    made(here / "a")
    deep = made(here / "a" / "b") / "c" / "d"
    deep.mkdir(parents=True)
    assert find_workspace(None, None, {}, deep) == Workspace(
        here / "a" / "b", here / "a" / "b" / "inventory.yaml"
    )


def test_the_flag_wins_over_the_variable_and_that_over_the_folder(here: Path) -> None:
    for name in ("flag", "variable", "folder"):
        made(here / name)
    environ = {"HMAINT_WORKSPACE": str(here / "variable")}
    assert find_workspace(here / "flag", None, environ, here / "folder").root == here / "flag"
    assert find_workspace(None, None, environ, here / "folder").root == here / "variable"
    assert find_workspace(None, None, {"HMAINT_WORKSPACE": ""}, here / "folder").root == here / "folder"


def test_an_inventory_file_makes_its_folder_the_workspace_unless_one_is_named(here: Path) -> None:
    (made(here / "a") / "other.yaml").touch()
    made(here / "b")
    found = find_workspace(None, Path("a/other.yaml"), {"HMAINT_WORKSPACE": "b"}, here)
    assert (found.root, found.inventory_path) == (here / "a", here / "a" / "other.yaml")
    assert find_workspace(Path("b"), Path("a/other.yaml"), {}, here).root == here / "b"


def test_nothing_found_names_what_was_looked_for(here: Path) -> None:
    (here / "empty").mkdir()
    assert "--workspace、--inventory 或 HMAINT_WORKSPACE" in missing(None, None, {}, here / "empty")
    assert "empty/inventory.yaml" in missing(here / "empty", None, {}, here).replace("\\", "/")
    assert "没有这个文件夹（--workspace）" in missing(here / "none", None, {}, here)
    assert "没有这个文件（--inventory）" in missing(None, Path("x.yaml"), {}, here)
    assert "HMAINT_WORKSPACE" in missing(None, None, {"HMAINT_WORKSPACE": str(here / "empty")}, here)


def test_what_a_workspace_keeps_lies_inside_it(here: Path) -> None:
    workspace = Workspace(here, here / "inventory.yaml")
    inside = (workspace.records, workspace.audit, workspace.evidence, workspace.locks)
    assert all(path.parent == here / ".hmaint" for path in inside)
    assert workspace.known_hosts_files[0] == here / "known_hosts"


@posix
def test_the_private_folder_is_its_owners_alone(here: Path) -> None:
    workspace = Workspace(here, here / "inventory.yaml")
    workspace.prepare()
    workspace.prepare()
    assert stat.S_IMODE(workspace.private.stat().st_mode) == 0o700


def test_a_private_folder_that_cannot_be_made_is_told_in_one_line(here: Path) -> None:
    (here / ".hmaint").touch()
    with pytest.raises(Refused, match="建不了"):
        Workspace(here, here / "inventory.yaml").prepare()


def test_a_new_workspace_is_found_and_its_inventory_is_sound(here: Path) -> None:
    paths = create_workspace(Path("new/hospital"))
    assert all(path.exists() for path in paths)
    assert Path("new/hospital/playbooks") in paths
    found = find_workspace(None, None, {}, here / "new" / "hospital" / "playbooks")
    inventory = load_inventory(found.inventory_path)
    assert (inventory.sites["icu"].title, warnings(inventory)) == ("重症监护系统", [])


def uncommented(text: str) -> str:
    return re.sub(r"(?m)^( *)# (?= *[a-z][\w-]*:)", r"\1", text)


@pytest.mark.parametrize("source", ["init", "example"])
def test_the_commented_examples_are_sound_too(here: Path, source: str) -> None:
    create_workspace(here)
    path = here / "inventory.yaml" if source == "init" else TOP / "inventory.example.yaml"
    text = path.read_text(encoding="utf-8")
    full = here / "full.yaml"
    full.write_text(uncommented(text), encoding="utf-8")
    site = load_inventory(full).sites["icu"]
    windows = {"his-win-1"} if source == "init" else set()
    assert {host.name for host in site.hosts} == {"laptop", "icu-app-1", "icu-db-1", "bastion"} | windows
    assert {host.name for host in site.hosts if host.platform == "windows"} == windows
    assert [site.databases != (), site.endpoints != (), site.backups != ()] == [True] * 3


def test_the_example_inventory_of_the_demo_is_sound() -> None:
    inventory = load_inventory(TOP / "inventory.example.yaml")
    (host,) = inventory.sites["icu"].hosts
    (database,) = inventory.sites["icu"].databases
    assert (host.connection, database.engine, database.path) == ("local", "sqlite", "demo.db")


def test_an_inventory_that_is_there_is_never_overwritten(here: Path) -> None:
    made(here)
    (here / "contracts").mkdir()
    with pytest.raises(Refused, match="已经存在，没有改动任何文件"):
        create_workspace(here)
    assert (here / "inventory.yaml").read_text(encoding="utf-8") == "version: 1\n"
    assert not (here / "playbooks").exists()


def test_files_that_are_there_already_stay_as_they_are(here: Path) -> None:
    (here / ".gitignore").write_text("mine\n", encoding="utf-8")
    (here / "playbooks").mkdir()
    paths = create_workspace(here)
    assert (here / ".gitignore").read_text(encoding="utf-8") == "mine\n"
    assert here / "playbooks" not in paths
    assert here / ".gitignore" not in paths


def test_git_is_told_to_leave_records_alone(here: Path) -> None:
    create_workspace(here)
    assert ".hmaint/" in (here / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_a_place_where_nothing_can_be_made_is_told_in_one_line(here: Path) -> None:
    (here / "file").touch()
    with pytest.raises(Refused, match="建不了工作区"):
        create_workspace(here / "file" / "new")
