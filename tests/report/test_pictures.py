"""Pictures in a form: only where the form asks for one, and only what is one."""

from __future__ import annotations

import io
import re
import zipfile

from hmaint.report.agreement import disagreements
from hmaint.report.docx import fill
from hmaint.report.form import Field, find_form
from hmaint.report.health import health_report
from hmaint.report.pictures import as_picture, as_text, hung
from tests.report import quarters, runs

PNG = as_picture(str(find_form("health-report", None).example()["capacity_charts"][0]["image"]))  # type: ignore[index] # the sample's shape
FIELDS = {"image": Field("image", "图", "picture"), "words": Field("words", "字")}


def test_a_picture_survives_as_text() -> None:
    assert PNG is not None
    assert as_picture(as_text(PNG)) == PNG


def test_what_is_no_picture_is_none() -> None:
    for text in (
        "",
        "data:image/png;base64,",
        "data:image/png;base64,!!!",
        as_text(b"GIF89a"),
        "/etc/passwd",
    ):
        assert as_picture(text) is None
        assert hung({"image": text}, FIELDS, lambda _png: "drawn") == {"image": ""}


def test_text_that_looks_like_a_picture_stays_text_where_the_form_wants_words() -> None:
    assert PNG is not None
    shown = hung({"words": as_text(PNG), "image": as_text(PNG)}, FIELDS, lambda _png: "drawn")
    assert shown == {"words": as_text(PNG), "image": "drawn"}


def test_the_form_refuses_a_picture_that_is_none() -> None:
    assert disagreements({"image": "x", "words": ""}, FIELDS) != []
    assert disagreements({"image": "", "words": ""}, FIELDS) == []


def test_every_picture_of_a_report_is_in_the_file_once_more_for_each_place() -> None:
    assert PNG is not None
    data = health_report(quarters.quarter(as_text(PNG)), runs.inventory())
    with zipfile.ZipFile(io.BytesIO(fill(find_form("health-report", None), data))) as package:
        media = [name for name in package.namelist() if name.startswith("word/media/")]
        assert [package.read(name) for name in media] == [PNG] * len(media)
        document = package.read("word/document.xml")
        assert document.count(b"r:embed=") == 2
        numbers = re.findall(rb'<wp:docPr id="(\d+)"', document)
        assert len(set(numbers)) == 2
