"""Show an upgrade on this machine alone: 1.0 becomes 1.1, then a broken 1.2 is put back by itself."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from make_upgrade import backup, workspace  # another script of this folder

HMAINT = str(Path(sys.executable).with_name("hmaint"))
APPROVAL = "同意在窗口内升级。李主任"


def main(folder: Path) -> int:
    """Lay out, upgrade twice, take everything down again. 0 when both ended as they must."""
    if folder.exists():
        sys.stderr.write(f"{folder} is there already: take it away (make clean) and try again\n")
        return 64
    workspace(folder, datetime.now(UTC))
    ctl = str(folder / "server" / "current" / "ctl")
    subprocess.run([ctl, "start"], check=True)  # noqa: S603 - the demo's own application
    try:
        good = [_upgraded(folder, "1.1", 0, "1.1"), _upgraded(folder, "1.2", 1, "1.1")]
        _hmaint(folder, "upgrade", "versions")
        return int(not all(good))
    finally:
        subprocess.run([ctl, "stop"], check=False)  # noqa: S603 - the demo's own application


def _upgraded(folder: Path, version: str, wanted: int, runs: str) -> bool:
    """One upgrade with everything that belongs before it; whether it ended with that status and that release."""
    _say(f"\n== {_version(folder)} → {version} ==\n")
    plan = f"plans/board-{version}.yaml"
    backup(folder, datetime.now(UTC))
    evidence = folder / "plans" / f"approval-{version}.txt"
    evidence.write_text(APPROVAL + "\n", encoding="utf-8")
    before = [
        _hmaint(folder, "backup-verify", "--site", "ward", "--quiet"),
        _hmaint(folder, "upgrade", "check", plan),
        _hmaint(folder, "upgrade", "request", plan),
        _hmaint(
            folder,
            "upgrade",
            "approve",
            plan,
            "--by",
            "李主任",
            "--text",
            APPROVAL,
            "--evidence",
            str(evidence),
        ),
    ]
    ended = _hmaint(folder, "upgrade", "run", plan, "--supervisor", "王主任", "--yes")
    now = _version(folder)
    _say(f"(exit status {ended}; the board says it is {now})\n")
    told = _hmaint(folder, "upgrade", "report")
    return not told and not any(before) and (ended, now) == (wanted, runs)


def _hmaint(folder: Path, *words: str) -> int:
    shown = [f"'{word}'" if " " in word or "。" in word else word for word in words]
    _say(f"\n$ hmaint {' '.join(shown)}\n")
    return subprocess.run([HMAINT, *words], cwd=folder, check=False).returncode  # noqa: S603 - our own command


def _version(folder: Path) -> str:
    settings = (folder / "server" / "settings").read_text(encoding="utf-8")
    port = settings.rpartition("BOARD_PORT=")[2].strip()
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/version", timeout=5) as page:
            return str(page.read().decode())
    except urllib.error.URLError as error:
        return f"silent ({error.reason})"


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-upgrade").resolve()))
