"""A new workspace: folders, an example inventory with comments, and what git must not take."""

from __future__ import annotations

import os
import re
from pathlib import Path

from hmaint.errors import Refused, WrongUsage
from hmaint.kit.hint import meant
from hmaint.kit.i18n import _
from hmaint.kit.resources import shipped
from hmaint.load.workspace import INVENTORY, private_folder

_SAMPLES = Path(__file__).parent / "samples"
_FILES = {
    INVENTORY: "inventory.yaml",
    ".gitignore": "gitignore.txt",
    "playbooks/data/example.yaml": "data-example.yaml",
}
_CONTRACTS = "contracts"
_FOLDERS = (_CONTRACTS, "playbooks", "playbooks/data", "plans", "report_templates")


def create_workspace(folder: Path, contract: str = "") -> list[Path]:
    """Make a workspace and list what was made; Refused, with nothing made, where an inventory stands already.

    `contract` names an example to begin a contract from; it is put into a workspace that is there already, too. Other
    files and folders that are there stay as they are. WrongUsage where there is no such example.
    """
    example = _example(contract) if contract else None
    try:
        if example is not None and (folder / INVENTORY).exists():
            return [_contract(folder, example)]
        if (folder / INVENTORY).exists():
            words = _("{file} is there already; no file was changed")
            raise Refused(words.format(file=folder / INVENTORY))
        made = _made(folder)
        return made if example is None else [*made, _begun(folder, example)]
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else _("unknown reason")
        words = _("the workspace {folder} cannot be made: {reason}")
        raise Refused(words.format(folder=folder, reason=why)) from None


def _made(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    made = [path for name in _FOLDERS if _make_folder(path := folder / name)]
    private_folder(folder)
    return [path for name, sample in _FILES.items() if _copy(sample, path := folder / name)] + made


def _example(name: str) -> Path:
    known = {path.stem: path for path in shipped(_CONTRACTS).glob("*.yaml")}
    if name not in known:
        words = _("no contract {name}").format(name=name)
        raise WrongUsage(words + meant(name, sorted(known)))
    return known[name]


def _begun(folder: Path, example: Path) -> Path:
    """Put the contract into a new workspace, and its name under the site."""
    path = _contract(folder, example)
    inventory = folder / INVENTORY
    text = inventory.read_text("utf-8")
    named = re.sub(
        r"(?m)^    # contract: icu .*$",
        f"    contract: {example.stem}              # contracts/{path.name}",
        text,
    )
    inventory.write_text(named, "utf-8")
    return path


def _contract(folder: Path, example: Path) -> Path:
    path = folder / _CONTRACTS / example.name
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("xb") as stream:
            stream.write(example.read_bytes())
    except FileExistsError:
        words = _("{file} is there already; no file was changed")
        raise Refused(words.format(file=path)) from None
    return path


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
