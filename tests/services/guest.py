"""A second Debian in a folder, for servers this machine's own Debian does not have; `make test-matrix` lays it out."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .process import ServiceMissing, awaited, program, run_as

CACHE = Path(os.environ.get("HMAINT_MATRIX_CACHE") or Path(__file__).parents[2] / ".cache" / "matrix")
"""Where tools/matrix.sh puts the servers; read once, as tests run without the caller's HMAINT_ variables."""

_ENTER = """\
set -e
root=$1 shared=$2 who=$3
shift 3
mkdir -p "$root$shared"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
mount --bind "$shared" "$root$shared"
exec chroot --userspec="$who" "$root" "$@"
"""
"""A mount namespace of one's own, left to the server: what is mounted here goes with its last process."""


class Guest:
    """Runs programs of that Debian; the folder for temporary files is the same inside and outside."""

    def __init__(self, root: Path = CACHE / "sid") -> None:
        self._root = root

    def program(self, name: str, package: str, places: Sequence[str] = ("/usr/sbin", "/usr/bin")) -> str:
        """The path of a program as the guest knows it; ServiceMissing where it is not."""
        if os.geteuid() != 0:
            raise ServiceMissing("only root can start a server in another Debian's folder")
        for place in places:
            for folder in sorted(self._root.glob(place.strip("/")), reverse=True):
                if (folder / name).exists():
                    return f"/{(folder / name).relative_to(self._root)}"
        raise ServiceMissing(f"{name} is not in {self._root} (make test-matrix, package {package})")

    def user(self, name: str) -> str:
        """The `uid:gid` of a user of the guest's."""
        for line in (self._root / "etc" / "passwd").read_text(encoding="utf-8").splitlines():
            fields = line.split(":")
            if fields[0] == name:
                return f"{fields[2]}:{fields[3]}"
        raise ServiceMissing(f"there is no user {name} in {self._root}")

    def folder(self, name: str, user: str) -> Path:
        """A new short-named folder that belongs to the guest's user, reachable from both sides."""
        folder = Path(tempfile.mkdtemp(prefix=f"hmaint-{name}-"))
        os.chown(folder, *map(int, self.user(user).split(":")))
        return folder

    def run(self, user: str, command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        """Start a command as the guest's user in the background, its output in a file."""
        words = [program("unshare", "util-linux"), "--mount", "sh", "-c", _ENTER, "guest"]
        words += [str(self._root), tempfile.gettempdir(), self.user(user), *command]
        return run_as(None, words, log)

    def finish(self, user: str, command: Sequence[str], log: Path) -> None:
        """Run a preparing command to its end; what it printed is part of the failure."""
        awaited(self.run(user, command, log), command[0], log)
