"""What a contract leaves open stands on every document that depends on it, until it is confirmed in writing."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest

from hmaint.app.bundle_make import says_same
from hmaint.app.documents import issue_document
from hmaint.app.gather import GATHERERS, Options
from hmaint.app.matters import Wording, open_matter
from hmaint.app.world import World
from hmaint.model.ledgers.change import CHANGE
from tests.app.recorded import make_world

FORM = "customisation-report"
DATES = "signed: 2025-12-01, service_start: 2025-12-01"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path, {"mz": "s3"}, {"s3": f"s3:{DATES}"})
    values = {"kind": "3", "requester": "门诊/赵护士", "module": "报表", "details": "导出"}
    open_matter(made, CHANGE, "mz", Wording(values))
    return made


def printed(world: World) -> tuple[str, bool]:
    """The words below the form of the newest change, and whether a bundle would leave the document as it is."""
    told = GATHERERS[FORM](world, "mz", Options())
    document = issue_document(world, FORM, "mz", told)
    content = (world.workspace.root / document.path).read_bytes()
    lines = [each.text for each in docx.Document(io.BytesIO(content)).paragraphs]
    return "\n".join(lines), says_same(world, document, told)


def test_what_is_open_about_changes_stands_below_their_form(world: World) -> None:
    text, same = printed(world)
    assert "须双方书面确认" in text
    assert "A3-6 " in text
    assert "A3-1 " not in text
    assert same


def test_where_nothing_is_open_nothing_is_said_of_it(world: World) -> None:
    profile = world.workspace.root / "contracts" / "s3.yaml"
    before, _, after = profile.read_text("utf-8").partition("\nambiguities:")
    documents = after[after.index("\ndocuments:") :]
    profile.write_text(f"{before}\nambiguities: []{documents}", "utf-8")
    assert "书面确认" not in printed(world)[0]


def test_a_contract_that_cannot_be_read_stops_no_document_and_does_not_look_settled(world: World) -> None:
    profile = world.workspace.root / "contracts" / "s3.yaml"
    profile.write_text(profile.read_text("utf-8").replace("obligations:", "obligation:"), "utf-8")
    text, same = printed(world)
    assert "合同档案有误" in text
    assert same
