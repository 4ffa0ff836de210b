"""A dictionary told: differences, gaps, editions kept, and what names and comments may not do to a document."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from hmaint.kit.clock import CHINA
from hmaint.model.dictionary import Column, Dictionary, Entry, Index, Meaning, Relation
from hmaint.model.inventory import Database, Hospital, Inventory, Site, Vendor
from hmaint.report.bookmarks import numbered
from hmaint.report.dictionary import Edition, dictionary_document
from hmaint.report.dictionary_changes import changes
from hmaint.report.dictionary_codec import decode, encode
from hmaint.report.dictionary_gaps import coverage, gaps, stale
from hmaint.report.dictionary_markdown import markdown
from hmaint.report.docx import fill
from hmaint.report.form import find_form
from hmaint.report.package import unpack

NASTY = "| `a` <b> {{ 7*7 }} {% for %} [x](y) \x1b[31m\n第二行"
BED = Entry("bed", "table", "床位", (Column("no", "int", nullable=False), Column("ward", "varchar(9)", meaning="病区")),
            (Index("pk", ("no",), unique=True, primary=True),))  # fmt: skip
PATIENT = Entry("patient", "table", "", (Column("id", "int"), Column("bed", "int")), (),
                (Relation("fk", ("bed",), "bed", ("no",), "", "SET NULL"),), 40, 2048)  # fmt: skip
WHOLE = Dictionary(
    "icu", "mysql", "8.0.1", datetime(2026, 11, 21, 9, 30, tzinfo=CHINA), (BED, PATIENT), ("说明",)
)


def with_bed(**changed: object) -> Dictionary:
    return replace(WHOLE, entries=(replace(BED, **changed), PATIENT))  # type: ignore[arg-type]  # fields of an entry


def differences(new: Dictionary) -> list[tuple[str, str, str, str]]:
    return [(c.how, c.what, c.table, c.name) for c in changes(WHOLE, new)]


def test_estimates_are_no_difference() -> None:
    later = replace(
        WHOLE, version="8.0.2", entries=(replace(BED, rows=9, size=1), replace(PATIENT, rows=None))
    )
    assert changes(WHOLE, later) == ()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"meaning": "病床"}, ("changed", "表", "bed", "")),
        ({"kind": "view"}, ("changed", "表", "bed", "")),
        ({"columns": BED.columns[:1]}, ("removed", "字段", "bed", "ward")),
        ({"columns": (*BED.columns, Column("x", "int"))}, ("added", "字段", "bed", "x")),
        (
            {"columns": (replace(BED.columns[0], nullable=True), BED.columns[1])},
            ("changed", "字段", "bed", "no"),
        ),
        (
            {"columns": (replace(BED.columns[0], default="1"), BED.columns[1])},
            ("changed", "字段", "bed", "no"),
        ),
        ({"indexes": ()}, ("removed", "索引", "bed", "pk")),
        ({"indexes": (replace(BED.indexes[0], columns=("no", "ward")),)}, ("changed", "索引", "bed", "pk")),
        ({"relations": PATIENT.relations}, ("added", "外键", "bed", "fk")),
    ],
)
def test_each_difference_is_told_as_one(changed: dict[str, object], told: tuple[str, str, str, str]) -> None:
    assert differences(with_bed(**changed)) == [told]


def test_tables_that_come_and_go() -> None:
    assert differences(replace(WHOLE, entries=(PATIENT, replace(BED, name="ward")))) == [
        ("added", "表", "ward", ""),
        ("removed", "表", "bed", ""),
    ]


def test_gaps_and_what_people_wrote() -> None:
    assert [(g.name, g.itself, g.columns) for g in gaps(WHOLE)] == [
        ("bed", False, ("no",)),
        ("patient", True, ("id", "bed")),
    ]
    written = {
        "bed": Meaning("", {"no": "床号", "gone": "旧"}),
        "old": Meaning("没有了"),
        "patient": Meaning("患者"),
    }
    full = WHOLE.completed(written)
    assert [(g.name, g.itself, g.columns) for g in gaps(full)] == [("patient", False, ("id", "bed"))]
    assert (full.entries[0].meaning, full.entries[0].columns[1].meaning) == ("床位", "病区"), (
        "the catalogue's own stay"
    )
    assert stale(WHOLE, written) == ("bed.gone", "old")
    assert (coverage(WHOLE).percent, coverage(full).percent) == (33.3, 66.7)


def test_an_edition_is_kept_whole() -> None:
    assert decode(encode(WHOLE, 7)) == (7, WHOLE)
    for broken in ("", "[]", "{}", '{"schema": "hmaint.run/1"}', encode(WHOLE, 1)[:-40]):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, the caller names the file
            decode(broken)


def document(whole: Dictionary) -> dict[str, object]:
    database = Database("icu", "icu", "mysql", "10.1.2.12", 3306, database="icu")
    site = Site("icu", "重症监护系统", databases=(database,))
    inventory = Inventory(Path("x"), Hospital("某某医院"), Vendor("某某公司"), {"icu": site})
    edition = Edition(
        1, database, whole, gaps(whole), coverage(whole), coverage(whole), record="dictionary/x.json"
    )
    return dictionary_document(edition, inventory, "张工")


def test_hostile_names_and_comments_are_only_text() -> None:
    table = Entry(NASTY, "table", NASTY, (Column(NASTY, NASTY, default=NASTY, meaning=NASTY),))
    data = document(replace(WHOLE, entries=(table,)))
    form = find_form("schema-dictionary", None)
    body = unpack(fill(form, data))["word/document.xml"].decode()
    assert "{{ 7*7 }}" in body
    assert "49" not in body.partition("5.1")[2].partition("六、")[0]
    assert "\x1b" not in body
    page = markdown(data)
    assert "<b>" not in page
    assert "[x](y)" not in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)


def test_every_table_has_a_bookmark_of_its_own_that_the_list_leads_to() -> None:
    body = unpack(fill(find_form("schema-dictionary", None), document(WHOLE)))["word/document.xml"].decode()
    assert [f'w:id="{n}" w:name="t{n + 1}"' in body for n in range(2)] == [True, True]
    assert [f'<w:hyperlink w:anchor="t{n + 1}"' in body for n in range(2)] == [True, True]


def test_bookmarks_are_numbered_each_with_its_end() -> None:
    part = (
        b'<w:bookmarkStart w:id="0" w:name="a"/>x<w:bookmarkEnd w:id="0"/>'
        b'<w:bookmarkStart w:id="0" w:name="b"/><w:bookmarkStart w:id="9" w:name="c"/>'
        b'<w:bookmarkEnd w:id="0"/><w:bookmarkEnd w:id="9"/>'
    )
    assert numbered(part) == (
        b'<w:bookmarkStart w:id="0" w:name="a"/>x<w:bookmarkEnd w:id="0"/>'
        b'<w:bookmarkStart w:id="1" w:name="b"/><w:bookmarkStart w:id="2" w:name="c"/>'
        b'<w:bookmarkEnd w:id="1"/><w:bookmarkEnd w:id="2"/>'
    )
