"""The demo: 1.0 becomes 1.1 on one laptop, a broken 1.2 is put back by itself, and nothing is left running."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DEMO = Path(__file__).parents[2] / "demo" / "upgrade.py"


def test_the_demo_upgrades_and_puts_a_broken_release_back(tmp_path: Path) -> None:
    place = tmp_path / "demo-upgrade"
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(DEMO), str(place)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(exit status 0; the board says it is 1.1)" in done.stdout
    assert "(exit status 1; the board says it is 1.1)" in done.stdout
    assert "Traceback" not in done.stderr
    server = place / "server"
    assert (server / "current").readlink().name == "1.1"
    assert not (server / "releases" / "1.2").exists()
    assert not (server / "board.pid").exists()
    assert len(list((place / "reports").rglob("*.docx"))) >= 2
    again = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(DEMO), str(place)], capture_output=True, text=True, check=False, timeout=60
    )
    assert again.returncode == 64
    assert "Traceback" not in again.stderr
