"""The workspace for what needs no inventory: playbooks and forms, shipped or a workspace's own."""

from __future__ import annotations

import os
from pathlib import Path

from hmaint.errors import BadFile
from hmaint.load.workspace import find_workspace


def workspace_root(workspace: Path | None, inventory: Path | None) -> Path | None:
    """The folder whose own playbooks and forms win; none is fine, unless one was named."""
    try:
        return find_workspace(workspace, inventory, os.environ, Path.cwd()).root
    except BadFile:
        if workspace or inventory:
            raise
        return None
