"""Evidence on a team's server: what one laptop saw, every laptop can show."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, insert, select

from hmaint.store import schema
from hmaint.store.connect import reading, writing
from hmaint.store.failures import RecordsFailure
from hmaint.store.trouble import is_conflict

_PIECE = 1_048_576
"""Bytes in one row: a server's largest packet is 16 MB by default and has been 1 MB more than once."""


class Blobs:
    """The blobs of a server, by the hash of what they hold; the server is asked for nothing else."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, digest: str, packed: bytes) -> None:
        """Keep a blob, once; raises a RecordsFailure where the server does not take it."""
        try:
            with writing(self._engine, durable=True) as connection:
                if not _has(connection, digest):
                    _insert(connection, digest, packed)
        except RecordsFailure as failure:
            # Another laptop may keep the same at this moment.
            if not is_conflict(failure) or self.get(digest) is None:
                raise

    def get(self, digest: str) -> bytes | None:
        """The blob of that hash; None where there is none."""
        table = schema.blobs.c
        query = select(table.body).where(table.digest == digest).order_by(table.part)
        with reading(self._engine) as connection:
            pieces = list(connection.execute(query).scalars())
        return b"".join(pieces) if pieces else None

    def digests(self) -> Iterator[str]:
        """The hash of every blob."""
        query = select(schema.blobs.c.digest).where(schema.blobs.c.part == 0)
        with reading(self._engine) as connection:
            yield from list(connection.execute(query.order_by(schema.blobs.c.digest)).scalars())


def _has(connection: Connection, digest: str) -> bool:
    query = select(schema.blobs.c.part).where(schema.blobs.c.digest == digest).limit(1)
    return connection.execute(query).first() is not None


def _insert(connection: Connection, digest: str, packed: bytes) -> None:
    pieces = [packed[start : start + _PIECE] for start in range(0, len(packed), _PIECE)] or [b""]
    for part, piece in enumerate(pieces):
        connection.execute(insert(schema.blobs).values(digest=digest, part=part, body=piece))
