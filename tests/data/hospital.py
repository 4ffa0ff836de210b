"""A small hospital's business data, in a portable shape: sound, or with twelve defects planted in it."""

# ruff: noqa: S608 - statements of a test, about tables of its own
from __future__ import annotations

from collections.abc import Iterator

PERSONS = ("患者张三丰", "患者李四光", "11010519491231002X", "13800138000")
"""What no record may ever hold."""

TABLES = {
    "dept": "code varchar(10) primary key, title varchar(40), beds int",
    "dept_platform": "code varchar(10) primary key, title varchar(40)",
    "patient": "patient_id int primary key, xm varchar(40), id_card varchar(20), phone varchar(20)",
    "visit": "visit_id int primary key, patient_id int, dept_code varchar(10), doctor varchar(10),"
    " admitted timestamp null, discharged timestamp null",
    "drug_stock": "stock_id int primary key, drug varchar(20), quantity int, locked int,"
    " price decimal(10,2), deleted int",
    "dict_drug": "code varchar(10) primary key, title varchar(40), unit varchar(10)",
    "charge": "charge_id int primary key, visit_id int, status int, amount decimal(10,2)",
    "charge_item": "item_id int primary key, charge_id int, line_no int, amount decimal(10,2)",
    "bed": "bed_no varchar(10) primary key, ward varchar(40), state int",
}
ODD = "{q0}group{q1} ({q0}select{q1} int primary key, {q0}数量{q1} int, {q0}Mixed Case{q1} int)"
"""A table whose names only work when they are quoted."""
PLATFORM = "code varchar(10) primary key, name varchar(40), unit varchar(10)"
_QUOTES = {"mysql": "``", "postgresql": '""', "sqlite": '""'}


def sound(engine: str) -> Iterator[str]:
    """Statements that make the tables and fill them without a fault."""
    for name, columns in TABLES.items():
        yield f"create table {name} ({columns})"
    q0, q1 = _QUOTES[engine]
    yield "create table " + ODD.format(q0=q0, q1=q1)
    yield f"insert into {q0}group{q1} values (1, 5, 1), (2, 0, 2)"
    yield "insert into dept values ('01', '内科', 30), ('02', '外科', 20), ('03', '儿科', 10)"
    yield "insert into dept_platform select code, title from dept"
    yield from _rows("patient", (f"({n}, '患者张三丰', 'K{n:05}', '13800138000')" for n in range(1, 41)))
    yield from _rows(
        "visit",
        (
            f"({n}, {n % 40 + 1}, '0{n % 3 + 1}', 'D{n % 5}', '2026-11-{n % 20 + 1:02} 08:00:00',"
            f" {'null' if n % 4 == 0 else repr(f'2026-11-{n % 20 + 3:02} 10:00:00')})"
            for n in range(1, 121)
        ),
    )
    yield from _rows("drug_stock", (f"({n}, 'Y{n:03}', {n * 3}, 0, {n}.50, 0)" for n in range(1, 61)))
    yield "insert into drug_stock values (900, 'OLD', -50, 0, 1, 1)"
    yield from _rows("dict_drug", (f"('Y{n:03}', '药品{n}', '盒')" for n in range(1, 61)))
    yield from _rows("charge", (f"({n}, {n}, {n % 3}, {n}.00)" for n in range(1, 81)))
    yield from _rows("charge_item", (f"({n}, {n % 80 + 1}, {n // 80 + 1}, 1.00)" for n in range(1, 161)))
    yield from _rows("bed", (f"('B{n:02}', '一病区', 0)" for n in range(1, 17)))


def platform() -> Iterator[str]:
    """The code table of another system's database, which says the same."""
    yield f"create table drug_code ({PLATFORM})"
    yield from _rows("drug_code", (f"('Y{n:03}', '药品{n}', '盒')" for n in range(1, 61)))


DEFECTS: dict[str, tuple[tuple[str, ...], int, str]] = {
    # step: statements that plant it, how many rows break the rule, a key that must be among the samples
    "data.stock.negative": (("update drug_stock set quantity = -2 where stock_id in (7, 9)",), 2, "7、9"),
    "data.stock.range": (("update drug_stock set price = 0 where stock_id = 11",), 1, "11"),
    "data.visit.owner": (("update visit set patient_id = 777 where visit_id in (5, 6, 8)",), 3, "5、6、8"),
    "data.visit.order": (
        ("update visit set discharged = '2020-01-01 00:00:00' where visit_id = 13",),
        1,
        "13",
    ),
    "data.visit.required": (
        (
            "update visit set dept_code = null where visit_id = 21",
            "update visit set dept_code = ' ' where visit_id = 22",
        ),
        2,
        "21、22",
    ),
    "data.patient.duplicate": (
        ("update patient set id_card = '11010519491231002X', xm = '患者李四光' where patient_id in (3, 4)",),
        2,
        "（1 组）",
    ),
    "data.charge.status": (("update charge set status = 5 where charge_id = 17",), 1, "17"),
    "data.item.owner": (
        ("update charge_item set charge_id = 900 + item_id where item_id in (31, 32)",),
        2,
        "31、32",
    ),
    "data.item.duplicate": (
        ("update charge_item set charge_id = 41, line_no = 1 where item_id = 120",),
        2,
        "共 2 条",
    ),
    "data.drug.platform": (
        (
            "update dict_drug set title = '药品二十' where code = 'Y020'",
            "delete from dict_drug where code = 'Y030'",
        ),
        2,
        "内容不同 Y020",
    ),
    "data.dept.copy": (("insert into dept_platform values ('99', '已撤销科室')",), 1, "99"),
    "data.tables.leftover": (
        ("create table charge_bak_20240701 (a int)", "create table tmp_import (a int)"),
        2,
        "charge_bak_20240701、tmp_import",
    ),
}


def planted() -> Iterator[str]:
    """Every defect."""
    for statements, _count, _sample in DEFECTS.values():
        yield from statements


def _rows(table: str, rows: Iterator[str]) -> Iterator[str]:
    yield f"insert into {table} values {', '.join(rows)}"


GRANTED = {
    # the columns data-check may read, and not one that tells of a person but for comparing 身份证 numbers
    "dept": "code, title, beds",
    "dept_platform": "code, title",
    "patient": "patient_id, id_card",
    "visit": "visit_id, patient_id, dept_code, doctor, admitted, discharged",
    "drug_stock": "stock_id, quantity, locked, price, deleted",
    "dict_drug": "code, title, unit",
    "charge": "charge_id, visit_id, status",
    "charge_item": "item_id, charge_id, line_no",
    "bed": "bed_no, ward, state",
}


def grants(engine: str, account: str, schema: str = "") -> Iterator[str]:
    """What a hospital grants for these checks: columns, never whole tables."""
    for table, columns in GRANTED.items():
        yield f"grant select ({columns}) on {schema}{table} to {account}"
    q0, q1 = _QUOTES[engine]
    yield f"grant select on {schema}{q0}group{q1} to {account}"


def steps(platform_name: str) -> list[dict[str, object]]:
    """A check for each defect, and a healthy one beside it on every odd name and form."""

    def step(name: str, given: dict[str, object]) -> dict[str, object]:
        return {
            "id": name, "title": name, "do": "data", "on": {"databases": {"name": "his"}}, "with": given,
            "subject": "table", "expect": {"bad": {"critical": {"gt": 0}}}, "says": "{{ told }}",
            "metrics": {"data.bad": "条"},
        }  # fmt: skip

    def owner(columns: str, table: str, theirs: str) -> dict[str, object]:
        return {"columns": [columns], "of": {"table": table, "columns": [theirs]}}

    there = {"database": platform_name, "table": "drug_code", "key": ["code"], "columns": ["name", "unit"]}
    given: dict[str, dict[str, object]] = {
        "data.stock.negative": {"table": "drug_stock", "not_negative": ["quantity", "locked"], "only": {"deleted": 0}},
        "data.stock.range": {"table": "drug_stock", "range": {"column": "price", "min": 0.01, "max": 50000}},
        "data.visit.owner": {"table": "visit", "owner": owner("patient_id", "patient", "patient_id")},
        "data.visit.order": {"table": "visit", "order": ["admitted", "discharged"]},
        "data.visit.required": {"table": "visit", "required": ["dept_code", "doctor"], "keys": ["visit_id"]},
        "data.patient.duplicate": {"table": "patient", "unique": ["id_card"]},
        "data.charge.status": {"table": "charge", "values": {"column": "status", "allowed": [0, 1, 2, 9]}},
        "data.item.owner": {"table": "charge_item", "owner": owner("charge_id", "charge", "charge_id")},
        "data.item.duplicate": {"table": "charge_item", "unique": ["charge_id", "line_no"]},
        "data.drug.platform": {
            "table": "dict_drug", "in_step": {"key": ["code"], "columns": ["title", "unit"], "other": there},
        },
        "data.dept.copy": {
            "table": "dept",
            "in_step": {"key": ["code"], "columns": ["title"],
                        "other": {"table": "dept_platform", "key": ["code"], "columns": ["title"]}},
        },
        "data.tables.leftover": {"leftovers": {}},
        # healthy
        "fine.odd.names": {"table": "group", "not_negative": ["数量", "Mixed Case"], "keys": ["select"]},
        "fine.bed.required": {"table": "bed", "required": ["bed_no", "ward", "state"]},
        "fine.bed.values": {"table": "BED", "values": {"column": "State", "allowed": [0, 1]}},
        "fine.visit.recent": {
            "table": "visit", "required": ["doctor"], "since": {"column": "admitted", "days": 3650}, "at_least": 100,
        },
        "fine.dept.owner": {
            "table": "visit", "owner": owner("dept_code", "dept", "code"), "only": {"doctor": ["D3", "D4"]},
        },
    }  # fmt: skip
    return [step(name, words) for name, words in given.items()]
