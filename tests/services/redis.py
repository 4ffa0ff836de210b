"""A throwaway Redis on loopback, with a password in its configuration or without."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from .process import free_port, private_folder, program


class Redis:
    """One instance; `say` sends it a command as whoever planted a fault would."""

    def __init__(self, password: str = "", settings: tuple[str, ...] = ()) -> None:
        self._password = password
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self.folder = Path()
        self.port = 0

    @property
    def config(self) -> Path:
        return self.folder / "redis.conf"

    def start(self) -> Redis:
        server = program("redis-server", "redis-server")
        self.folder, self.port = private_folder("redis", None), free_port()
        lines = [f"port {self.port}", "bind 127.0.0.1", f"dir {self.folder}", 'save ""', "daemonize no"]
        lines += [f'requirepass "{self._password}"'] if self._password else []
        self.config.write_text("\n".join([*lines, *self._settings, ""]), encoding="utf-8")
        self._run(server)
        return self

    def _run(self, server: str) -> None:
        with (self.folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own server, no shell
                [server, str(self.config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        limit = time.monotonic() + 20
        while not self._answers():
            if time.monotonic() > limit:
                raise RuntimeError((self.folder / "redis.log").read_text(errors="replace")[-2000:])
            time.sleep(0.03)

    def restart(self) -> None:
        """Stop it and start it again."""
        self._end()
        self._run(program("redis-server", "redis-server"))

    def say(self, *words: str) -> bytes:
        """One command, and the beginning of what comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            for command in ([("AUTH", self._password)] if self._password else []) + [words]:
                parts = [word.encode() for word in command]
                wire = b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
                link.sendall(b"*%d\r\n%s" % (len(parts), wire))
                reply = link.recv(65_536)
        return reply

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def _end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def stop(self) -> None:
        self._end()
        if self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)
