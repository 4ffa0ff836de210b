"""The views that the database dictionary and data checks read on engines that cannot run here, as documented."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.dialects.oracle import ORACLE
from tests.dialects.sqlserver import SQLSERVER

_HERE = Path(__file__).parent
ENGINES = {
    "oracle": replace(ORACLE, folder=_HERE / "oracle"),
    "sqlserver": replace(SQLSERVER, folder=_HERE / "sqlserver"),
}
