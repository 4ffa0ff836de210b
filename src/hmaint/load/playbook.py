"""Playbooks by name or from a file, read once for as long as all files they may be made of stay the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hmaint.errors import BadFile
from hmaint.load.cache import cached
from hmaint.load.decode import read_bytes
from hmaint.load.playbook_files import every_playbook, list_playbooks, open_playbook
from hmaint.load.playbook_kind import Kinds, StepKind, render_args
from hmaint.model.playbook import Playbook

__all__ = ["Kinds", "StepKind", "list_playbooks", "load_playbook", "playbook_schema", "render_args"]

_OURS = "hmaint."


def load_playbook(name_or_path: str | Path, *, workspace: Path | None, kinds: Kinds) -> Playbook:
    """Load a playbook by name (`inspect/monthly`) or from a file, with everything it includes.

    `kinds` are the kinds of step there are, by name. Raises WrongUsage when there is no such playbook,
    BadFile with every fault of every file that took part. The digest is the SHA-256 of the content of those
    files, whatever their layout and comments.
    """
    path = open_playbook(str(name_or_path), workspace)
    if workspace is None:
        return _read(path, workspace, kinds)
    sources = _sources(path, workspace)

    def make() -> tuple[Playbook, bool]:
        playbook = _read(path, workspace, kinds)
        # What another package says of its kinds of step may change without a file of ours.
        own = all(type(kinds[step.do]).__module__.startswith(_OURS) for step in playbook.steps)
        return playbook, own and _sources(path, workspace) == sources

    return cached(workspace, Playbook, (str(path),), sources, make)


def playbook_schema(kinds: Kinds) -> dict[str, object]:
    """Make a JSON Schema of playbook files, for editors that complete and check while one types."""
    from hmaint.load.playbook_schema import schema_of  # noqa: PLC0415 - loads the forms

    return schema_of(kinds)


def _read(path: Path, workspace: Path | None, kinds: Kinds) -> Playbook:
    from hmaint.load.playbook_read import read_playbook  # noqa: PLC0415 - only what is not in the cache needs the forms

    return read_playbook(path, workspace=workspace, kinds=kinds)


def _sources(path: Path, workspace: Path) -> bytes:
    """Tell apart any two states of the files of a playbook: its own, and all that can be included by name."""
    return "\n".join(f"{one}\0{_state(one)}" for one in (path, *every_playbook(workspace))).encode(
        "utf-8", "surrogateescape"
    )


def _state(path: Path) -> str:
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except BadFile:  # where it takes part, reading it says so, and nothing is kept
        return ""
