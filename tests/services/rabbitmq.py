"""A throwaway RabbitMQ on loopback: a node of its own name, its database and logs in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

from .process import free_port, private_folder, program, run_as, server_user


class RabbitMQ:
    """One node; `control` is rabbitmqctl as whoever plants a fault would use it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._user: str | None = None
        self.folder = Path()
        self.node = ""

    def start(self) -> RabbitMQ:
        server = program("rabbitmq-server", "rabbitmq-server")
        self._user = server_user("rabbitmq")
        self.folder = private_folder("rabbitmq", self._user)
        port, distribution = free_port(), free_port()
        self.node = f"hmaint{port}@localhost"
        said = {
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_PORT": port,
            "RABBITMQ_DIST_PORT": distribution,
            "RABBITMQ_MNESIA_BASE": self.folder / "db",
            "RABBITMQ_LOG_BASE": self.folder / "log",
            "RABBITMQ_PID_FILE": self.folder / "pid",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "plugins",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "HOME": "/var/lib/rabbitmq",
            "PATH": os.environ["PATH"] + ":/usr/sbin",
        }
        environment = [f"{name}={value}" for name, value in said.items()]
        self._process = run_as(self._user, ["/usr/bin/env", "-i", *environment, server], self.folder / "out")
        limit = time.monotonic() + 120
        while self.control("await_startup", check=False) != 0:
            if self._process.poll() is not None or time.monotonic() > limit:
                raise RuntimeError((self.folder / "out").read_text(errors="replace")[-2000:])
            time.sleep(1)
        return self

    @property
    def log(self) -> Path:
        return self.folder / "log" / f"{self.node}.log"

    def control(self, *words: str, check: bool = True) -> int:
        """Run rabbitmqctl against the node."""
        command = [program("rabbitmqctl", "rabbitmq-server"), "-q", "-n", self.node, *words]
        done = subprocess.run(command, capture_output=True, timeout=120, check=False)  # noqa: S603 - our own node
        if check and done.returncode:
            raise RuntimeError(f"{words[0]}: {done.stderr.decode(errors='replace')[-1000:]}")
        return done.returncode

    def stop(self) -> None:
        if self._process is not None:
            self.control("stop", check=False)
            self._process.wait(timeout=60)
        if self.folder != Path():
            shutil.rmtree(self.folder, ignore_errors=True)
