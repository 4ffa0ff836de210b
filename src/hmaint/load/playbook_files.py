"""Where playbooks lie: the workspace's own win over the shipped ones of the same name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from hmaint.errors import BadFile, WrongUsage
from hmaint.kit.hint import did_you_mean
from hmaint.kit.i18n import _, series
from hmaint.kit.resources import shipped

FOLDER = "playbooks"

NAME = r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*)*$"
"""A playbook is asked for by folder and name; nothing in it can lead out of its folder."""

LONGEST_NAME = 100


def find_playbook(name: str, workspace: Path | None) -> Path | None:
    """Find the file of a playbook by its name; None when there is none, or when it is no name."""
    if len(name) > LONGEST_NAME or not re.fullmatch(NAME, name):
        return None
    candidates = (folder / f"{name}.yaml" for folder, _paths in _folders(workspace))
    return next((path for path in candidates if path.is_file()), None)


def open_playbook(name_or_path: str, workspace: Path | None) -> Path:
    """Find what a person named: a playbook by name, or a file by path.

    Raises WrongUsage with the nearest name when there is neither.
    """
    found = find_playbook(name_or_path, workspace)
    if found is not None:
        return found
    path = Path(name_or_path)
    if path.suffix in (".yaml", ".yml") and _is_file(path):
        return path
    words = _("no playbook {name}").format(name=name_or_path)
    raise WrongUsage(words + suggestion(name_or_path, workspace))


def suggestion(name: str, workspace: Path | None) -> str:
    """Name the nearest playbook, or all there are."""
    known = sorted(_named(workspace))
    return did_you_mean(name, known) or _("; there are: {names}").format(names=series(known))


def list_playbooks(workspace: Path | None) -> list[tuple[str, str, Path]]:
    """Every playbook that can be asked for by name: its name, title and file, sorted.

    A file that cannot be read is listed with an empty title, so that it can be found and mended.
    """
    return [(name, _title(path), path) for name, path in sorted(_named(workspace).items())]


def every_playbook(workspace: Path | None) -> list[Path]:
    """The files of all playbooks that can be asked for by name, also of those that another one hides."""
    return [path for _folder, paths in _folders(workspace) for path in sorted(paths)]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # such as a name longer than the file system takes
        return False


def _named(workspace: Path | None) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder, paths in _folders(workspace):
        for path in sorted(paths):
            name = path.relative_to(folder).with_suffix("").as_posix()
            if re.fullmatch(NAME, name):
                found.setdefault(name, path)
    return found


def _folders(workspace: Path | None) -> Iterator[tuple[Path, Iterator[Path]]]:
    own = [workspace / FOLDER] if workspace else []
    for folder in (*own, shipped(FOLDER)):
        yield folder, folder.rglob("*.yaml")


def _title(path: Path) -> str:
    from hmaint.load.yaml import read_yaml  # noqa: PLC0415 - only lists read the files here

    try:
        value = read_yaml(path).value
    except BadFile:
        return ""
    title = value.get("title") if isinstance(value, dict) else None
    return title if isinstance(title, str) else ""
