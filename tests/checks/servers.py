"""What the catalogue tests need of a server beyond its start: a certificate it may read, statements left hanging."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.services.process import private_folder, server_user
from tests.services.tlsweb import make_certificate


@contextmanager
def certificate(user: str) -> Iterator[tuple[Path, Path]]:
    """A certificate and its key that a server running as that user may read."""
    owner = server_user(user)
    folder = private_folder("tls", owner)
    paths = make_certificate(folder, "server", 400)
    for path in paths:
        path.chmod(0o600)
        if owner is not None:
            shutil.chown(path, owner)
    try:
        yield paths
    finally:
        shutil.rmtree(folder)


@contextmanager
def hanging(connect: Callable[[], Any], statement: str) -> Iterator[None]:
    """A statement that waits for a lock in a session of its own until the block ends."""
    connection = connect()

    def wait() -> None:
        with suppress(Exception):
            connection.cursor().execute(statement)
        with suppress(Exception):
            connection.close()

    thread = threading.Thread(target=wait)
    thread.start()
    try:
        yield
    finally:
        thread.join(timeout=20)
        assert not thread.is_alive()
