"""Make a workspace whose demo database has a backup, so that a restore drill can be held on this laptop alone."""

from __future__ import annotations

import gzip
import sys
from datetime import UTC, datetime
from pathlib import Path

from make_database import make  # the other script of this folder

INVENTORY = """\
# 演示清单：make demo-drill 用它在本机做一次 SQLite 备份的恢复演练。
version: 1
hospital: {{name: 示范医院, department: 信息科}}
vendor: {{name: 示范软件公司, project_manager: 张三}}
sites:
  icu:
    name: 重症监护系统
    databases:
      demo: {{engine: sqlite, path: demo.db, title: 演示数据库}}
    backups:
      demo-nightly:
        path: "{backups}/demo-%Y%m%d.db.gz"
        of: demo
        drill:
          source: rows
          newest: select max(taken) from vital_sign
          rto: 5m
          rpo: 26h
          chinese:
            - {{title: 病区名称, sql: "select ward from bed where bed_no = 'ICU-01'", equals: 重症监护病房}}
          checks:
            - {{title: 床位数, sql: select count(*) from bed, equals: 16}}
"""


def workspace(folder: Path, now: datetime) -> None:
    """Write the database, its backup and an inventory that names both."""
    folder.mkdir(parents=True, exist_ok=True)
    backups = (folder / "backups").resolve()
    backups.mkdir(exist_ok=True)
    make(folder / "demo.db", now)
    copy = backups / f"demo-{now:%Y%m%d}.db.gz"
    copy.write_bytes(gzip.compress((folder / "demo.db").read_bytes()))
    (folder / "inventory.yaml").write_text(INVENTORY.format(backups=backups.as_posix()), encoding="utf-8")


if __name__ == "__main__":
    workspace(Path(sys.argv[1] if len(sys.argv) > 1 else "demo-drill"), datetime.now(UTC))
