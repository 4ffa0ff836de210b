"""A throwaway OpenSSH server that can be upgraded: files, services, a name and a boot of its own."""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from .process import ServiceMissing, program
from .sshd import Sshd

_SCRIPT = """\
set -e
tree=$1; mount_data=$2; shift 2
mount --bind "$tree/boot_id" /proc/sys/kernel/random/boot_id
mount --bind "$tree/machine-id" /etc/machine-id
for d in root srv opt var/tmp; do mount --bind "$tree/$d" "/$d"; done
mount --bind "$tree/init.d" /etc/init.d
[ ! -d /run/systemd/system ] || mount -t tmpfs tmpfs /run/systemd
[ "$mount_data" = 0 ] || { mkdir -p /srv/data; mount -t tmpfs -o size="$mount_data"k tmpfs /srv/data; }
exec "$@"
"""
"""A mount namespace of one's own: nothing of this is seen outside, and all of it goes with the last process."""
_PATH = "/opt/stub:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ASKED = "reboot-asked"
_STUBS = {
    "reboot": f"#!/bin/sh\n: > /opt/stub/{_ASKED}\n",
    "shutdown": f"#!/bin/sh\n: > /opt/stub/{_ASKED}\n",
}
"""What must not reach the real machine."""
_CLOCK = '#!/bin/sh\nexec /bin/date -d "+{ahead} seconds" "$@"\n'


class Upgradable(Sshd):
    """`tree` becomes the machine's /srv, /opt, /root and /var/tmp; `at()` tells where a path lies outside of it.

    `data_kb` makes /srv/data a file system of that size. `reboot()` is what a reboot looks like from afar: every
    process ends, and the machine comes back under another boot id, with the same port, host key and files.
    """

    def __init__(
        self,
        tree: Path,
        *,
        data_kb: int = 0,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(options, environment={"PATH": _PATH, **(environment or {})})
        self.tree = tree
        self._data_kb = data_kb
        for name in ("root", "srv", "opt/stub", "var/tmp", "init.d"):
            (tree / name).mkdir(parents=True, exist_ok=True)
        for name, script in _STUBS.items():
            self._stub(name, script)
        self._new_boot()
        (tree / "machine-id").write_text(uuid.uuid4().hex + "\n")

    def _new_boot(self) -> None:
        (self.tree / "boot_id").write_text(f"{uuid.uuid4()}\n")

    def at(self, path: str) -> Path:
        """Where a path of the machine lies outside of it."""
        return self.tree / path.lstrip("/")

    def set_clock(self, ahead: int) -> None:
        """Put the machine's clock so many seconds ahead of this one's."""
        self._stub("date", _CLOCK.format(ahead=ahead) if ahead else "")

    def _stub(self, name: str, script: str) -> None:
        path = self.tree / "opt" / "stub" / name
        if script:
            path.with_suffix(".new").write_text(script)
            path.with_suffix(".new").chmod(0o755)
            path.with_suffix(".new").rename(path)
        else:
            path.unlink(missing_ok=True)

    def obey(self, *, come_back: bool = True) -> threading.Thread:
        """Wait, in a thread, until somebody on the machine asks for a reboot, and do it; or go down for good."""
        asked = self.tree / "opt" / "stub" / _ASKED
        asked.unlink(missing_ok=True)

        def watch() -> None:
            until = time.monotonic() + 120
            while not asked.exists() and time.monotonic() < until:
                time.sleep(0.05)
            self.go_down()
            if come_back:
                self.come_up()

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        return thread

    def service(self, name: str, script: str) -> None:
        """Give it a System V service."""
        path = self.tree / "init.d" / name
        path.write_text(script)
        path.chmod(0o755)

    def _wrap(self) -> list[str]:
        if os.geteuid() != 0:
            raise ServiceMissing("only root can give a server a mount namespace of its own")
        words = ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
        own = ["sh", "-c", _SCRIPT, "upgradable", str(self.tree), str(self._data_kb)]
        return [program("unshare", "util-linux"), *words, *own]

    def go_down(self) -> None:
        """End every process of the machine at once, as a power loss does; its files stay."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=30)

    def come_up(self, *, booted: bool = True) -> None:
        """Start again on the same port; `booted` under another boot id."""
        if booted:
            self._new_boot()
        self._launch()

    def reboot(self) -> None:
        """Go down and come up."""
        self.go_down()
        self.come_up()
