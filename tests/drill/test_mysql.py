"""MariaDB dumps restored on trial: the good one passes, and each one with something wrong is told."""

from __future__ import annotations

from tests.services.mariadb import MariaDB

from .conftest import Room, mysql_source
from .hospital import packed


def test_a_good_dump_passes_and_nothing_is_left(room: Room, hospital: tuple[MariaDB, bytes]) -> None:
    server, dump = hospital
    packed(room.backups / "full.sql.gz", dump)
    room.write({"main": mysql_source(server)}, "main", drill={"beside_source": True, "source": "rows"})
    done = room.drill("--report", SOURCE=server.password)
    print(done.out, done.err)
    assert done.code == 0, done.err
    assert done.object["findings"] == []
    assert room.left() == []
