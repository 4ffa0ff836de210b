"""A new workspace: folders, an example inventory with comments, and what git must not take."""

from __future__ import annotations

import os
from pathlib import Path

from hmaint.errors import Refused
from hmaint.kit.i18n import _
from hmaint.load.workspace import INVENTORY, private_folder

_SAMPLES = Path(__file__).parent / "samples"
_FILES = {
    INVENTORY: "inventory.yaml",
    ".gitignore": "gitignore.txt",
    "playbooks/data/example.yaml": "data-example.yaml",
}
_FOLDERS = ("contracts", "playbooks", "playbooks/data", "plans", "report_templates")


def create_workspace(folder: Path) -> list[Path]:
    """Make a workspace and list what was made; Refused, with nothing made, where an inventory stands already.

    Other files and folders that are there stay as they are.
    """
    try:
        if (folder / INVENTORY).exists():
            words = _("{file} is there already; no file was changed")
            raise Refused(words.format(file=folder / INVENTORY))
        return _made(folder)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else _("unknown reason")
        words = _("the workspace {folder} cannot be made: {reason}")
        raise Refused(words.format(folder=folder, reason=why)) from None


def _made(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    made = [path for name in _FOLDERS if _make_folder(path := folder / name)]
    private_folder(folder)
    return [path for name, sample in _FILES.items() if _copy(sample, path := folder / name)] + made


def _make_folder(path: Path) -> bool:
    if path.exists():
        return False
    path.mkdir()
    return True


def _copy(sample: str, path: Path) -> bool:
    try:
        with path.open("xb") as stream:
            stream.write((_SAMPLES / sample).read_bytes())
    except FileExistsError:
        return False
    return True
