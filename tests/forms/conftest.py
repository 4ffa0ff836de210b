"""The printer of the forms' tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.fixtures import running
from tests.services.libreoffice import LibreOffice


@pytest.fixture(scope="session")
def libreoffice() -> Iterator[LibreOffice]:
    with running(LibreOffice()) as office:
        yield office
