"""What the catalogue tests need of a server beyond its start: a certificate it may read, statements left hanging."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services.process import private_folder, server_user


def make_certificate(folder: Path, days: int) -> tuple[Path, Path]:
    """A self-signed certificate that ends in so many days, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "database.test")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=days))
    paths = folder / "server.crt", folder / "server.key"
    paths[0].write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    clear = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, clear))
    return paths


@contextmanager
def certificate(user: str, days: int = 400) -> Iterator[tuple[Path, Path]]:
    """A certificate and its key that a server running as that user may read."""
    owner = server_user(user)
    folder = private_folder("tls", owner)
    paths = make_certificate(folder, days)
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
