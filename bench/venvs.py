"""The peers' own venvs, made on first use with the versions of peers.txt."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.scene import BENCH

PEERS = BENCH / ".peers"


def pinned() -> dict[str, str]:
    """Name and version of every peer that comes from a package index."""
    lines = (BENCH / "peers.txt").read_text(encoding="ascii").split()
    return dict(line.split("==") for line in lines)


def program(peer: str, name: str = "python") -> Path:
    """A program of a peer's venv."""
    return PEERS / peer / "bin" / name


def install(peer: str) -> str:
    """Make the venv of a peer unless it stands at the pinned version; returns what went wrong, or nothing."""
    wanted = f"{peer}=={pinned()[peer]}"
    mark = PEERS / peer / "installed.txt"
    if mark.is_file() and mark.read_text(encoding="ascii") == wanted:
        return ""
    sys.stderr.write(f"bench: installing {wanted} into a venv of its own …\n")
    calls = (
        [sys.executable, "-m", "venv", "--clear", str(PEERS / peer)],
        [str(program(peer)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted],
    )
    for call in calls:
        done = subprocess.run(  # noqa: S603 - fixed command lines
            call, check=False, capture_output=True, text=True, env={**os.environ, "PYTHONWARNINGS": "ignore"}
        )
        if done.returncode != 0:
            return f"{wanted} could not be installed: {(done.stderr.strip().splitlines() or ['?'])[-1]}"
    mark.write_text(wanted, encoding="ascii")
    return ""
