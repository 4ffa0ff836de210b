"""A hospital's schema of any size, the same in MariaDB, PostgreSQL and SQLite: wards of ten tables each."""

from __future__ import annotations

from collections.abc import Iterator

COMMENTED = ("patient", "visit", "orders", "charge")
"""Tables of a ward whose every column has its meaning in the catalogue; the others are gaps, but for one column."""

_KEY = {"mysql": "int not null auto_increment primary key", "postgresql": "serial primary key"}
_MEANINGS = {
    "id": "主键", "code": "编码", "name": "名称", "created": "创建时间", "status": "状态：0 新建，1 完成，9 作废",
    "amount": "金额（元）", "parent": "所属记录", "note": "备注",
}  # fmt: skip
TABLES = (
    ("patient", ""), ("visit", "patient"), ("orders", "visit"), ("charge", "visit"), ("charge_item", "charge"),
    ("drug", ""), ("drug_stock", "drug"), ("device", ""), ("device_log", "device"), ("tmp_import", ""),
)  # fmt: skip


def statements(engine: str, wards: int) -> Iterator[str]:
    """Statements that make `wards` times ten tables, with keys, relations, indexes and half of the comments."""
    for ward in range(1, wards + 1):
        for table, parent in TABLES:
            yield from _table(engine, f"w{ward:02}_{table}", f"w{ward:02}_{parent}" if parent else "", table)


def _table(engine: str, name: str, parent: str, kind: str) -> Iterator[str]:
    columns = {
        "id": _KEY.get(engine, "integer primary key"),
        "code": "varchar(20) not null",
        "name": "varchar(64)",
        "created": "timestamp not null default current_timestamp",
        "status": "smallint default 0",
        "amount": "decimal(12,2)",
        **({"parent": "int not null"} if parent else {}),
        "note": "varchar(200)",
    }
    known = dict(_MEANINGS) if kind in COMMENTED else {"id": "主键"}
    lines = [
        f"{column} {type_}" + (f" comment '{known[column]}'" if engine == "mysql" and column in known else "")
        for column, type_ in columns.items()
    ]
    if parent:
        lines.append(f"constraint fk_{name} foreign key (parent) references {parent} (id) on delete cascade")
    meaning = f"{kind} 的记录" if kind in COMMENTED else ""
    tail = f" comment '{meaning}' engine=InnoDB" if engine == "mysql" else ""
    yield f"create table {name} ({', '.join(lines)}){tail}"
    yield f"create unique index uk_{name} on {name} (code, status)"
    if engine == "postgresql":
        if meaning:
            yield f"comment on table {name} is '{meaning}'"
        for column in columns:
            if column in known:
                yield f"comment on column {name}.{column} is '{known[column]}'"
