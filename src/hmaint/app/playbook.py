"""Playbooks as an operator asks about them; they can be read without any inventory."""

from __future__ import annotations

from pathlib import Path

from hmaint.app.kinds import KINDS
from hmaint.app.root import workspace_root
from hmaint.load.playbook import list_playbooks, load_playbook, playbook_schema
from hmaint.model.playbook import Playbook


def listed(workspace: Path | None, inventory: Path | None) -> list[dict[str, object]]:
    """Name, title and place of every playbook."""
    return [
        {"name": name, "title": title, "where": str(where)}
        for name, title, where in list_playbooks(workspace_root(workspace, inventory))
    ]


def load(workspace: Path | None, inventory: Path | None, name: str) -> Playbook:
    """A playbook, checked whole; BadFile with every fault."""
    return load_playbook(name, workspace=workspace_root(workspace, inventory), kinds=KINDS)


def schema() -> dict[str, object]:
    """A JSON Schema of playbook files."""
    return playbook_schema(KINDS)
