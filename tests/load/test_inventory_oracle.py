"""How an Oracle database is written down: which words go together, and where the fault is when they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hmaint.errors import BadFile
from hmaint.model.inventory import Database
from tests.load.test_inventory import site

BASE = "  databases:\n   his: {{engine: {engine}, address: 10.1.9.2{words}}}\n"


def database(here: Path, words: str, engine: str = "oracle") -> Database:
    return site(here, BASE.format(engine=engine, words=words)).databases[0]


def test_what_is_written_arrives(tmp_path: Path) -> None:
    words = ", sid: ORCL, client: /opt/instantclient_19_24, driver: cx_oracle, diagnostics_pack: true"
    found = database(tmp_path, words)
    assert (found.sid, found.client, found.driver, found.diagnostics_pack) == (
        "ORCL",
        "/opt/instantclient_19_24",
        "cx_oracle",
        True,
    )
    plain = database(tmp_path, ", service: his, name: HIS")
    assert (plain.service, plain.driver, plain.client, plain.diagnostics_pack) == ("his", "", "", False)
    assert plain.database == "HIS"
    assert plain.port == 1521


@pytest.mark.parametrize(
    ("engine", "words", "fault"),
    [
        ("oracle", "", "service"),
        ("oracle", ", service: his, sid: HIS", "service、sid"),
        ("oracle", ", name: HIS", "service"),
        ("oracle", ', service: "his)(SECURITY=(X=Y"', "service"),
        ("oracle", ', sid: "HIS (x)"', "sid"),
        ("oracle", ", service: his, driver: odbc", "driver"),
        ("oracle", ", service: his, diagnostics_pack: perhaps", "diagnostics_pack"),
        ("oracle", ", service: his, path: his.db", "path"),
        ("mysql", ", sid: HIS", "sid"),
        ("mysql", ", diagnostics_pack: true", "diagnostics_pack"),
        ("postgresql", ", client: /opt/x", "client"),
        ("sqlserver", ", driver: oracledb", "driver"),
    ],
)
def test_what_does_not_go_together_is_refused_at_its_place(
    tmp_path: Path, engine: str, words: str, fault: str
) -> None:
    with pytest.raises(BadFile, match=fault) as caught:
        database(tmp_path, words, engine)
    assert "inventory.yaml:6:" in str(caught.value)
