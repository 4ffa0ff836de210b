"""A throwaway OpenSSH server that looks like a machine of its own: its own processes, services and /srv."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from .process import ServiceMissing, program
from .sshd import Sshd

_SCRIPT = """\
set -e
[ ! -d /run/systemd/system ] || mount -t tmpfs tmpfs /run/systemd
mount --bind "$1/init.d" /etc/init.d
mount --bind "$1/srv" /srv
mkdir -p /srv/data
mount -t tmpfs -o size=4m tmpfs /srv/data
head -c "$2" /dev/zero > /srv/data/filler || :
for p in "$1"/bin/*; do [ ! -e "$p" ] || "$p" 3600 & done
shift 2
exec "$@"
"""
"""A mount namespace of one's own: nothing of this is seen outside, and all of it goes with the last process."""

_SERVICE = """\
#!/bin/sh
[ "$1" = status ] && exit {code}
echo "nobody but status may be asked" >&2
exit 1
"""


class Machine(Sshd):
    """`tree` is a folder that becomes the machine's world: `put()` files under its /srv before `start()`.

    `programs` run there for an hour, `services` are its System V services with the exit code of their `status`
    (0 runs, 3 stopped), and `filled` bytes of the 4 MB on /srv/data are taken.
    """

    def __init__(
        self,
        tree: Path,
        *,
        programs: Sequence[str] = (),
        services: dict[str, int] | None = None,
        filled: int = 0,
        options: Sequence[str] = (),
    ) -> None:
        super().__init__(options)
        self._tree = tree
        self._filled = filled
        for name in ("srv", "init.d", "bin"):
            (tree / name).mkdir(parents=True)
        for name in programs:
            shutil.copy(program("sleep", "coreutils"), tree / "bin" / name)
        for name, code in (services or {}).items():
            script = tree / "init.d" / name
            script.write_text(_SERVICE.format(code=code))
            script.chmod(0o755)

    def put(self, path: str, content: bytes) -> str:
        """Lay a file under /srv, and answer the path it has on the machine."""
        file = self._tree / "srv" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return f"/srv/{path}"

    def _wrap(self) -> list[str]:
        if os.geteuid() != 0:
            raise ServiceMissing("only root can give a server a mount namespace of its own")
        words = ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
        own = ["sh", "-c", _SCRIPT, "machine", str(self._tree), str(self._filled)]
        return [program("unshare", "util-linux"), *words, *own]
