"""Playbooks as an operator asks about them; they can be read without any inventory."""

from __future__ import annotations

import os
from pathlib import Path

from hmaint.app.kinds import KINDS
from hmaint.errors import BadFile
from hmaint.load.playbook import list_playbooks, load_playbook, playbook_schema
from hmaint.load.workspace import find_workspace
from hmaint.model.playbook import Playbook


def _root(workspace: Path | None, inventory: Path | None) -> Path | None:
    """The workspace whose playbooks win; none is fine here unless one was named."""
    try:
        return find_workspace(workspace, inventory, os.environ, Path.cwd()).root
    except BadFile:
        if workspace or inventory:
            raise
        return None


def listed(workspace: Path | None, inventory: Path | None) -> list[dict[str, object]]:
    """Name, title and place of every playbook."""
    return [
        {"name": name, "title": title, "where": str(where)}
        for name, title, where in list_playbooks(_root(workspace, inventory))
    ]


def load(workspace: Path | None, inventory: Path | None, name: str) -> Playbook:
    """A playbook, checked whole; BadFile with every fault."""
    return load_playbook(name, workspace=_root(workspace, inventory), kinds=KINDS)


def schema() -> dict[str, object]:
    """A JSON Schema of playbook files."""
    return playbook_schema(KINDS)
