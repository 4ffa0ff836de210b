"""A throwaway OpenSSH server on loopback."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from .process import ServiceMissing, finish, free_port, private_folder, program, run_as, wait_until

_PACKAGE = "openssh-server"


class Sshd:
    """One private server: `start()`, then `address`, `port`, `user`, `key` (a private key that may log in).

    `options` are lines of sshd_config and win over ours; `host_keys` are the key types the server shows;
    `environment` is what the logged-in shell finds set. `jail` runs it in a PID namespace of its own, whose
    last process number counts forks exactly.
    """

    address = "127.0.0.1"

    def __init__(
        self,
        options: Sequence[str] = (),
        host_keys: Sequence[str] = ("ed25519",),
        environment: Mapping[str, str] | None = None,
        *,
        jail: bool = False,
    ) -> None:
        self._options = tuple(options)
        self._types = tuple(host_keys)
        self._environment = dict(environment or {})
        self._jail = jail
        self._process: subprocess.Popen[bytes] | None = None
        self.user = getpass.getuser()
        self.port = 0

    def start(self) -> Sshd:
        """Make host keys and a login key, start the server and wait until it answers."""
        program("sshd", _PACKAGE)
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd confines itself to it
        self.folder = private_folder("sshd", None)
        self.folder.chmod(0o755)
        self.log = self.folder / "server.log"
        for kind in self._types:
            self.make_key(f"host_{kind}", kind)
        self.key = self.make_key("login", "ed25519")
        self.authorize(self.key)
        self.port = free_port()
        self._write_settings()
        self._launch()
        return self

    def _launch(self) -> None:
        daemon = program("sshd", _PACKAGE)
        command = [daemon, "-D", "-e", "-f", str(self.folder / "sshd_config")]
        self._process = run_as(None, [*self._wrap(), *command], self.log)
        wait_until(self._answers, self._process, self.log)

    def _wrap(self) -> list[str]:
        if not self._jail:
            return []
        return [program("unshare", "util-linux"), "--pid", "--fork", "--mount-proc", "--kill-child"]

    def make_key(self, name: str, kind: str, passphrase: str = "", style: str = "") -> Path:
        """Make a key pair in the server's folder; `style` PEM or PKCS8 instead of OpenSSH's own format."""
        path = self.folder / name
        words = [program("ssh-keygen", "openssh-client"), "-q", "-t", kind, "-N", passphrase, "-f", str(path)]
        finish([*words, *(["-m", style] if style else [])], None, self.log)
        return path

    def authorize(self, key: Path) -> None:
        """Let the owner of that key pair log in."""
        public = key.with_name(key.name + ".pub").read_text()
        with (self.folder / "authorized_keys").open("a") as known:
            known.write(public)

    def _write_settings(self) -> None:
        lines = [
            *self._options,
            f"Port {self.port}",
            f"ListenAddress {self.address}",
            *(f"HostKey {self.folder / f'host_{kind}'}" for kind in self._types),
            f"AuthorizedKeysFile {self.folder / 'authorized_keys'}",
            f"PidFile {self.folder / 'pid'}",
            "StrictModes no",
            "UsePAM no",
            "PermitRootLogin yes",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PrintMotd no",
            "MaxStartups 1000",
            "UseDNS no",
            *(
                [f"SetEnv {' '.join(f'{k}={v}' for k, v in self._environment.items())}"]
                * bool(self._environment)
            ),
        ]
        (self.folder / "sshd_config").write_text("\n".join([*lines, ""]))

    def _answers(self) -> bool:
        try:
            with socket.create_connection((self.address, self.port), timeout=5) as link:
                return link.recv(4) == b"SSH-"
        except OSError:
            return False

    def known_hosts_line(self, kind: str | None = None) -> str:
        """The line of a known_hosts file that makes this server known."""
        words = (self.folder / f"host_{kind or self._types[0]}.pub").read_text().split()
        return f"[{self.address}]:{self.port} {words[0]} {words[1]}\n"

    def known_hosts(self) -> Path:
        """A known_hosts file that knows every key of this server."""
        path = self.folder / "known_hosts"
        path.write_text("".join(self.known_hosts_line(kind) for kind in self._types))
        return path

    def drop_links(self) -> None:
        """Kill the processes that serve connections, as a crash would; the server itself lives on."""
        if self._process is not None:
            for child in _children(self._process.pid):
                with suppress(ProcessLookupError):  # it may have ended by itself just now
                    os.kill(child, signal.SIGKILL)

    def stop(self) -> None:
        """End the server, its connections and everything it had."""
        if self._process is not None:
            self.drop_links()
            self._process.kill()
            self._process.wait(timeout=30)
            self._process = None
            shutil.rmtree(self.folder, ignore_errors=True)


def _children(parent: int) -> list[int]:
    try:
        words = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    except OSError as missing:
        raise ServiceMissing("this kernel does not list children in /proc") from missing
    return [int(word) for word in words]
