"""Make the demo's embedded ICU database: small, synthetic, and with real defects for an inspection to find.

Planted: orders whose patient is gone, a table without a primary key, no statistics, a file a third of which is
free pages, a redundant index, and interface messages that were never sent. No row describes a real person.
"""

from __future__ import annotations

import sqlite3
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

SCHEMA = """
create table bed (bed_no text primary key, ward text not null) without rowid;
create table patient (patient_id integer primary key, alias text not null, bed_no text references bed, admitted text);
create table vital_sign (
  id integer primary key, patient_id integer not null references patient, taken text not null, heart_rate integer
);
create index idx_vital_patient on vital_sign (patient_id);
create index idx_vital_patient_taken on vital_sign (patient_id, taken);
create table doctor_order (
  order_id integer primary key, patient_id integer not null references patient, drug text, placed text
);
create table device_log (device text, said text, at text);
create table hl7_out (id integer primary key, body text, created text, sent integer not null default 0);
"""


def make(path: Path, now: datetime) -> None:
    """Write the database anew; `now` anchors its times."""
    path.unlink(missing_ok=True)
    link = sqlite3.connect(path)
    with link:
        link.executescript(SCHEMA)
        link.executemany(
            "insert into bed values (?, '重症监护病房')", [(f"ICU-{n:02}",) for n in range(1, 17)]
        )
        link.executemany(
            "insert into patient values (?, ?, ?, ?)",
            [(n, f"样例{n:03}", f"ICU-{n % 16 + 1:02}", _ago(now, hours=n)) for n in range(1, 41)],
        )
        link.executemany(
            "insert into vital_sign (patient_id, taken, heart_rate) values (?, ?, ?)",
            [(n % 40 + 1, _ago(now, minutes=n), 60 + n % 50) for n in range(12_000)],
        )
        link.executemany(
            "insert into doctor_order (patient_id, drug, placed) values (?, ?, ?)",
            [(n % 43 + 1, "样例药品", _ago(now, hours=n)) for n in range(430)],
        )
        link.executemany(
            "insert into device_log values (?, ?, ?)",
            [(f"MON-{n % 8}", "样例报文 " * 12, _ago(now, minutes=n)) for n in range(9_000)],
        )
        link.executemany(
            "insert into hl7_out (body, created, sent) values ('MSH|样例', ?, ?)",
            [(_ago(now, minutes=n), int(n > 75)) for n in range(600)],
        )
    with link:
        link.execute("delete from device_log where rowid % 10 <> 0")
    link.close()


def _ago(now: datetime, **span: int) -> str:
    return (now - timedelta(**span)).strftime("%Y-%m-%d %H:%M:%S")


if __name__ == "__main__":
    make(Path(sys.argv[1] if len(sys.argv) > 1 else "demo.db"), datetime.now(UTC))
