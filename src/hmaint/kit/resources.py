"""Where the files that ship with hmaint lie: inside the wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path


def shipped(folder: str) -> Path:
    """The folder of that name among the files that ship with hmaint."""
    package = Path(__file__).parents[1]
    packed = package / folder
    return packed if packed.is_dir() else package.parents[1] / folder
