"""schema-doc and data-check as they are printed: whole outputs over a small hospital in a file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.cli.golden import compare, settled
from tests.end_to_end.desk import Desk, Done, Written

STEPS: list[Written] = [
    {
        "id": "own.owner", "title": "医嘱有对应的患者", "do": "data", "on": "databases", "subject": "table",
        "with": {
            "table": "doctor_order",
            "owner": {"columns": ["patient_id"], "of": {"table": "patient", "columns": ["id"]}},
        },
        "expect": {"bad": {"critical": {"gt": 0}}}, "says": "{{ told }}", "metrics": {"orders.bad": "条"},
    },
    {
        "id": "own.required", "title": "床位必填", "do": "data", "on": "databases", "subject": "table",
        "with": {"table": "bed", "required": ["ward"]}, "expect": {"bad": {"warning": {"gt": 0}}}, "says": "{{ told }}",
    },
    {
        "id": "own.nothing", "title": "空表不算正常", "do": "data", "on": "databases", "subject": "table",
        "with": {"table": "empty_table", "not_negative": ["n"]}, "expect": {"bad": {"warning": {"gt": 0}}},
        "says": "{{ told }}",
    },
]  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "desk")
    databases = {"demo": {"engine": "sqlite", "path": "demo.db", "title": "演示库"}}
    desk.write_inventory(
        {
            "icu": {
                "name": "重症监护系统",
                "hosts": {"laptop": {"connection": "local"}},
                "databases": databases,
            }
        }
    )
    desk.write_playbook("data/icu", STEPS, title="业务数据检查")
    with sqlite3.connect(desk.root / "demo.db") as demo:
        demo.executescript(
            "create table patient (id integer primary key, alias text not null default '无');"
            "create table bed (bed_no text primary key, ward text);"
            "create table empty_table (n integer);"
            "create table doctor_order (order_id integer primary key, patient_id integer references patient (id));"
            "create index ix_order on doctor_order (patient_id);"
            "insert into patient (id) values (1), (2);"
            "insert into bed values ('01', '一病区');"
            "insert into doctor_order values (1, 1), (2, 2), (3, 9), (4, null)"
        )
    demo.close()
    return desk


def agreed(desk: Desk, name: str, done: Done) -> None:
    compare(name, done.code, settled(done.out, desk.root), settled(done.err, desk.root))


@pytest.mark.parametrize(
    ("form", "lang"), [("table", "zh"), ("table", "en"), ("plain", "zh"), ("markdown", "zh")]
)
def test_a_dictionary_is_printed_as_agreed(desk: Desk, form: str, lang: str) -> None:
    done = desk.run("schema-doc", "--site", "icu", "--format", form, lang=lang)
    out = settled(done.out, desk.root)
    for changing in ("SHA-256：`", "读取时间 | "):
        out = "\n".join(
            line.partition(changing)[0] + changing if changing in line else line for line in out.split("\n")
        )
    version = sqlite3.sqlite_version
    compare(f"schema-doc-{form}.{lang}", done.code, out.replace(version, "…"), done.err)


@pytest.mark.parametrize(("form", "lang"), [("table", "zh"), ("table", "en"), ("json", "zh")])
def test_a_data_check_is_printed_as_agreed(desk: Desk, form: str, lang: str) -> None:
    agreed(
        desk,
        f"data-check-{form}.{lang}",
        desk.run("data-check", "--site", "icu", "--format", form, lang=lang),
    )


WRONG = {
    "no-such-database": "schema-doc --site icu --database dmeo",
    "dictionary-as-nagios": "schema-doc --site icu --format nagios",
    "dictionary-as-pdf": "schema-doc --site icu -o demo.pdf",
    "no-data-playbook": "data-check --site icu --playbook data/pharmcy",
    "data-database-without-step": "data-check --site icu --database laptop",
    "data-of-hosts": "data-check --site icu --playbook checks/linux",
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_words_get_one_line(desk: Desk, name: str) -> None:
    done = desk.run(*WRONG[name].split(), lang="")
    assert "Traceback" not in done.err
    assert (done.code, done.out) == (64, "")
    agreed(desk, f"wrong-{name}.zh", done)


BAD = {
    "two-assertions": {"table": "bed", "required": ["ward"], "unique": ["ward"]},
    "no-assertion": {"table": "bed"},
    "person-as-key": {"table": "bed", "required": ["ward"], "keys": ["bed_no", "id_card"]},
    "declared-person-as-key": {
        "table": "bed",
        "required": ["ward"],
        "keys": ["bed_no"],
        "personal": ["bed_no"],
    },
    "quote-in-a-name": {"table": 'bed" --', "required": ["ward"]},
    "only-with-leftovers": {"leftovers": {}, "only": {"a": 1}},
    "unequal-columns": {
        "table": "bed",
        "owner": {"columns": ["a", "b"], "of": {"table": "patient", "columns": ["id"]}},
    },
    "unknown-word": {"table": "bed", "requierd": ["ward"]},
}


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_data_check_is_refused_at_its_place(desk: Desk, name: str) -> None:
    desk.write_playbook("data/icu", [{**STEPS[1], "with": BAD[name]}])
    done = desk.run("data-check", "--site", "icu", lang="")
    assert (done.code, done.out) == (78, "")
    agreed(desk, f"data-{name}.zh", done)
