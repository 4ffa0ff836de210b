"""Every shipped form: built from its source, sound, filled from its sample, readable by others."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import docx
import pytest

from hmaint.kit.resources import shipped
from hmaint.report.agreement import disagreements
from hmaint.report.docx import fill
from hmaint.report.form import find_form, form_ids
from hmaint.report.lint import lint
from hmaint.report.package import pack, unpack
from hmaint.report.source.__main__ import SOURCES, main, stale
from tests.forms.stress import grids_of
from tests.services.libreoffice import LibreOffice

FORMS = form_ids(None)


@cache
def filled_sample(form_id: str) -> bytes:
    """A form with its sample; that filling it again gives the same is a test of its own."""
    form = find_form(form_id, None)
    return fill(form, form.example())


def test_every_form_has_a_source_and_every_source_a_form() -> None:
    assert set(FORMS) == set(SOURCES)


def test_shipped_templates_are_what_their_sources_build() -> None:
    assert stale(shipped("report_templates")) == []
    assert main(["--check"], shipped("report_templates")) == 0


def test_a_template_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    for form in FORMS:
        folder = tmp_path / form
        folder.mkdir()
        parts = unpack((shipped("report_templates") / form / "template.docx").read_bytes())
        changed = {name: part.replace("编号".encode(), "号码".encode()) for name, part in parts.items()}
        (folder / "template.docx").write_bytes(pack(changed))
    assert stale(tmp_path) == list(FORMS)
    assert stale(tmp_path / "nowhere") == list(FORMS)
    assert main(["--check"], tmp_path) == 1
    assert main([], tmp_path) == 0
    assert main(["--check"], tmp_path) == 0


@pytest.mark.parametrize("form_id", FORMS)
def test_a_shipped_template_has_no_fault(form_id: str) -> None:
    form = find_form(form_id, None)
    assert lint(form.content(), form) == []


@pytest.mark.parametrize("form_id", FORMS)
def test_a_sample_fills_its_form_and_opens(form_id: str) -> None:
    form = find_form(form_id, None)
    assert disagreements(form.example(), form.fields) == []
    filled = filled_sample(form_id)
    assert len(docx.Document(io.BytesIO(filled)).tables) > 0
    assert filled == fill(form, form.example()), "equal data must give equal bytes"


@pytest.mark.parametrize("form_id", FORMS)
def test_fonts_are_named_for_chinese_and_no_theme_overrides_them(form_id: str) -> None:
    parts = unpack(find_form(form_id, None).content())
    styles = parts["word/styles.xml"].decode()
    assert 'w:eastAsia="宋体"' in styles
    assert 'w:eastAsia="黑体"' in styles
    text = b"".join(part for name, part in parts.items() if name.endswith(".xml")).decode()
    assert not re.search(r"w:(ascii|hAnsi|eastAsia|cs)Theme", text, re.IGNORECASE)


@pytest.mark.parametrize("form_id", FORMS)
def test_rows_never_split_and_the_page_is_a4(form_id: str) -> None:
    document = unpack(find_form(form_id, None).content())["word/document.xml"].decode()
    assert document.count("<w:tr>") == document.count("<w:cantSplit/>")
    assert '<w:pgSz w:w="11906" w:h="16838"/>' in document


@pytest.mark.parametrize("form_id", FORMS)
def test_a_filled_form_tells_no_time_but_its_own(form_id: str) -> None:
    form = find_form(form_id, None)
    with zipfile.ZipFile(io.BytesIO(filled_sample(form_id))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = package.read("docProps/core.xml").decode()
    assert "2026-11-21T01:32:00Z" in core
    assert f"<dc:title>{form.title}</dc:title>" in core


@pytest.fixture(scope="module")
def saved_again(libreoffice: LibreOffice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All templates as another word processor writes them: it starts once, which takes longer than the work."""
    before, after = tmp_path_factory.mktemp("shipped"), tmp_path_factory.mktemp("saved")
    for form_id in FORMS:
        (before / f"{form_id}.docx").write_bytes(find_form(form_id, None).content())
    libreoffice.save_again(sorted(before.iterdir()), after)
    return after


@pytest.mark.parametrize("form_id", FORMS)
def test_a_template_saved_by_another_word_processor_still_works(form_id: str, saved_again: Path) -> None:
    form = find_form(form_id, None)
    saved = saved_again / f"{form_id}.docx"
    own = replace(form, template=saved)
    assert saved.read_bytes() != form.content()
    assert lint(own.content(), own) == []
    filled, before = fill(own, form.example()), filled_sample(form_id)
    assert grids_of(filled) == grids_of(before)
