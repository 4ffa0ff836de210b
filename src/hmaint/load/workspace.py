"""The folder an engineer keeps for the hospitals they serve: finding it, and what lies where in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from hmaint.errors import BadFile, Fault, Place, Refused
from hmaint.kit.frozen import dataclass
from hmaint.kit.i18n import _

INVENTORY = "inventory.yaml"
SECRETS = "secrets.age"
VARIABLE = "HMAINT_WORKSPACE"
_PRIVATE = ".hmaint"


@dataclass(frozen=True, slots=True)
class Workspace:
    """One workspace and the inventory file in force; every path is absolute."""

    root: Path
    inventory_path: Path

    @property
    def private(self) -> Path:
        return self.root / _PRIVATE

    @property
    def records(self) -> Path:
        return self.private / "records.db"

    @property
    def audit(self) -> Path:
        return self.private / "audit.jsonl"

    @property
    def evidence(self) -> Path:
        return self.private / "evidence"

    @property
    def locks(self) -> Path:
        return self.private / "locks"

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def secrets(self) -> Path:
        return self.root / SECRETS

    @property
    def known_hosts(self) -> Path:
        return self.root / "known_hosts"

    @property
    def known_hosts_files(self) -> tuple[Path, ...]:
        """Where trusted keys are looked for: the workspace's own first, then this person's."""
        return (self.known_hosts, Path(os.path.expanduser("~")) / ".ssh" / "known_hosts")  # noqa: PTH111 - Path.home() raises where cron has no home

    def prepare(self) -> None:
        """Make the private folder if it is not there; Refused when it cannot be made."""
        private_folder(self.root)


def private_folder(root: Path) -> Path:
    """Make `.hmaint`, for its owner alone; Refused when that cannot be done."""
    folder = root / _PRIVATE
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else _("unknown reason")
        raise Refused(_("{folder} cannot be made: {reason}").format(folder=folder, reason=why)) from None
    return folder


def cache_folder(root: Path) -> Path:
    """Where a workspace keeps what can be made anew from its files at any time."""
    return root / _PRIVATE / "cache"


def find_workspace(
    workspace: Path | None, inventory: Path | None, environ: Mapping[str, str], cwd: Path
) -> Workspace:
    """Find the workspace: `-i` and `-w` as given, else HMAINT_WORKSPACE, else the nearest folder upward.

    BadFile names what was looked for when there is none.
    """
    if inventory is not None:
        path = _absolute(inventory, cwd)
        if not path.is_file():
            raise _nothing(path, _("there is no such file ({by})").format(by="--inventory"))
        return Workspace(path.parent if workspace is None else _folder(workspace, cwd, "--workspace"), path)
    if workspace is not None:
        return _named(workspace, cwd, "--workspace")
    if named := environ.get(VARIABLE, ""):
        return _named(Path(named), cwd, VARIABLE)
    return _nearest(cwd)


def _named(folder: Path, cwd: Path, by: str) -> Workspace:
    root = _folder(folder, cwd, by)
    path = root / INVENTORY
    if not path.is_file():
        words = _("there is no such file (the workspace is named by {by})")
        raise _nothing(path, words.format(by=by))
    return Workspace(root, path)


def _nearest(cwd: Path) -> Workspace:
    here = _absolute(cwd, Path.cwd())
    for folder in (here, *here.parents):
        if (folder / INVENTORY).is_file():
            return Workspace(folder, folder / INVENTORY)
    words = _(
        "neither here nor in a folder above is {file} (and no --workspace, --inventory or {variable} was given)"
    )
    raise _nothing(here, words.format(file=INVENTORY, variable=VARIABLE))


def _folder(folder: Path, cwd: Path, by: str) -> Path:
    root = _absolute(folder, cwd)
    if not root.is_dir():
        raise _nothing(root, _("there is no such folder ({by})").format(by=by))
    return root


def _absolute(path: Path, cwd: Path) -> Path:
    home = str(path).startswith("~")
    expanded = Path(os.path.expanduser(path)) if home else path  # noqa: PTH111 - Path.expanduser raises without a home
    return Path(os.path.normpath(cwd / expanded))


def _nothing(path: Path, words: str) -> BadFile:
    return BadFile([Fault(Place(str(path)), words + _("; hmaint init makes a new workspace"))])
