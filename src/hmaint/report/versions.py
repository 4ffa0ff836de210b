"""Documents on disk: whole or not at all, and never one over another."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def versioned(path: Path, version: int) -> Path:
    """Name a version: the first has none in its name."""
    return path if version == 1 else path.with_name(f"{path.stem}-v{version}{path.suffix}")


def write_version(path: Path, make: Callable[[int], bytes], first: int = 1) -> Path:
    """Write what `make` gives for the first version from `first` on whose name is free, and tell that name.

    Raise OSError where the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    version = first
    while True:
        target = versioned(path, version)
        # A name may be taken between looking and writing; then the next version is made, not just renamed.
        if not os.path.lexists(target) and _write(target, make(version)):
            return target
        version += 1


def _write(target: Path, content: bytes) -> bool:
    handle, scratch = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return _place(scratch, target)
    finally:
        Path(scratch).unlink(missing_ok=True)


def _place(scratch: str, target: Path) -> bool:
    """Give the finished file its name unless somebody took it meanwhile."""
    try:
        os.link(scratch, target)
    except FileExistsError:
        return False
    except OSError:
        return _reserve(scratch, target)
    return True


def _reserve(scratch: str, target: Path) -> bool:
    """Do the same on file systems without hard links, such as a USB stick's."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return False
    Path(scratch).replace(target)
    return True
