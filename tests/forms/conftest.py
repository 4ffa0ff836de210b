"""The printer of the forms' tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from hmaint.report.docx import fill
from hmaint.report.form import find_form
from tests.services.fixtures import running
from tests.services.libreoffice import LibreOffice, pdf_pages


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    with running(LibreOffice()) as office:
        yield office


@pytest.fixture(scope="module")
def printed(
    request: pytest.FixtureRequest, libreoffice: LibreOffice, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, list[str]]:
    """The printed pages of the samples of a module's FORMS, made at once."""
    folder = tmp_path_factory.mktemp("printed")
    for form_id in request.module.FORMS:
        form = find_form(form_id, None)
        (folder / f"{form_id}.docx").write_bytes(fill(form, form.example()))
    pages = libreoffice.pdfs(sorted(folder.iterdir()), folder)
    return {path.stem: pdf_pages(path) for path in pages}
